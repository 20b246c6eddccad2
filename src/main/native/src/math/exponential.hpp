#ifndef FLOWLINE_MATH_EXPONENTIAL_HPP
#define FLOWLINE_MATH_EXPONENTIAL_HPP

#include "math/logarithm.hpp"

namespace flowline {

/// e^x by additions and multiplications: the same bits on every platform. Within 1 unit in the last
/// place; 0 below -745.2, +infinity above 709.8.
FLOWLINE_HOST_DEVICE double exponential(double x) {
  if (x < -746.0) return 0.0;
  if (x > 710.0) return INFINITY;
  constexpr double LOG2_E = 1.44269504088896340736;
  constexpr double TO_INTEGER = 0x1.8p52;  // added, it rounds; the last bits are the integer
  const double rounded = x * LOG2_E + TO_INTEGER;
  const double k = rounded - TO_INTEGER;
  const double r = (x - k * LN2_HIGH) - k * LN2_LOW;  // |r| <= ln 2 / 2
  double sum = 1.0 / 6227020800.0;
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = 1.0 + (r + r * r * sum);
  // In two factors, so that neither leaves the range of normal numbers before the product does.
  const int32_t whole = static_cast<int32_t>(static_cast<uint32_t>(bits_of(rounded)));
  const int32_t half = whole / 2;
  return sum * double_of(static_cast<uint64_t>(half + 1023) << 52) *
         double_of(static_cast<uint64_t>(whole - half + 1023) << 52);
}

/// e^x - 1 = 2^power (1 + fraction) - 1, |fraction| < 0.42, for |x| < 2^21. Here and below F is
/// float or a vector of it and W uint32_t or as many: one source for a number and for vector code.
template <class F, class W>
struct SplitExponential {
  W power;  // in two's complement
  F fraction;
};

template <class F, class W>
FLOWLINE_HOST_DEVICE SplitExponential<F, W> split_exponential(F x) {
  constexpr float TO_INTEGER = 0x1.8p23f;
  const F rounded = x * 1.44269504f + TO_INTEGER;
  const F k = rounded - TO_INTEGER;
  // ln 2 = high + low; k * high is exact for |k| < 512.
  const F r = (x - k * 0x1.62e4p-1f) - k * 0x1.7f7d1cp-20f;
  // (e^r - 1 - r) / r^2, minimax: 2^-31.9 of e^r - 1 on |r| <= ln 2 / 2. In pairs, which wait for
  // each other less than a chain.
  const F square = r * r;
  const F high = r * 1.984588598133996e-4f + 1.3940719654783607e-3f;
  const F middle = r * 8.333389647305012e-3f + 4.166635870933533e-2f;
  const F low = r * 1.666666567325592e-1f + 0.5f;
  const F sum = (square * high + middle) * square + low;
  constexpr uint32_t BITS_OF_TO_INTEGER = 0x4b400000u;
  return {bits_as<W>(rounded) - BITS_OF_TO_INTEGER, r + square * sum};
}

template <class F, class W>
FLOWLINE_HOST_DEVICE F exponential_of(F x) {
  // The limits first: a NaN stays one.
  const F bounded = larger(all<F>(-105.0f), smaller(all<F>(89.0f), x));
  const SplitExponential<F, W> split = split_exponential<F, W>(bounded);
  // 2^power in two factors, so that neither leaves the range of normal numbers before the product.
  const W both = split.power + 254u;
  const W half = both >> 1;
  return (1.0f + split.fraction) * bits_as<F>(half << 23) * bits_as<F>((both - half) << 23);
}

/// e^x in float32 without a branch. Within 1 unit in the last place; 0 below -103.98, +infinity
/// above 88.73.
FLOWLINE_HOST_DEVICE float exponential(float x) { return exponential_of<float, uint32_t>(x); }

}  // namespace flowline
#endif
