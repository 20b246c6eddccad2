#ifndef FLOWLINE_CUDA_SCALE_KERNEL_HPP
#define FLOWLINE_CUDA_SCALE_KERNEL_HPP

#include <cstdint>

#include "cuda/collapse_or_block.hpp"

namespace flowline {

/// ScaleTest::paint (acontrario/scale_test.hpp), to the bit, by all threads of a team.
///
/// energy_at(p): the energy of position p, -1 where it is not tested. Positions take part if it is
/// above the floor. painted: (height, width). smallest: the rank of the smallest value painted
/// anywhere, which is lowered to this map's.
template <class Team, class EnergyAt>
FLOWLINE_DEVICE void paint_scale(const Team& team, int32_t height, int32_t width,
                                 EnergyAt&& energy_at, float floor, const Price& price,
                                 ScaleArrays arrays, float* painted, uint32_t* smallest) {
  const int32_t positions = height * width;
  team.each(positions, [&](int32_t p) { arrays.energy[p] = energy_at(p); });
  find_branches(team, height, width, floor, arrays);
  const int32_t count = sort_branches(team, positions, &arrays);
  measure_areas(team, count, arrays);
  reuse_areas(&arrays);
  value_nodes(team, count, price, arrays);
  join_branches(team, count, arrays);
  block_nodes(team, count, arrays);
  choose_regions(team, count, &arrays);
  team.each(1, [&](int32_t) { *arrays.smallest = ~uint32_t{0}; });
  team.each(positions, [&](int32_t p) {
    const uint64_t rank = arrays.branch[p] < 0 ? NO_VALUE : value_at(arrays, arrays.place[p]);
    painted[p] = painted_value(price, rank == NO_VALUE ? price.background : value_of(rank));
    const uint32_t order = rank_of(painted[p]);
    if (order < atomic::load(arrays.smallest)) atomic::lower(arrays.smallest, order);
  });
  team.each(1, [&](int32_t) { atomic::lower(smallest, *arrays.smallest); });
}

}  // namespace flowline
#endif
