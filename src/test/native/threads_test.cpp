// The same bits for any number of threads; contexts at once in several threads.
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "check.hpp"

namespace {

struct Batch {
  std::vector<float> fine, coarse;
  Batch() : fine(5 * 6 * 20 * 17), coarse(5 * 9 * 10 * 9) {
    std::mt19937 random(3);
    std::normal_distribution<float> normal(0.0f, 1.5f);
    for (float& value : fine) value = normal(random);
    for (float& value : coarse) value = normal(random);
  }

  std::vector<float> segment(flowline_context* context) const {
    const flowline_tensor latents[2] = {
        {sizeof(flowline_tensor), 0, fine.data(), 5, 6, 20, 17},
        {sizeof(flowline_tensor), 0, coarse.data(), 5, 9, 10, 9},
    };
    std::vector<float> map(5 * 40 * 34 + 5);
    CHECK(::segment(context, latents, 2, nullptr, 40, 34, map.data(),
                           map.data() + 5 * 40 * 34) == FLOWLINE_OK);
    return map;
  }
};

bool same(const std::vector<float>& a, const std::vector<float>& b) {
  return std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

}  // namespace

int main() {
  const Batch batch;
  const std::vector<float> expected = batch.segment(Context(1));
  for (int32_t threads : {2, 3, 8}) {
    Context context(threads);
    for (int round = 0; round < 50; round++) CHECK(same(expected, batch.segment(context)));
  }
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; i++) {
    callers.emplace_back([&] {
      Context context(2);
      for (int round = 0; round < 20; round++) {
        CHECK(same(expected, batch.segment(context)));
        CHECK(flowline_log10_pfa(7, 1, 1, 1, nullptr) == FLOWLINE_INVALID_ARGUMENT);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();

  // The first failure in the batch's order is reported, whichever thread met it.
  Batch broken;
  broken.fine[4 * 6 * 340] = NAN;
  broken.coarse[2 * 9 * 90] = NAN;
  Context context(3);
  const flowline_tensor latents[2] = {
      {sizeof(flowline_tensor), 0, broken.fine.data(), 5, 6, 20, 17},
      {sizeof(flowline_tensor), 0, broken.coarse.data(), 5, 9, 10, 9},
  };
  std::vector<float> map(5 * 40 * 34);
  for (int round = 0; round < 20; round++) {
    CHECK_FAILS(segment(context, latents, 2, nullptr, 40, 34, map.data(), nullptr),
                FLOWLINE_NOT_FINITE, "latents[1], image 2");
  }
}
