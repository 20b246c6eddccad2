#ifndef FLOWLINE_MATH_LOGARITHM_HPP
#define FLOWLINE_MATH_LOGARITHM_HPP

#include <cfloat>
#include <cmath>

#include "math/bits.hpp"

namespace flowline {

constexpr double LOG10_E = 0.43429448190325182765;
constexpr double SQRT_2 = 1.41421356237309504880;
constexpr double LN2_HIGH = 6.93147180369123816490e-01;  // ln 2 = high + low; k * high is exact
constexpr double LN2_LOW = 1.90821492927058770002e-10;

/// (atanh(s) - s) / s^3 as a series in s^2, for |s| <= 3 - 2 sqrt(2).
FLOWLINE_HOST_DEVICE double atanh_tail(double s2) {
  double sum = 1.0 / 25;
  sum = sum * s2 + 1.0 / 23;
  sum = sum * s2 + 1.0 / 21;
  sum = sum * s2 + 1.0 / 19;
  sum = sum * s2 + 1.0 / 17;
  sum = sum * s2 + 1.0 / 15;
  sum = sum * s2 + 1.0 / 13;
  sum = sum * s2 + 1.0 / 11;
  sum = sum * s2 + 1.0 / 9;
  sum = sum * s2 + 1.0 / 7;
  sum = sum * s2 + 1.0 / 5;
  return sum * s2 + 1.0 / 3;
}

/// x - ln(1 + x) for sqrt(1/2) - 1 <= x <= sqrt(2) - 1, within a few units in the last place.
FLOWLINE_HOST_DEVICE double log1p_remainder(double x) {
  // With s = x / (2 + x): ln(1 + x) = 2 atanh(s), and x - 2 s = x s.
  const double s = x / (2.0 + x);
  return s * (x - 2.0 * s * s * atanh_tail(s * s));
}

/// Natural logarithm by additions, multiplications and one division: the same bits on every
/// platform. Within 1 unit in the last place. x >= 0 and finite; log 0 = -infinity.
FLOWLINE_HOST_DEVICE double natural_log(double x) {
  if (x == 0.0) return -INFINITY;
  const bool subnormal = x < DBL_MIN;
  if (subnormal) x *= 0x1p54;
  const uint64_t bits = bits_of(x);
  int exponent = static_cast<int>(bits >> 52) - 1023 - (subnormal ? 54 : 0);
  double y = double_of((bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull);
  if (y > SQRT_2) {
    y *= 0.5;
    exponent++;
  }
  const double above = y - 1.0;  // exact
  return exponent * LN2_HIGH + (above - (log1p_remainder(above) - exponent * LN2_LOW));
}

/// ln(1 + x), x > -1, within 2 units in the last place for small x too.
FLOWLINE_HOST_DEVICE double log1p_of(double x) {
  if (x > SQRT_2 / 2 - 1.0 && x < SQRT_2 - 1.0) return x - log1p_remainder(x);
  const double u = 1.0 + x;
  return natural_log(u) + (x - (u - 1.0)) / u;  // with what 1 + x has lost to rounding
}

}  // namespace flowline
#endif
