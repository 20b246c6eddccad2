#ifndef FLOWLINE_CUDA_LAW_NODES_HPP
#define FLOWLINE_CUDA_LAW_NODES_HPP

#include <cstdint>

#include "acontrario/region_law.hpp"
#include "cuda/nodes.hpp"

namespace flowline {

// The test by a law of regions, all branches at once. A position is held by the nodes of its own
// branch from its index to the branch's end, by those of the branch that goes on there from the
// saddle to its end, and so on. So the smallest log10 NFA of all that hold it is a minimum from
// behind along its branch, and one along the branches to the root, by doubling steps: however long
// a chain of branches is, it takes as many phases as its length has digits.

/// Returns the smallest log10 NFA of all nodes and of the number of tests. It takes `rival`, and
/// what `value` has at 0.
template <class Team>
FLOWLINE_DEVICE double smallest_value(const Team& team, int32_t count, double log10_tests,
                                      const ScaleArrays& arrays) {
  team.each(1, [&](int32_t) { arrays.rival[0] = rank_of(log10_tests); });
  team.each(count, [&](int32_t i) {
    const uint64_t value = arrays.value[i];
    if (value < atomic::load(arrays.rival)) atomic::lower(arrays.rival, value);
  });
  team.each(1, [&](int32_t) { arrays.value[0] = arrays.rival[0]; });  // the next scan takes `rival`
  return value_of(arrays.value[0]);
}

/// Fills `best`: at each index the rank of the smallest log10 NFA of the nodes that are not
/// outweighed there and farther down the branch, NO_VALUE if there is none. Returns the smallest
/// log10 NFA of all nodes, the outweighed too, and log10 of the number of tests.
template <class Team>
FLOWLINE_DEVICE double value_nodes_by_law(const Team& team, int32_t count, const RegionLaw& law,
                                          double log10_tests, const ScaleArrays& arrays) {
  const int32_t* const first = arrays.first;
  const auto least = [](uint64_t a, uint64_t b) { return a < b ? a : b; };
  const auto by_branch = [&](int32_t i) { return first[i]; };
  team.each(count, [&](int32_t i) {
    const float level = arrays.energy[arrays.lists.item[i]];
    arrays.value[i] =
        ends_node(arrays, i)
            ? rank_of(log10_pfa_of_region(law, knot_below(law, level), arrays.area[i], level) +
                      log10_tests)
            : NO_VALUE;
    arrays.best[i] = arrays.value[i];
  });
  // Within a node is what is before it on its branch, and every branch that ends in one of these,
  // or in one within those: each tells its smallest to all nodes that hold it, as far as it is news
  // to them.
  scan_segments(team, count, arrays.best, arrays.ends, by_branch, least);
  team.each(count, [&](int32_t i) { arrays.rival[i] = NO_VALUE; });
  team.each(count, [&](int32_t i) {
    if (first[i] != i) return;
    const uint64_t smallest = arrays.best[arrays.last[i]];
    if (smallest == NO_VALUE) return;
    for (int32_t saddle = saddle_index(arrays, i); saddle >= 0;) {
      const int32_t node = node_of(arrays, saddle);
      if (atomic::lower(arrays.rival + node, smallest) <= smallest) return;
      saddle = saddle_index(arrays, first[node]);
    }
  });
  team.each(count, [&](int32_t i) { arrays.best[i] = least(arrays.value[i], arrays.rival[i]); });
  scan_segments(team, count, arrays.best, arrays.ends, by_branch, least);
  team.each(count, [&](int32_t i) {
    const bool counts = arrays.value[i] != NO_VALUE &&
                        !is_outweighed(value_of(arrays.value[i]), value_of(arrays.best[i]));
    arrays.best[i] = counts ? arrays.value[i] : NO_VALUE;
  });
  scan_segments(
      team, count, ReverseSpan<uint64_t>{arrays.best, count}, arrays.ends,
      [&](int32_t i) { return count - 1 - arrays.last[first[count - 1 - i]]; }, least);
  return smallest_value(team, count, log10_tests, arrays);
}

/// Returns, by branch, the rank of the smallest log10 NFA of all nodes of other branches that hold
/// it.
template <class Team>
FLOWLINE_DEVICE const uint64_t* follow_branches(const Team& team, int32_t count,
                                                const ScaleArrays& arrays) {
  // For each branch the smallest value of the branches that it leads to, as far as they are
  // followed, and the first that is not.
  struct Reached {
    uint64_t* smallest;
    int32_t* next;
  };
  Reached from = {arrays.ends, arrays.last_node};
  Reached to = {arrays.ends + count, reinterpret_cast<int32_t*>(arrays.area)};
  const int32_t* const first = arrays.first;
  team.each(count, [&](int32_t i) {
    if (first[i] != i) return;
    const int32_t saddle = saddle_index(arrays, i);
    from.smallest[i] = saddle < 0 ? NO_VALUE : arrays.best[saddle];
    from.next[i] = saddle < 0 ? -1 : first[saddle];
  });
  for (int32_t reach = 1; reach < count; reach *= 2) {
    team.each(count, [&](int32_t i) {
      if (first[i] != i) return;
      const int32_t next = from.next[i];
      const uint64_t farther = next < 0 ? NO_VALUE : from.smallest[next];
      to.smallest[i] = farther < from.smallest[i] ? farther : from.smallest[i];
      to.next[i] = next < 0 ? -1 : from.next[next];
    });
    const Reached swapped = from;
    from = to;
    to = swapped;
  }
  return from.smallest;
}

}  // namespace flowline
#endif
