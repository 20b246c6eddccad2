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
  constexpr double TO_INTEGER = 0x1.8p52;  // added and subtracted, it rounds
  const double k = (x * LOG2_E + TO_INTEGER) - TO_INTEGER;
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
  const int64_t whole = static_cast<int64_t>(k);
  const int64_t half = whole / 2;
  return sum * double_of(static_cast<uint64_t>(half + 1023) << 52) *
         double_of(static_cast<uint64_t>(whole - half + 1023) << 52);
}

}  // namespace flowline
#endif
