// A call no larger than one before allocates nothing: operator new is counted, the library's too.
#include <atomic>
#include <new>
#include <random>
#include <vector>

#include "check.hpp"

namespace {
std::atomic<long> allocations{0};
}

void* operator new(size_t size) {
  allocations++;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

int main() {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> fine(2 * 20 * 30 * 30), coarse(2 * 30 * 15 * 15), map(2 * 60 * 60);
  for (float& value : fine) value = normal(random);
  for (float& value : coarse) value = normal(random);
  const flowline_latent latents[2] = {
      {sizeof(flowline_latent), 0, fine.data(), 2, 20, 30, 30},
      {sizeof(flowline_latent), 0, coarse.data(), 2, 30, 15, 15},
  };
  std::vector<flowline_region> regions(4000);
  for (int32_t bound = FLOWLINE_PFA_CHERNOFF; bound <= FLOWLINE_PFA_EXACT; bound++) {
    Context context;
    const flowline_segment_options options = {sizeof options, bound, FLOWLINE_TESTS_BY_SIZE, 0};
    long first = 0;
    for (int round = 0; round < 3; round++) {
      const long before = allocations;
      CHECK(flowline_segment(context, latents, 2, &options, 60, 60, map.data(), nullptr) ==
            FLOWLINE_OK);
      int64_t count;
      CHECK(flowline_regions(context, map.data(), 60, 60, 5.0, 4, regions.data(), 4000, &count) ==
            FLOWLINE_OK);
      CHECK(count > 1);
      if (round == 0) first = allocations - before;
      CHECK(round == 0 || allocations == before);
    }
    CHECK(first > 0);
  }
}
