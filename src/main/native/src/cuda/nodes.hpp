#ifndef FLOWLINE_CUDA_NODES_HPP
#define FLOWLINE_CUDA_NODES_HPP

#include <cmath>
#include <cstdint>

#include "acontrario/number_of_tests.hpp"
#include "acontrario/pfa.hpp"
#include "cuda/branches.hpp"
#include "cuda/ordered.hpp"

namespace flowline {

// Nodes of the component tree, on the branches' lists. A node is a run of equal energy on a branch,
// known by its last index, where its component is whole. But a branch's last run may be of its
// saddle's energy: such a run is *open*, a part of the node that holds the saddle.

/// The terms of a scale's test, a Judgement made ready for the device: what nodes are judged by and
/// painted with.
struct TestCost {
  int32_t pfa_bound;
  int32_t by_size;  ///< FLOWLINE_TESTS_BY_SIZE?
  int32_t tested;   ///< does any position take part?
  int32_t unused;
  double channels;
  double log10_of_scale;  ///< of TestsBySize
  double background;      ///< the value of no region
  double log10_tests;     ///< added to what is painted
};

/// Returns the value that a region of `area` positions, the lowest of this energy, competes by: the
/// smallest wins.
FLOWLINE_DEVICE inline double value_of_region(const TestCost& cost, float energy, uint32_t area) {
  const double log10_pfa =
      area * log10_pfa_of_pixel(cost.pfa_bound, cost.channels, static_cast<double>(energy));
  return cost.by_size ? log10_pfa + (cost.log10_of_scale + TestsBySize::log10_of_shape(area))
                      : log10_pfa;
}

constexpr uint64_t NO_VALUE = ~uint64_t{0};  // of a index that no node ends at

/// The indices of one branch that have the energy of index i: the first, or the last, found by
/// bisection.
FLOWLINE_DEVICE inline int32_t run_begin(const ScaleArrays& arrays, int32_t i) {
  const int32_t* const position = arrays.lists.item;
  const float energy = arrays.energy[position[i]];
  int32_t low = arrays.first[i];
  for (int32_t high = i; low < high;) {
    const int32_t middle = (low + high) / 2;
    if (arrays.energy[position[middle]] > energy) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

FLOWLINE_DEVICE inline int32_t run_end(const ScaleArrays& arrays, int32_t i) {
  const int32_t* const position = arrays.lists.item;
  const float energy = arrays.energy[position[i]];
  int32_t low = i;
  for (int32_t high = arrays.last[arrays.first[i]]; low < high;) {
    const int32_t middle = (low + high + 1) / 2;
    if (arrays.energy[position[middle]] == energy) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/// The branch's last index is of its saddle's energy, and so belongs to a node of another branch.
FLOWLINE_DEVICE inline bool ends_open(const ScaleArrays& arrays, int32_t first) {
  const int32_t* const position = arrays.lists.item;
  const uint64_t link = arrays.link[position[first]];
  return link != NO_LINK &&
         arrays.energy[saddle_of(link)] == arrays.energy[position[arrays.last[first]]];
}

/// A node ends at index i.
FLOWLINE_DEVICE inline bool ends_node(const ScaleArrays& arrays, int32_t i) {
  const int32_t* const position = arrays.lists.item;
  const int32_t first = arrays.first[i];
  return i == arrays.last[first] ? !ends_open(arrays, first)
                                 : arrays.energy[position[i + 1]] != arrays.energy[position[i]];
}

/// The node that a index is of.
FLOWLINE_DEVICE inline int32_t node_of(const ScaleArrays& arrays, int32_t index) {
  for (;;) {
    const int32_t end = run_end(arrays, index);
    const int32_t first = arrays.first[index];
    if (end != arrays.last[first] || !ends_open(arrays, first)) return end;
    index = saddle_index(arrays, first);
  }
}

/// Fills `value`, `best` and `last_node`.
template <class Team>
FLOWLINE_DEVICE void value_nodes(const Team& team, int32_t count, const TestCost& cost,
                                 const ScaleArrays& arrays) {
  const int32_t* const first = arrays.first;
  const int32_t* const position = arrays.lists.item;
  team.each(count, [&](int32_t i) {
    if (first[i] == i) arrays.last_node[i] = -1;
  });
  team.each(count, [&](int32_t i) {
    const float energy = arrays.energy[position[i]];
    const bool node = ends_node(arrays, i);
    arrays.value[i] = node ? rank_of(value_of_region(cost, energy, arrays.area[i])) : NO_VALUE;
    arrays.best[i] = arrays.value[i];
    if (node) atomic::raise(arrays.last_node + first[i], i);
  });
  scan_segments(
      team, count, arrays.best, arrays.ends, [&](int32_t i) { return first[i]; },
      [](uint64_t a, uint64_t b) { return a < b ? a : b; });
}

}  // namespace flowline
#endif
