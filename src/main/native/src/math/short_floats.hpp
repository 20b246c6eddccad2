#ifndef FLOWLINE_MATH_SHORT_FLOATS_HPP
#define FLOWLINE_MATH_SHORT_FLOATS_HPP

#include "math/bits.hpp"

namespace flowline {

/// The float32 of an IEEE float16's bits: exact, subnormal, infinite and NaN too, without a branch.
FLOWLINE_HOST_DEVICE float float_of_half(uint16_t half) {
#ifdef __CUDA_ARCH__
  float value;  // by one instruction, and as exact
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(half));
  return value;
#else
  constexpr uint32_t REBIAS = (127u - 15u) << 23;
  const uint32_t size = (half & 0x7fffu) << 13;
  const uint32_t special = size >= 0x0f800000u ? REBIAS : 0;  // exponent 31 becomes 255
  const float normal = float_of(size + REBIAS + special);
  // A subnormal's digits under a leading one that is taken off again.
  const float subnormal = float_of(size + REBIAS + (1u << 23)) - 0x1p-14f;
  const uint32_t chosen = size < 0x00800000u ? bits_of(subnormal) : bits_of(normal);
  return float_of(chosen | (half & 0x8000u) << 16);
#endif
}

/// The float32 of a bfloat16's bits.
FLOWLINE_HOST_DEVICE float float_of_bfloat(uint16_t bfloat) {
  return float_of(static_cast<uint32_t>(bfloat) << 16);
}

}  // namespace flowline
#endif
