#include "acontrario/law_test.hpp"

#include <algorithm>

#include "acontrario/connectivity.hpp"

namespace flowline {

void LawTest::reserve(int32_t height, int32_t width) {
  const size_t most = static_cast<size_t>(height) * static_cast<size_t>(width);
  tree_of_.reserve(height, width);
  baseline_.reserve(static_cast<int64_t>(most));
  relative_.reserve(most);
  for (auto* array : {&own_, &within_, &smallest_}) array->reserve(most);
  tree_.parent.reserve(most);
  tree_.altitude.reserve(most);
  tree_.area.reserve(most);
  tree_.pixels.reserve(most);
  tree_.own_node.reserve(most);
}

void LawTest::paint(const float* map, int32_t height, int32_t width, const RegionLaw& law,
                    float* painted) {
  const double log10_tests = log10_tests_of(law);
  double of_baseline = log10_tests;
  const int64_t positions = static_cast<int64_t>(height) * width;
  if (is_relative(law)) {
    const float baseline = baseline_.of(map, positions);
    of_baseline = log10_nfa_of_baseline(law, log10_tests, baseline);
    make_relative(map, positions, powered(baseline, law.baseline_exponent), relative_.data());
    map = relative_.data();
  }
  tree_of_.build_above(floor_of(law), map, height, width, CONNECTIVITY, &tree_);
  const int32_t nodes = tree_.nodes();
  for (auto* array : {&own_, &within_, &smallest_}) array->resize(static_cast<size_t>(nodes));
  int32_t knot = 0;
  for (int32_t node = 0; node < nodes; node++) {  // by rising level, parents before their children
    const float level = tree_.altitude[node];
    while (knot + 1 < law.knots && law.level[knot + 1] <= level) knot++;
    own_[node] = within_[node] =
        log10_pfa_of_region(law, knot, static_cast<uint32_t>(tree_.area[node]), level) +
        log10_tests;
  }
  for (int32_t node = nodes; node-- > 0;) {
    const int32_t parent = tree_.parent[node];
    if (parent >= 0) within_[parent] = std::min(within_[parent], within_[node]);
  }
  const double elsewhere =
      painted_elsewhere(of_baseline, smallest_within(log10_tests), log10_tests);
  for (int64_t i = 0; i < positions; i++) {
    painted[i] = painted_by_law(map[i] < 0.0f ? log10_tests : elsewhere);
  }
  for (int32_t node = 0; node < nodes; node++) {
    const int32_t parent = tree_.parent[node];
    const double above = parent < 0 ? elsewhere : smallest_[parent];
    smallest_[node] =
        is_outweighed(own_[node], within_[node]) ? above : std::min(above, own_[node]);
  }
  for (size_t i = 0; i < tree_.pixels.size(); i++) {
    painted[tree_.pixels[i]] = painted_by_law(smallest_[tree_.own_node[i]]);
  }
}

/// Of all regions.
double LawTest::smallest_within(double log10_tests) const {
  double smallest = log10_tests;
  for (double within : within_) smallest = std::min(smallest, within);
  return smallest;
}

}  // namespace flowline
