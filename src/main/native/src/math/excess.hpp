#ifndef FLOWLINE_MATH_EXCESS_HPP
#define FLOWLINE_MATH_EXCESS_HPP

#include "math/logarithm.hpp"

namespace flowline {

/// t - 1 - ln t for t = energy / channels, the rate of the chi-square's Chernoff bound: 0 at t = 1,
/// positive elsewhere, +infinity at t = 0. Evaluated as d - log1p(d), d = (energy - channels) /
/// channels, accurate to a few units in the last place even where d is tiny.
FLOWLINE_HOST_DEVICE double excess(double energy, double channels) {
  const double d = (energy - channels) / channels;
  if (d <= SQRT_2 / 2 - 1.0 || d >= SQRT_2 - 1.0) {
    const double ratio = energy / channels;
    return d - (ratio < DBL_MIN ? natural_log(energy) - natural_log(channels) : natural_log(ratio));
  }
  return log1p_remainder(d);
}

}  // namespace flowline
#endif
