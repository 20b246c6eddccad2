#ifndef FLOWLINE_CUDA_EIGHT_SUMS_HPP
#define FLOWLINE_CUDA_EIGHT_SUMS_HPP

#include <cstdint>

#include "cuda/device_code.hpp"

namespace flowline {

/// Sums over the pixels of channels in double and in the host's order (kernels/sums.inc): pixel i
/// of a channel goes into sum i mod 8, ascending, and the eight sums are added pairwise.
struct EightSums {
  static constexpr int32_t SUMS = 8;

  double* sums;  ///< (channels, SUMS), shared by the team
  int32_t channels;

  template <class Team>
  FLOWLINE_DEVICE void clear(const Team& team) const {
    team.each(channels * SUMS, [&](int32_t i) { sums[i] = 0.0; });
  }

  /// piece: (channels, stride), of which the first `pixels` of each channel are added. What was
  /// added before is a multiple of 8 pixels. One thread makes one sum.
  template <class Team>
  FLOWLINE_DEVICE void add(const Team& team, const float* piece, int32_t stride,
                           int32_t pixels) const {
    team.each(channels * SUMS, [&](int32_t i) {
      const float* const values = piece + i / SUMS * stride;
      double sum = sums[i];
      for (int32_t pixel = i % SUMS; pixel < pixels; pixel += SUMS) sum += values[pixel];
      sums[i] = sum;
    });
  }

  FLOWLINE_DEVICE double joined(int32_t channel) const {
    const double* const sum = sums + channel * SUMS;
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
  }
};

}  // namespace flowline
#endif
