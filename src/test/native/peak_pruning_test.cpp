// Tree, selection and painted map as the CUDA kernels take them, under emulated teams of threads:
// on random maps, the same painted maps to the bit as the host's, in whatever order the threads
// come; and by real threads at once, for ThreadSanitizer.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "acontrario/scale_test.hpp"
#include "check.hpp"
#include "cuda/emulation.hpp"
#include "cuda/scale_kernel.hpp"
#include "garbage_heap.hpp"
#include "random_maps.hpp"

using namespace flowline;

namespace {

class Suite {
 public:
  explicit Suite(uint64_t seed)
      : maps_(seed), seed_(seed), host_(*kernels_of(FLOWLINE_INSTRUCTION_SET_BEST)) {}

  void run(int64_t maps, bool real_threads) {
    for (int64_t i = 0; i < maps; i++) {
      RandomMap map = maps_.next(i % 4 == 0 ? 12 : 64);
      if (maps_.below(3) == 0) maps_.leave_out(&map);
      number_ = i;
      check(map, real_threads);
    }
  }

  void run_large() {
    constexpr int32_t SIZES[][2] = {{1, 5000}, {5000, 1}, {2, 9000}, {257, 130}};
    for (const auto& size : SIZES) {
      for (int kind = 0; kind < RandomMaps::KINDS; kind++) {
        check(maps_.of_kind(kind, size[0], size[1]), false);
      }
    }
  }

  // One bright position by size, where a value that is off by the last bit is another float.
  void run_last_bit() {
    constexpr struct {
      int32_t side;
      int64_t channels;
      float energy;
    } MAPS[] = {{4, 147, 213.361099f}, {7, 117, 189.47876f}, {13, 231, 344.044739f}};
    for (const auto& spot : MAPS) {
      RandomMap map = {spot.side, spot.side, spot.channels, {}};
      map.energy.resize(static_cast<size_t>(map.pixels()));
      map.energy[static_cast<size_t>(map.pixels() / 2)] = spot.energy;
      compare(
          map,
          {FLOWLINE_PFA_CHERNOFF, FLOWLINE_TESTS_BY_SIZE, map.channels, map.pixels(), map.pixels()},
          0.0, false);
    }
  }

  // What decides how large a map a block can test: a common scale of 56 x 56 within 227 KB.
  static void check_memory() {
    Arena counter(nullptr);
    ScaleArrays arrays;
    lay_out(counter, 56 * 56, &arrays);
    CHECK(counter.taken() <= 227 * 1024);
  }

  int64_t in_regions = 0;  // positions, of all maps

 private:
  void check(const RandomMap& map, bool real_threads) {
    int64_t tested = 0;
    for (float energy : map.energy) tested += energy >= 0.0f;
    tested = std::max<int64_t>(tested, 1);
    const Judgement judgement = {
        static_cast<int32_t>(maps_.below(map.pixels() > 3000 || real_threads ? 2 : 3)),
        static_cast<int32_t>(maps_.below(2)), map.channels, tested, tested + maps_.below(1000)};
    const bool by_size = judgement.number_of_tests == FLOWLINE_TESTS_BY_SIZE;
    const double log10_tests = by_size || maps_.below(2) == 0 ? 0.0 : 477.25 * maps_.uniform();
    compare(map, judgement, log10_tests, real_threads);
  }

  void compare(const RandomMap& map, const Judgement& judgement, double log10_tests,
               bool real_threads) {
    const bool by_size = judgement.number_of_tests == FLOWLINE_TESTS_BY_SIZE;
    const TestsBySize tests(judgement.scale_pixels, judgement.total_pixels);
    const TestCost cost = {judgement.pfa_bound,
                           by_size,
                           1,
                           0,
                           static_cast<double>(map.channels),
                           tests.log10_of_scale(),
                           by_size ? tests.log10(1) : 0.0,
                           log10_tests};
    const size_t pixels = static_cast<size_t>(map.pixels());
    std::vector<float> expected(pixels), painted(pixels);
    host_.reserve(map.height, map.width);
    host_.paint(map.energy.data(), map.height, map.width, judgement, log10_tests, expected.data());

    const auto energy_at = [&](int32_t p) { return map.energy[static_cast<size_t>(p)]; };
    const int32_t threads = real_threads ? 4 : 1 + static_cast<int32_t>(maps_.below(96));
    uint32_t smallest = ~uint32_t{0};
    GarbageHeap heap;
    ScaleArrays arrays;
    lay_out(heap, map.pixels(), &arrays);
    const auto kernel = [&](const auto& team) {
      paint_scale(team, map.height, map.width, energy_at, judgement.floor(), cost, arrays,
                  painted.data(), &smallest);
    };
    if (real_threads) {
      ThreadTeam::launch(threads, kernel);
    } else {
      const auto order = static_cast<TurnTeam::Order>(maps_.below(3));
      kernel(TurnTeam(threads, order, static_cast<uint32_t>(maps_.below(1 << 30))));
    }
    const bool same = std::memcmp(expected.data(), painted.data(), pixels * sizeof(float)) == 0 &&
                      value_of(smallest) == *std::min_element(expected.begin(), expected.end());
    if (!same) {
      std::fprintf(stderr,
                   "another map: %lld of seed %llu, %d x %d, %lld channels, bound %d, count %d, "
                   "%d threads\n",
                   static_cast<long long>(number_), static_cast<unsigned long long>(seed_),
                   map.height, map.width, static_cast<long long>(map.channels), judgement.pfa_bound,
                   judgement.number_of_tests, threads);
      std::exit(1);
    }
    const float background = static_cast<float>(cost.background + cost.log10_tests);
    for (float value : painted) in_regions += value != background;
  }

  RandomMaps maps_;
  uint64_t seed_;
  int64_t number_ = -1;
  ScaleTest host_;
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
      std::fprintf(stderr, "peak_pruning_test [--maps=N] [--real=N] [--seed=N]\n");
      return 2;
    }
  }
  std::printf("seed %llu, %lld maps by turns, %lld by real threads\n",
              static_cast<unsigned long long>(seed), static_cast<long long>(maps),
              static_cast<long long>(real));
  std::fflush(stdout);
  Suite::check_memory();
  Suite suite(seed);
  suite.run(maps, false);
  suite.run(real, true);
  suite.run_large();
  suite.run_last_bit();
  CHECK(suite.in_regions > 10 * maps);
  std::printf("%lld positions in regions\n", static_cast<long long>(suite.in_regions));
}
