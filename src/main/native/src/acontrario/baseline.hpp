#ifndef FLOWLINE_ACONTRARIO_BASELINE_HPP
#define FLOWLINE_ACONTRARIO_BASELINE_HPP

#include <cstdint>

#include "acontrario/region_law.hpp"
#include "tree/buffer.hpp"

namespace flowline {

// An image's baseline is the median likelihood of its tested positions. It is found by the median
// level, an order statistic: the same one in whatever order a machine counts.

/// The rank, from 0, of the median level of so many tested positions: the upper of two.
FLOWLINE_HOST_DEVICE int64_t median_rank(int64_t tested) { return tested / 2; }

/// Finds baselines, and makes levels relative to them. One thread at a time.
class Baseline {
 public:
  /// Room for maps of so many positions: finding one then allocates nothing.
  void reserve(int64_t positions) { nearest_.reserve(static_cast<size_t>(positions)); }

  /// Returns the baseline of a fused map: levels in [0, 1] where a position is tested, which one is
  /// at least, below 0 where not.
  float of(const float* map, int64_t positions);

 private:
  Buffer<float> nearest_;  // the levels near the median
};

/// relative: (positions), receives the levels of a fused map relative to a likelihood.
void make_relative(const float* map, int64_t positions, float likelihood, float* relative);

}  // namespace flowline
#endif
