#ifndef FLOWLINE_CUDA_PEAKS_HPP
#define FLOWLINE_CUDA_PEAKS_HPP

#include <cstdint>

#include "cuda/atomics.hpp"
#include "cuda/scale_arrays.hpp"

namespace flowline {

// Peaks and branches of the positions above a floor.
//
// Positions are in the strict order (energy, position). A peak is higher than all its neighbours.
// Go down from it: its component grows, until at a *saddle* it meets one that holds a higher peak.
// Until there the component's lowest positions are the peak's *branch*; the saddle belongs to the
// higher peak's. So every position is of one branch, and the component of a position is what hangs
// on its branch from the position upwards.
//
// A peak's link says where its branch ends: (saddle, some higher peak of the component there).
// Links are made from one grid edge at a time, in any order and by any number of threads at once,
// each with one atomic exchange: a peak gets a higher saddle, and what its old link said is handed
// on to the peak that it now leads to. Nothing of what the links say together is ever lost, and a
// link only leads to a higher peak: when all edges are in, each has its peak's one true saddle.
// (The triplet merge tree of Smirnov and Morozov, over the labels of a steepest ascent.)

constexpr uint64_t NO_LINK = ~uint64_t{0};

FLOWLINE_DEVICE inline uint64_t link_to(int32_t saddle, int32_t peak) {
  return static_cast<uint64_t>(static_cast<uint32_t>(saddle)) << 32 | static_cast<uint32_t>(peak);
}

FLOWLINE_DEVICE inline int32_t saddle_of(uint64_t link) { return static_cast<int32_t>(link >> 32); }

FLOWLINE_DEVICE inline int32_t peak_of(uint64_t link) {
  return static_cast<int32_t>(link & 0xffffffffu);
}

FLOWLINE_DEVICE inline bool above(const float* energy, int32_t a, int32_t b) {
  return energy[a] > energy[b] || (energy[a] == energy[b] && a > b);
}

/// Calls body(neighbour) for each of the position's four neighbours within the map.
template <class Body>
FLOWLINE_DEVICE void each_neighbour(int32_t position, int32_t height, int32_t width, Body&& body) {
  const int32_t column = position % width;
  if (position >= width) body(position - width);
  if (column > 0) body(position - 1);
  if (column < width - 1) body(position + 1);
  if (position < (height - 1) * width) body(position + width);
}

/// The highest peak of the component that holds `peak` at the level of `level`, as far as the links
/// say; *link: the link that it was left with.
FLOWLINE_DEVICE inline int32_t highest_at(const ScaleArrays& arrays, int32_t peak, int32_t level,
                                          uint64_t* link) {
  for (;;) {
    *link = atomic::load(arrays.link + peak);
    if (*link == NO_LINK || above(arrays.energy, level, saddle_of(*link))) return peak;
    peak = peak_of(*link);
  }
}

/// The components of peaks a and b meet at `saddle`.
FLOWLINE_DEVICE inline void connect(const ScaleArrays& arrays, int32_t a, int32_t b,
                                    int32_t saddle) {
  for (;;) {
    uint64_t link_a, link_b;
    a = highest_at(arrays, a, saddle, &link_a);
    b = highest_at(arrays, b, saddle, &link_b);
    if (a == b) return;
    const bool a_ends = above(arrays.energy, b, a);
    const int32_t ends = a_ends ? a : b;
    const int32_t goes_on = a_ends ? b : a;
    const uint64_t old = a_ends ? link_a : link_b;
    if (atomic::exchange_if(arrays.link + ends, old, link_to(saddle, goes_on)) != old) continue;
    if (old == NO_LINK) return;
    a = goes_on;
    b = peak_of(old);
    saddle = saddle_of(old);
  }
}

/// Fills `branch` and `link` from `energy`. Those above the floor take part.
template <class Team>
FLOWLINE_DEVICE void find_branches(const Team& team, int32_t height, int32_t width, float floor,
                                   const ScaleArrays& arrays) {
  const int32_t positions = height * width;
  const float* const energy = arrays.energy;
  int32_t* const branch = arrays.branch;
  team.each(positions, [&](int32_t p) {
    int32_t steepest = p;
    each_neighbour(p, height, width, [&](int32_t q) {
      if (above(energy, q, steepest)) steepest = q;
    });
    branch[p] = energy[p] > floor ? steepest : -1;
    arrays.link[p] = NO_LINK;
  });
  // All climb at once, each as far as the one above it has come.
  team.each(positions, [&](int32_t p) {
    int32_t up = atomic::load(branch + p);
    if (up < 0) return;
    for (int32_t next; (next = atomic::load(branch + up)) != up; up = next) {
      atomic::store(branch + p, next);
    }
  });
  team.each(positions, [&](int32_t p) {
    if (branch[p] < 0) return;
    each_neighbour(p, height, width, [&](int32_t q) {
      if (above(energy, q, p) && branch[q] != branch[p]) connect(arrays, branch[p], branch[q], p);
    });
  });
  team.each(positions, [&](int32_t p) {
    uint64_t link;
    if (branch[p] >= 0) branch[p] = highest_at(arrays, branch[p], p, &link);
  });
}

}  // namespace flowline
#endif
