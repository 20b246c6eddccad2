/* An affine coupling; part of flowline.hpp. */
#ifndef FLOWLINE_COUPLING_HPP
#define FLOWLINE_COUPLING_HPP

#include <flowline/flowline.h>

#include <cstdint>

#include "flowline/span.hpp"

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// The soft clamp of a coupling's raw log-scale.
enum class Clamp : int32_t {
  Tanh = FLOWLINE_CLAMP_TANH,
  TanhScaled = FLOWLINE_CLAMP_TANH_SCALED,
  Atan = FLOWLINE_CLAMP_ATAN
};

/// An affine coupling with a global affine and a permutation; see flowline_coupling. The views have
/// (channels) elements each, of the context's device; empty: 1, 0 and the identity.
struct Coupling {
  Clamp clamp = Clamp::Tanh;
  float alpha = 2.0f;
  float subnet_scale = 0.1f;
  Span<const float> gain = {};
  Span<const float> offset = {};
  Span<const int32_t> permutation = {};
};

}  // namespace v0
}  // namespace flowline
#endif
