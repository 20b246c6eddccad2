// A call no larger than one before allocates nothing, and one that runs out of memory fails alone:
// operator new is counted and made to fail, the library's too.
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>
#include <random>
#include <vector>

#include "check.hpp"

namespace {
std::atomic<long> allocations{0};
std::atomic<long> first_to_fail{-1}, last_to_fail{-1};  // of `allocations`
}  // namespace

__attribute__((noinline)) void* operator new(size_t size) {
  const long number = allocations++;
  if (number >= first_to_fail && number <= last_to_fail) throw std::bad_alloc();
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace {

// Makes the allocations first..last of a call fail, counted from 0.
template <class Call>
flowline_status starved(long first, long last, Call&& call) {
  const long now = allocations;
  first_to_fail = now + first;
  last_to_fail = now + last;
  const flowline_status status = call();
  first_to_fail = last_to_fail = -1;
  return status;
}

// The same context, tried again, gives the right map, whichever allocation has failed before.
void a_context_survives() {
  std::vector<float> z(3 * 16 * 12), expected(64 * 50), map(64 * 50);
  for (size_t i = 0; i < z.size(); i++) z[i] = static_cast<float>(i * 37 % 101) / 40;
  const flowline_tensor latents[2] = {{sizeof(flowline_tensor), 0, z.data(), 1, 3, 16, 12},
                                      {sizeof(flowline_tensor), 0, z.data(), 1, 3, 8, 6}};
  auto run = [&](flowline_context* context, int64_t height, float* to) {
    return segment(context, latents, 2, nullptr, height, 50, to, nullptr);
  };
  for (bool grown : {false, true}) {
    flowline_status status = FLOWLINE_OUT_OF_MEMORY;
    long k = 0;
    for (; status != FLOWLINE_OK; k++) {
      Context context;
      if (grown) CHECK(run(context, 40, map.data()) == FLOWLINE_OK);
      status = starved(k, k, [&] { return run(context, 64, map.data()); });
      CHECK(status == FLOWLINE_OK || status == FLOWLINE_OUT_OF_MEMORY);
      for (int64_t height : {40, 64}) {
        CHECK(run(Context(), height, expected.data()) == FLOWLINE_OK);
        CHECK(run(context, height, map.data()) == FLOWLINE_OK);
        CHECK(std::memcmp(map.data(), expected.data(), height * 50 * sizeof(float)) == 0);
      }
    }
    CHECK(k > (grown ? 2 : 10));
  }
}

// With several workers, and with no memory from some moment on: a status, not the end.
void a_failure_needs_no_memory() {
  const int64_t batch = 24;  // of so much work that every worker has its share
  std::vector<float> good(batch * 16 * 64 * 64, 1.0f), bad(good.size(), NAN), map(batch * 8 * 8);
  for (int32_t threads : {1, 3}) {
    for (long k = 0; k < 60; k++) {
      Context context(threads);
      auto run = [&](const std::vector<float>& z) {
        const flowline_tensor latent = {sizeof latent, 0, z.data(), batch, 16, 64, 64};
        return segment(context, &latent, 1, nullptr, 8, 8, map.data(), nullptr);
      };
      CHECK(run(good) == FLOWLINE_OK);
      const flowline_status status = starved(k, INT32_MAX, [&] { return run(bad); });
      CHECK(status == FLOWLINE_NOT_FINITE || status == FLOWLINE_OUT_OF_MEMORY);
      CHECK_FAILS(run(bad), FLOWLINE_NOT_FINITE, "latents[0], image 0");
    }
  }
}

}  // namespace

int main() {
  a_context_survives();
  a_failure_needs_no_memory();
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> fine(2 * 20 * 30 * 30), coarse(2 * 30 * 15 * 15), map(2 * 60 * 60);
  for (float& value : fine) value = normal(random);
  for (float& value : coarse) value = normal(random);
  const flowline_tensor latents[2] = {
      {sizeof(flowline_tensor), 0, fine.data(), 2, 20, 30, 30},
      {sizeof(flowline_tensor), 0, coarse.data(), 2, 30, 15, 15},
  };
  std::vector<flowline_region> regions(4000);
  for (int32_t bound = FLOWLINE_PFA_CHERNOFF; bound <= FLOWLINE_PFA_EXACT; bound++) {
    Context context;
    const flowline_segment_options options = {sizeof options, bound, FLOWLINE_TESTS_BY_SIZE, 0};
    long first = 0;
    for (int round = 0; round < 3; round++) {
      const long before = allocations;
      CHECK(segment(context, latents, 2, &options, 60, 60, map.data(), nullptr) ==
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
