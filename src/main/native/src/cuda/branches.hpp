#ifndef FLOWLINE_CUDA_BRANCHES_HPP
#define FLOWLINE_CUDA_BRANCHES_HPP

#include <cstdint>

#include "cuda/atomics.hpp"
#include "cuda/collectives.hpp"
#include "cuda/peaks.hpp"
#include "math/bits.hpp"

namespace flowline {

/// Returns the index of the saddle at which the branch ends that begins at index `first`, -1 for a
/// component's highest, which ends with the component.
FLOWLINE_DEVICE inline int32_t saddle_index(const ScaleArrays& arrays, int32_t first) {
  const uint64_t link = arrays.link[arrays.lists.item[first]];
  return link == NO_LINK ? -1 : arrays.sorted_index[saddle_of(link)];
}

/// Lists the positions that take part by branch, in each by falling (energy, position), and fills
/// `sorted_index`, `first` and `last`. Returns how many they are.
template <class Team>
FLOWLINE_DEVICE int32_t sort_branches(const Team& team, int32_t positions, ScaleArrays* arrays) {
  int32_t* const branch = arrays->branch;
  int32_t* const before = arrays->sorted_index;  // how many take part up to a position
  team.each(positions, [&](int32_t p) { before[p] = branch[p] >= 0; });
  scan_segments(
      team, positions, before, reinterpret_cast<int32_t*>(arrays->ends), [](int32_t) { return 0; },
      [](int32_t a, int32_t b) { return a + b; });
  const int32_t count = before[positions - 1];
  // From the last position to the first: sorting keeps the order of equals. Energies above the
  // floor are not negative, so that their bits order like them.
  team.each(positions, [&](int32_t p) {
    if (branch[p] < 0) return;
    const int32_t at = count - before[p];
    arrays->lists.key[at] = static_cast<uint64_t>(static_cast<uint32_t>(branch[p])) << 32 |
                            static_cast<uint32_t>(~bits_of(arrays->energy[p]));
    arrays->lists.item[at] = p;
  });
  sort(team, count, &arrays->lists);
  reuse_lists(arrays);
  const int32_t* const position = arrays->lists.item;
  team.each(count, [&](int32_t i) { arrays->sorted_index[position[i]] = i; });
  team.each(count,
            [&](int32_t i) { arrays->first[i] = arrays->sorted_index[branch[position[i]]]; });
  team.each(count, [&](int32_t i) {
    if (i == count - 1 || arrays->first[i + 1] != arrays->first[i])
      arrays->last[arrays->first[i]] = i;
  });
  return count;
}

/// Fills `area`: of each index the positions of its component, itself and all that is higher.
///
/// A branch that knows the areas of all that end in it adds its own to the one that it ends in, and
/// whoever adds last goes on with that one.
template <class Team>
FLOWLINE_DEVICE void measure_areas(const Team& team, int32_t count, const ScaleArrays& arrays) {
  constexpr uint64_t ONE = uint64_t{1} << 32;
  const int32_t* const first = arrays.first;
  team.each(count, [&](int32_t i) {
    arrays.area[i] = 1;
    if (first[i] == i) arrays.arrivals[i] = ONE | static_cast<uint32_t>(arrays.last[i] - i + 1);
  });
  team.each(count, [&](int32_t i) {
    if (first[i] != i) return;
    const int32_t saddle = saddle_index(arrays, i);
    if (saddle >= 0) atomic::add(arrays.arrivals + first[saddle], ONE);
  });
  team.each(count, [&](int32_t i) {
    if (first[i] != i) return;
    uint32_t area = 0;  // at first a branch arrives at itself
    for (int32_t branch = i;;) {
      const uint64_t before = atomic::add(arrays.arrivals + branch, uint64_t{area} - ONE);
      if (before >> 32 != 1) return;
      area += static_cast<uint32_t>(before);
      const int32_t saddle = saddle_index(arrays, branch);
      if (saddle < 0) return;
      atomic::add(arrays.area + saddle, area);
      branch = first[saddle];
    }
  });
  scan_segments(
      team, count, arrays.area, reinterpret_cast<uint32_t*>(arrays.ends),
      [&](int32_t i) { return first[i]; }, [](uint32_t a, uint32_t b) { return a + b; });
}

}  // namespace flowline
#endif
