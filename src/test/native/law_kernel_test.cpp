// The test by a law of regions as the CUDA kernels do it, under emulated teams of threads: on
// random maps, the same painted maps to the bit as the host's, in whatever order the threads come;
// and by real threads at once, for ThreadSanitizer.
#include "cuda/law_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "acontrario/law_test.hpp"
#include "check.hpp"
#include "cuda/emulation.hpp"
#include "garbage_heap.hpp"
#include "random_law.hpp"
#include "random_maps.hpp"

using namespace flowline;

namespace {

class Suite {
 public:
  explicit Suite(uint64_t seed)
      : maps_(seed), seed_(seed), host_(*kernels_of(FLOWLINE_INSTRUCTION_SET_BEST)) {}

  void run(int64_t maps, bool real_threads) {
    for (number_ = 0; number_ < maps; number_++) {
      RandomMap map = maps_.next(number_ % 4 == 0 ? 12 : 64);
      if (maps_.below(3) == 0) maps_.leave_out(&map);
      check(fused_of(map), real_threads);
    }
  }

  void run_large() {
    constexpr int32_t SIZES[][2] = {{1, 5000}, {5000, 1}, {2, 9000}, {257, 130}};
    for (const auto& size : SIZES) {
      for (int kind = 0; kind < RandomMaps::KINDS; kind++) {
        check(fused_of(maps_.of_kind(kind, size[0], size[1])), false);
      }
      const RandomMap chain = chain_of_branches(size[0], size[1]);
      check(chain, false);
      compare(chain, law_of_large_regions(), false);
    }
  }

  int64_t in_regions = 0;  // positions, of all maps

 private:
  // Where energies are tested, what they are as levels; where they are huge, 1.
  static RandomMap fused_of(RandomMap map) {
    for (float& energy : map.energy) {
      if (energy < 0.0f) continue;
      energy = 1.0f - std::exp(-0.5f * energy / static_cast<float>(map.channels));
    }
    return map;
  }

  // Peaks that fall and saddles that rise, along a line: every branch ends in the one before.
  static RandomMap chain_of_branches(int32_t height, int32_t width) {
    RandomMap map = {height, width, 1, {}};
    const int64_t pixels = map.pixels();
    for (int64_t i = 0; i < pixels; i++) {
      const float part = 0.5f * static_cast<float>(i) / static_cast<float>(pixels);
      map.energy.push_back(i % 2 == 0 ? 1.0f - part : part);
    }
    return map;
  }

  // Of that chain its smallest value is far away: after more than 1000 branches.
  static OwnLaw law_of_large_regions() {
    constexpr size_t CLASSES = 12;
    OwnLaw own;
    own.level = {0.0f, 1.0f};
    own.log10_pfa.resize(2 * CLASSES);
    own.log10_pfa.back() = -3.0;
    return own;
  }

  void check(const RandomMap& map, bool real_threads) {
    compare(map, random_law([&](int64_t bound) { return maps_.below(bound); }), real_threads);
  }

  void compare(const RandomMap& map, OwnLaw own, bool real_threads) {
    const auto below = [&](int64_t bound) { return maps_.below(bound); };
    // Without a tested position there is no baseline, and no call comes so far.
    if (*std::max_element(map.energy.begin(), map.energy.end()) < 0)
      own.baseline = own.baseline_exponent = 0;
    const RegionLaw law = {own.get()->classes,
                           own.get()->knots,
                           own.level.data(),
                           own.log10_pfa.data(),
                           static_cast<uint32_t>(below(3) == 0 ? below(10) : 0),
                           own.baseline,
                           own.baseline_exponent,
                           own.law.baseline_log10_pfa};
    const size_t pixels = static_cast<size_t>(map.pixels());
    std::vector<float> expected(pixels), painted(pixels);
    host_.reserve(map.height, map.width);
    host_.paint(map.energy.data(), map.height, map.width, law, expected.data());

    const auto level_at = [&](int32_t p) { return map.energy[static_cast<size_t>(p)]; };
    const double background = log10_tests_of(law);
    const int32_t threads = real_threads ? 4 : 1 + static_cast<int32_t>(below(96));
    uint32_t smallest = ~uint32_t{0};
    GarbageHeap heap;
    ScaleArrays arrays;
    lay_out(heap, map.pixels(), &arrays);
    const auto kernel = [&](const auto& team) {
      paint_by_law(team, map.height, map.width, level_at, law, background, arrays, painted.data(),
                   &smallest);
    };
    if (real_threads) {
      ThreadTeam::launch(threads, kernel);
    } else {
      const auto order = static_cast<TurnTeam::Order>(below(3));
      kernel(TurnTeam(threads, order, static_cast<uint32_t>(below(1 << 30))));
    }
    const float least = *std::min_element(expected.begin(), expected.end());
    const bool same = std::memcmp(expected.data(), painted.data(), pixels * sizeof(float)) == 0 &&
                      value_of(smallest) == least;
    if (!same) {
      std::fprintf(stderr,
                   "another map: %lld of seed %llu, %d x %d, %d classes, %d knots, %d threads\n",
                   static_cast<long long>(number_), static_cast<unsigned long long>(seed_),
                   map.height, map.width, law.classes, law.knots, threads);
      std::exit(1);
    }
    for (float value : painted) in_regions += value != painted_by_law(background);
  }

  RandomMaps maps_;
  uint64_t seed_;
  int64_t number_ = -1;
  LawTest host_;
};

}  // namespace

int main(int count, char** arguments) {
  int64_t maps = 5000, real = 200;
  uint64_t seed = std::random_device()();
  for (int i = 1; i < count; i++) {
    const std::string argument = arguments[i];
    if (argument.rfind("--maps=", 0) == 0) {
      maps = std::stoll(argument.substr(7));
    } else if (argument.rfind("--real=", 0) == 0) {
      real = std::stoll(argument.substr(7));
    } else if (argument.rfind("--seed=", 0) == 0) {
      seed = std::stoull(argument.substr(7));
    } else {
      std::fprintf(stderr, "law_kernel_test [--maps=N] [--real=N] [--seed=N]\n");
      return 2;
    }
  }
  std::printf("seed %llu, %lld maps by turns, %lld by real threads\n",
              static_cast<unsigned long long>(seed), static_cast<long long>(maps),
              static_cast<long long>(real));
  std::fflush(stdout);
  Suite suite(seed);
  suite.run(maps, false);
  suite.run(real, true);
  suite.run_large();
  CHECK(suite.in_regions > 10 * maps);
  std::printf("%lld positions in regions\n", static_cast<long long>(suite.in_regions));
}
