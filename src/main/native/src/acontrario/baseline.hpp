#ifndef FLOWLINE_ACONTRARIO_BASELINE_HPP
#define FLOWLINE_ACONTRARIO_BASELINE_HPP

#include <cstdint>

#include "acontrario/region_law.hpp"

namespace flowline {

// An image's baseline is the median likelihood of its tested positions. It is found by the median
// level, an order statistic: the same one in whatever order a machine counts.

/// The rank, from 0, of the median level of so many tested positions: the upper of two.
FLOWLINE_HOST_DEVICE int64_t median_rank(int64_t tested) { return tested / 2; }

/// The baseline of a fused map: levels in [0, 1] where a position is tested, below 0 where not. At
/// least one is tested.
float baseline_of(const float* map, int64_t positions);

/// Makes the levels of a fused map relative to its baseline, in place.
void make_relative(float* map, int64_t positions, float baseline);

}  // namespace flowline
#endif
