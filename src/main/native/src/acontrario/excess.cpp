#include "acontrario/excess.hpp"

#include <cfloat>
#include <cstdint>
#include <cstring>
#include <limits>

namespace flowline {
namespace {

constexpr double SQRT_HALF = 0.70710678118654752440;
constexpr double SQRT_2 = 1.41421356237309504880;
constexpr double LN2_HIGH = 6.93147180369123816490e-01;  // ln 2 = high + low; k * high is exact
constexpr double LN2_LOW = 1.90821492927058770002e-10;

// (atanh(s) - s) / s^3 as a series in s^2, for |s| <= 3 - 2 sqrt(2).
double atanh_tail(double s2) {
  double sum = 1.0 / 25;
  for (int denominator = 23; denominator >= 3; denominator -= 2) {
    sum = sum * s2 + 1.0 / denominator;
  }
  return sum;
}

}  // namespace

double natural_log(double x) {
  if (x == 0.0) return -std::numeric_limits<double>::infinity();
  const bool subnormal = x < DBL_MIN;
  if (subnormal) x *= 0x1p54;
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  int exponent = static_cast<int>(bits >> 52) - 1023 - (subnormal ? 54 : 0);
  bits = (bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull;
  double y;
  std::memcpy(&y, &bits, sizeof y);
  if (y > SQRT_2) {
    y *= 0.5;
    exponent++;
  }
  const double s = (y - 1.0) / (y + 1.0);
  const double tail = 2.0 * s * s * s * atanh_tail(s * s);
  return exponent * LN2_HIGH + (2.0 * s + (tail + exponent * LN2_LOW));
}

double excess(double energy, double channels) {
  const double d = (energy - channels) / channels;
  if (d <= SQRT_HALF - 1.0 || d >= SQRT_2 - 1.0) {
    const double ratio = energy / channels;
    return d - (ratio < DBL_MIN ? natural_log(energy) - natural_log(channels) : natural_log(ratio));
  }
  // With s = d / (2 + d): d - log1p(d) = d - 2 atanh(s) = s (d - 2 s^2 tail), as d - 2 s = d s.
  const double s = d / (2.0 + d);
  return s * (d - 2.0 * s * s * atanh_tail(s * s));
}

}  // namespace flowline
