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

}  // namespace flowline
#endif
