// Every implementation of the component tree and of the test of a scale, by every instruction set,
// on random maps: the same trees and painted maps to the bit. The plain ones are held against the
// definitions, and all others against the plain ones.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "acontrario/scale_test.hpp"
#include "acontrario/selection.hpp"
#include "check.hpp"
#include "plain/plain_selection.hpp"
#include "plain/plain_tree.hpp"
#include "random_maps.hpp"
#include "slow_oracle.hpp"
#include "tree/peak_tree.hpp"

using namespace flowline;

namespace {

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

bool same(const ComponentTree& a, const ComponentTree& b) {
  return same(a.parent, b.parent) && same(a.altitude, b.altitude) && same(a.area, b.area) &&
         same(a.pixels, b.pixels) && same(a.own_node, b.own_node);
}

struct Implementation {
  explicit Implementation(const Kernels& kernels)
      : name(kernels.name), tree(kernels), selection(kernels), test(kernels) {}
  std::string name;
  PeakTree tree;
  Selection selection;
  ScaleTest test;
};

class Suite {
 public:
  explicit Suite(uint64_t seed) : maps_(seed), seed_(seed) {
    for (int32_t set : {FLOWLINE_INSTRUCTION_SET_BASELINE, FLOWLINE_INSTRUCTION_SET_AVX2,
                        FLOWLINE_INSTRUCTION_SET_AVX512}) {
      if (const Kernels* kernels = kernels_of(set)) implementations_.emplace_back(*kernels);
    }
  }

  /// The definitions take time: small maps are held against them, and of all others one in `every`.
  void run(int64_t maps, int64_t every) {
    for (int64_t i = 0; i < maps; i++) {
      RandomMap map = maps_.next(i % 4 == 0 ? 12 : 64);
      number_ = i;
      const bool literally = is_small(map) || i % every == every - 1;
      check_trees(map, literally);
      check_selection(map);
      if (maps_.below(3) == 0) maps_.leave_out(&map);
      check_painted(map, literally);
    }
  }

  /// Long strips and sizes about those at which anything is done differently.
  void run_large() {
    constexpr int32_t SIZES[][2] = {{1, 5000}, {5000, 1},  {2, 40000}, {3, 1000},
                                    {45, 46},  {257, 255}, {130, 517}};
    number_ = -1;
    for (const auto& size : SIZES) {
      for (int kind = 0; kind < RandomMaps::KINDS; kind++) {
        RandomMap map = maps_.of_kind(kind, size[0], size[1]);
        check_trees(map, false);
        check_selection(map);
        if (maps_.below(3) == 0) maps_.leave_out(&map);
        check_painted(map, false);
      }
    }
  }

  int64_t literal = 0;        ///< maps that were held against the definitions
  int64_t literal_large = 0;  ///< those of them that are not small

 private:
  static bool is_small(const RandomMap& map) { return map.pixels() <= 120; }

  void check_trees(const RandomMap& map, bool literally) {
    std::vector<float> values = map.energy;
    if (maps_.below(2) == 0) {
      for (float& value : values) value = value / 2 - static_cast<float>(map.channels) / 2;
    }
    const bool whole = maps_.below(2) == 0;
    const int connectivity = maps_.below(2) == 0 ? 4 : 8;
    const float floor = whole ? -INFINITY : values[maps_.below(map.pixels())];
    ComponentTree expected;
    plain_.build_above(floor, values.data(), map.height, map.width, connectivity, &expected);
    if (literally) {
      const ComponentTree defined =
          slow_tree(values.data(), map.height, map.width, connectivity, floor);
      require(same(defined, expected), "tree", map, "plain");
    }
    if (whole) {
      plain_.build(values.data(), map.height, map.width, connectivity, &tree_);
      require(same(expected, tree_), "whole tree", map, "plain");
    }
    for (Implementation& implementation : implementations_) {
      implementation.tree.build_above(floor, values.data(), map.height, map.width, connectivity,
                                      &tree_);
      require(same(expected, tree_), "tree", map, implementation.name);
    }
  }

