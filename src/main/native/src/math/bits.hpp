#ifndef FLOWLINE_MATH_BITS_HPP
#define FLOWLINE_MATH_BITS_HPP

#include <cstdint>
#include <cstring>

#include "math/host_device.hpp"

namespace flowline {

FLOWLINE_HOST_DEVICE uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

FLOWLINE_HOST_DEVICE uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

FLOWLINE_HOST_DEVICE float float_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

FLOWLINE_HOST_DEVICE double double_of(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// The next float towards 0 from one of either sign that is not 0.
FLOWLINE_HOST_DEVICE float next_towards_0(float value) { return float_of(bits_of(value) - 1); }

/// The same bits as another type of the same size: numbers, or vectors of them.
template <class To, class From>
FLOWLINE_HOST_DEVICE To bits_as(From from) {
  static_assert(sizeof(To) == sizeof(From), "bits of another size");
  To to;
  memcpy(&to, &from, sizeof to);
  return to;
}

/// For numbers, and for vectors element by element. Of a NaN and a number, b; so the processor's
/// minimum and maximum have it.
template <class F>
FLOWLINE_HOST_DEVICE F smaller(F a, F b) {
  return a < b ? a : b;
}
template <class F>
FLOWLINE_HOST_DEVICE F larger(F a, F b) {
  return a > b ? a : b;
}

/// A number as a number, or as every element of a vector.
template <class F>
FLOWLINE_HOST_DEVICE F all(float value) {
  return value - F{};
}

}  // namespace flowline
#endif
