#ifndef FLOWLINE_CUDA_COLLAPSE_OR_BLOCK_HPP
#define FLOWLINE_CUDA_COLLAPSE_OR_BLOCK_HPP

#include <cfloat>
#include <cstdint>

#include "cuda/nodes.hpp"

namespace flowline {

// Prune and merge (acontrario/selection.cpp says the rule), all branches at once. What makes it
// parallel:
//
// - A node that is not blocked has chosen the smallest value of its branch so far, `best`: alone on
//   its way down, by definition; where others end in it, because it is only then not blocked if it
//   is as good as all of them. So every branch's values are known beforehand, blocked or not, and
//   with them whether a node blocks of itself: if it is worse than `best` before it or than the
//   `best` that another branch arrives with.
// - What is below a blocked node is blocked. So each node that blocks of itself blocks the node at
//   which its branch ends, and so on; if that branch has a blocked node already, another thread
//   goes on from there.
// - A branch's first node has no children: a branch that ended in it would have a higher peak.

constexpr uint32_t NOT_BLOCKED = ~uint32_t{0};

/// Fills `parent_node`, `rival` and `rivals`, and clears `first_blocked`: what ends where, and with
/// which value.
template <class Team>
FLOWLINE_DEVICE void join_branches(const Team& team, int32_t count, ScaleArrays* layout) {
  reuse_areas(layout);
  const ScaleArrays& arrays = *layout;
  const int32_t* const first = arrays.first;
  team.each(count, [&](int32_t i) {
    arrays.rival[i] = NO_VALUE;
    arrays.rivals[i] = 0;
  });
  team.each(count, [&](int32_t i) {
    if (first[i] != i) return;
    const int32_t saddle = saddle_index(arrays, i);
    const int32_t node = saddle < 0 ? -1 : node_of(arrays, saddle);
    const int32_t last_node = arrays.last_node[i];
    arrays.parent_node[i] = node;
    arrays.first_blocked[i] = NOT_BLOCKED;
    // A branch without a node is a part of that node, and no child.
    if (node < 0 || last_node < 0) return;
    atomic::add(arrays.rivals + node, uint32_t{1});
    atomic::lower(arrays.rival + node, arrays.best[last_node]);
  });
}

/// Fills `first_blocked`.
template <class Team>
FLOWLINE_DEVICE void block_nodes(const Team& team, int32_t count, const ScaleArrays& arrays) {
  const int32_t* const first = arrays.first;
  team.each(count, [&](int32_t i) {
    if (arrays.rivals[i] == 0) return;
    const uint64_t value = arrays.value[i];
    if (value <= arrays.best[i - 1] && value <= arrays.rival[i]) return;
    for (int32_t node = i; node >= 0; node = arrays.parent_node[first[node]]) {
      const uint32_t at = static_cast<uint32_t>(node);
      if (atomic::lower(arrays.first_blocked + first[node], at) != NOT_BLOCKED) return;
    }
  });
}

FLOWLINE_DEVICE inline bool is_blocked(const ScaleArrays& arrays, int32_t node) {
  return arrays.first_blocked[arrays.first[node]] <= static_cast<uint32_t>(node);
}

/// Fills `last_open` and `region`. A region is what the last node that is not blocked has chosen,
/// where the component ends or the next node is blocked.
template <class Team>
FLOWLINE_DEVICE void choose_regions(const Team& team, int32_t count, ScaleArrays* layout) {
  reuse_links(layout);
  const ScaleArrays& arrays = *layout;
  const int32_t* const first = arrays.first;
  team.each(count, [&](int32_t i) {
    if (first[i] != i) return;
    const uint32_t blocked = arrays.first_blocked[i];
    const int32_t parent = arrays.parent_node[i];
    int32_t last_open = -1;
    if (blocked != NOT_BLOCKED) {
      last_open = run_begin(arrays, static_cast<int32_t>(blocked)) - 1;
    } else if (parent < 0 || is_blocked(arrays, parent)) {
      last_open = arrays.last_node[i];
    }
    arrays.last_open[i] = last_open;
    arrays.region[i] = -1;
  });
  team.each(count, [&](int32_t i) {
    if (arrays.value[i] == NO_VALUE || i > arrays.last_open[first[i]]) return;
    // As good as what is above it, a node that others end in takes its place, and one that is alone
    // does not.
    const bool taken =
        i == first[i] || arrays.rivals[i] > 0 || arrays.value[i] < arrays.best[i - 1];
    if (taken) atomic::raise(arrays.region + first[i], i);
  });
}

/// The rank of the value that a index is painted with: its region's, NO_VALUE if it is in none.
FLOWLINE_DEVICE inline uint64_t value_at(const ScaleArrays& arrays, int32_t index) {
  for (;;) {
    const int32_t first = arrays.first[index];
    if (arrays.last_open[first] >= 0) {
      const int32_t region = arrays.region[first];
      return index <= region ? arrays.value[region] : NO_VALUE;
    }
    index = arrays.parent_node[first];
    if (index < 0) return NO_VALUE;
  }
}

FLOWLINE_DEVICE inline float painted_value(const TestCost& cost, double value) {
  if (value >= cost.background) return static_cast<float>(cost.background + cost.log10_tests);
  const double sum = value + cost.log10_tests;
  return static_cast<float>(sum < -FLT_MAX ? -FLT_MAX : sum);
}

}  // namespace flowline
#endif
