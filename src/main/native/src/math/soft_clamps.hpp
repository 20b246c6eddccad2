#ifndef FLOWLINE_MATH_SOFT_CLAMPS_HPP
#define FLOWLINE_MATH_SOFT_CLAMPS_HPP

#include "math/exponential.hpp"

namespace flowline {

/// tanh x in float32, odd to the bit, without a branch. Within 3 units in the last place, near 0
/// too.
FLOWLINE_HOST_DEVICE float hyperbolic_tangent(float x) {
  constexpr uint32_t SIGN = 0x80000000u;
  const float size = float_of(bits_of(x) & ~SIGN);
  const float bounded = size > 10.0f ? 10.0f : size;  // tanh 10 rounds to 1
  const SplitExponential split = split_exponential(-2.0f * bounded);
  const float power = power_of_two(split.power);
  const float e = power * split.fraction + (power - 1.0f);  // e^(-2 |x|) - 1
  const float tangent = -e / (2.0f + e);
  return float_of(bits_of(tangent) | (bits_of(x) & SIGN));
}

/// arctan x in float32, odd to the bit, without a branch. Within 3 units in the last place, near 0
/// too.
FLOWLINE_HOST_DEVICE float arctangent(float x) {
  constexpr uint32_t SIGN = 0x80000000u;
  constexpr float PI_4 = 0.78539816f;
  constexpr float PI_2 = 1.57079633f;
  const float size = float_of(bits_of(x) & ~SIGN);
  // arctan x = offset + arctan t, |t| <= tan(pi / 8).
  const bool middle = size > 0.41421356f;
  const bool large = size > 2.41421356f;
  const float one_less = size - 1.0f;
  const float one_more = size + 1.0f;
  const float of_middle = middle ? one_less : size;
  const float by_middle = middle ? one_more : 1.0f;
  const float by_large = large ? size : by_middle;
  const float t = (large ? -1.0f : of_middle) / by_large;
  const float at_middle = middle ? PI_4 : 0.0f;
  const float offset = large ? PI_2 : at_middle;
  // (arctan t - t) / t^3 in t^2, minimax: 2^-30.5 of arctan t.
  const float square = t * t;
  float sum = -6.077759712934494e-2f;
  sum = sum * square + 1.0593640059232712e-1f;
  sum = sum * square - 1.4243511855602264e-1f;
  sum = sum * square + 1.9998469948768616e-1f;
  sum = sum * square - 3.333331644535065e-1f;
  const float angle = offset + (t + t * square * sum);
  return float_of(bits_of(angle) | (bits_of(x) & SIGN));
}

}  // namespace flowline
#endif