  void check_painted(const RandomMap& map, bool literally) {
    constexpr int32_t BOUNDS[] = {FLOWLINE_PFA_CHERNOFF, FLOWLINE_PFA_CHERNOFF,
                                  FLOWLINE_PFA_AS_RELEASED, FLOWLINE_PFA_AS_RELEASED,
                                  FLOWLINE_PFA_EXACT};
    int64_t tested = 0;
    for (float energy : map.energy) tested += energy >= 0.0f;
    if (tested == 0) tested = 1;
    const Judgement judgement = {
        BOUNDS[maps_.below(map.pixels() > 3000 ? 4 : 5)],
        maps_.below(2) == 0 ? FLOWLINE_TESTS_PUBLISHED : FLOWLINE_TESTS_BY_SIZE, map.channels,
        tested, tested + maps_.below(1000)};
    const double log10_tests = maps_.below(2) == 0 ? 0.0 : 477.25 * maps_.uniform();
    std::vector<float> expected(map.pixels()), painted(map.pixels());
    plain_.build_above(judgement.floor(), map.energy.data(), map.height, map.width, 4, &tree_);
    selection_.select(tree_, tree_.altitude.data(), judgement);
    selection_.paint(tree_, map.pixels(), log10_tests, expected.data());
    if (literally) {
      // Of the whole tree: the forest above the mean has the same regions.
      const ComponentTree whole = slow_tree(map.energy.data(), map.height, map.width, 4, -0.5f);
      require(same(slow_painted(whole, map.pixels(), judgement, log10_tests), expected), "map", map,
              "plain");
      literal++;
      literal_large += !is_small(map);
    }
    for (Implementation& implementation : implementations_) {
      implementation.test.paint(map.energy.data(), map.height, map.width, judgement, log10_tests,
                                painted.data());
      require(same(expected, painted), "map", map, implementation.name);
    }
  }

  // By node, of energies of their own half of the time.
  void check_selection(const RandomMap& map) {
    const int64_t pixels = map.pixels();
    const Judgement judgement = {static_cast<int32_t>(maps_.below(pixels > 3000 ? 2 : 3)),
                                 1 + static_cast<int32_t>(maps_.below(2)), map.channels, pixels,
                                 pixels + maps_.below(1000)};
    plain_.build(map.energy.data(), map.height, map.width, 4, &tree_);
    std::vector<float> minimum = tree_.altitude;
    const bool own = maps_.below(2) == 0;
    if (own) {
      for (float& energy : minimum) energy *= maps_.uniform();
    }
    std::vector<int32_t> expected(pixels), region(pixels);
    std::vector<float> expected_paint(pixels), painted(pixels);
    selection_.select(tree_, minimum.data(), judgement);
    selection_.paint(tree_, pixels, 0.0, expected_paint.data());
    for (int64_t i = 0; i < pixels; i++) {
      expected[tree_.pixels[i]] = selection_.region_of[tree_.own_node[i]];
    }
    for (Implementation& implementation : implementations_) {
      Selection& selection = implementation.selection;
      selection.select(tree_, own ? minimum.data() : nullptr, judgement);
      const std::vector<double> log10_pfa(selection.log10_pfa(),
                                          selection.log10_pfa() + tree_.nodes());
      require(same(selection_.log10_pfa, log10_pfa), "log10 PFA", map, implementation.name);
      selection.write(tree_, region.data(), painted.data());
      require(same(expected, region), "selection", map, implementation.name);
      require(same(expected_paint, painted), "painted selection", map, implementation.name);
      std::fill(region.begin(), region.end(), -7);
      selection.write(tree_, region.data(), nullptr);
      require(same(expected, region), "selection alone", map, implementation.name);
    }
  }

  void require(bool condition, const char* what, const RandomMap& map, const std::string& who) {
    if (condition) return;
    std::fprintf(stderr, "another %s: %s, map %lld of seed %llu, %d x %d, %lld channels\n", what,
                 who.c_str(), static_cast<long long>(number_),
                 static_cast<unsigned long long>(seed_), map.height, map.width,
                 static_cast<long long>(map.channels));
    std::exit(1);
  }

  RandomMaps maps_;
  uint64_t seed_;
  int64_t number_ = 0;
  std::vector<Implementation> implementations_;
  PlainTree plain_;
  ComponentTree tree_;
  PlainSelection selection_;
};

}  // namespace

int main(int count, char** arguments) {
  int64_t maps = 100000, every = 20;
  uint64_t seed = std::random_device()();
  for (int i = 1; i < count; i++) {
    const std::string argument = arguments[i];
    if (argument.rfind("--maps=", 0) == 0) {
      maps = std::stoll(argument.substr(7));
    } else if (argument.rfind("--literal-every=", 0) == 0) {
      every = std::stoll(argument.substr(16));
    } else if (argument.rfind("--seed=", 0) == 0) {
      seed = std::stoull(argument.substr(7));
    } else {
      std::fprintf(stderr, "implementations_test [--maps=N] [--literal-every=N] [--seed=N]\n");
      return 2;
    }
  }
  std::printf("seed %llu, %lld maps\n", static_cast<unsigned long long>(seed),
              static_cast<long long>(maps));
  std::fflush(stdout);
  Suite suite(seed);
  suite.run(maps, every);
  suite.run_large();
  std::printf("%lld of them against the definitions, %lld of more than 120 pixels\n",
              static_cast<long long>(suite.literal), static_cast<long long>(suite.literal_large));
  // Three in five are, and one in twice `every`; of few maps it may be fewer.
  CHECK(suite.literal >= maps * 2 / 5);
  CHECK(suite.literal_large >= maps / every / 3 - 5);
}
