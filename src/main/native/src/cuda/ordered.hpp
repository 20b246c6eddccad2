#ifndef FLOWLINE_CUDA_ORDERED_HPP
#define FLOWLINE_CUDA_ORDERED_HPP

#include <cstdint>

#include "math/bits.hpp"

namespace flowline {

/// Unsigned numbers that order like the floats, -0.0 like 0.0, for the atomics; and back.
FLOWLINE_HOST_DEVICE uint32_t rank_of(float value) {
  const uint32_t bits = bits_of(value + 0.0f);
  return bits >> 31 ? ~bits : bits | uint32_t{1} << 31;
}

FLOWLINE_HOST_DEVICE uint64_t rank_of(double value) {
  const uint64_t bits = bits_of(value + 0.0);
  return bits >> 63 ? ~bits : bits | uint64_t{1} << 63;
}

FLOWLINE_HOST_DEVICE float value_of(uint32_t rank) {
  return float_of(rank >> 31 ? rank & ~(uint32_t{1} << 31) : ~rank);
}

FLOWLINE_HOST_DEVICE double value_of(uint64_t rank) {
  return double_of(rank >> 63 ? rank & ~(uint64_t{1} << 63) : ~rank);
}

}  // namespace flowline
#endif
