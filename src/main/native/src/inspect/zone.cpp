#include "inspect/zone.hpp"

#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace flowline {
namespace {

/// A number that has the order of floats, none of which is NaN.
int64_t ordered(float value) {
  int32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits >= 0 ? bits : int64_t{INT32_MIN} - bits;
}

float of_ordered(int64_t number) {
  const auto bits = static_cast<int32_t>(number >= 0 ? number : int64_t{INT32_MIN} - number);
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace

Zone::Zone(double share) : log10_share_(std::log10(share)) {}

float Zone::among_all(float in_zone) const {
  return in_zone == FLT_MAX ? in_zone : static_cast<float>(in_zone - log10_share_);
}

double Zone::threshold(double log10_epsilon) const {
  int64_t low = ordered(-FLT_MAX);  // bisection: rounding keeps the order of floats
  int64_t high = ordered(FLT_MAX);
  while (low < high) {
    const int64_t middle = (low + high) >> 1;
    if (among_all(of_ordered(middle)) < log10_epsilon) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return of_ordered(low);
}

}  // namespace flowline
