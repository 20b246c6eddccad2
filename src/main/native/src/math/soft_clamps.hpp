#ifndef FLOWLINE_MATH_SOFT_CLAMPS_HPP
#define FLOWLINE_MATH_SOFT_CLAMPS_HPP

#include "math/exponential.hpp"

namespace flowline {

constexpr uint32_t SIGN_BIT = 0x80000000u;

template <class F, class W>
FLOWLINE_HOST_DEVICE F hyperbolic_tangent_of(F x) {
  const W sign = bits_as<W>(x) & SIGN_BIT;
  const F size = bits_as<F>(bits_as<W>(x) ^ sign);
  const F bounded = smaller(all<F>(10.0f), size);  // tanh 10 rounds to 1; a NaN stays one
  const SplitExponential<F, W> split = split_exponential<F, W>(-2.0f * bounded);
  const F power = bits_as<F>((split.power + 127u) << 23);
  const F e = power * split.fraction + (power - 1.0f);  // e^(-2 |x|) - 1
  return bits_as<F>(bits_as<W>((0.0f - e) / (2.0f + e)) | sign);
}

/// tanh x in float32, odd to the bit, without a branch. Within 3 units in the last place, near 0
/// too.
FLOWLINE_HOST_DEVICE float hyperbolic_tangent(float x) {
  return hyperbolic_tangent_of<float, uint32_t>(x);
}

template <class F, class W>
FLOWLINE_HOST_DEVICE F arctangent_of(F x) {
  const W sign = bits_as<W>(x) & SIGN_BIT;
  const F size = bits_as<F>(bits_as<W>(x) ^ sign);
  // arctan |x| = offset + arctan t, |t| <= tan(pi / 8).
  const auto middle = size > 0.41421356f;
  const auto large = size > 2.41421356f;
  const F above = large ? all<F>(-1.0f) : (middle ? size - 1.0f : size);
  const F below = large ? size : (middle ? size + 1.0f : all<F>(1.0f));
  const F offset = large ? all<F>(1.57079633f) : (middle ? all<F>(0.78539816f) : all<F>(0.0f));
  const F t = above / below;
  // (arctan t - t) / t^3 in t^2, minimax: 2^-30.5 of arctan t.
  const F square = t * t;
  const F high = square * 1.0593640059232712e-1f - 1.4243511855602264e-1f;
  const F low = square * 1.9998469948768616e-1f - 3.333331644535065e-1f;
  const F fourth = square * square;
  const F sum = (fourth * -6.077759712934494e-2f + high) * fourth + low;
  return bits_as<F>(bits_as<W>(offset + (t + t * square * sum)) | sign);
}

/// arctan x in float32, odd to the bit, without a branch. Within 3 units in the last place, near 0
/// too.
FLOWLINE_HOST_DEVICE float arctangent(float x) { return arctangent_of<float, uint32_t>(x); }

}  // namespace flowline
#endif
