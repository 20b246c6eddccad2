#ifndef FLOWLINE_ACONTRARIO_JUDGEMENT_HPP
#define FLOWLINE_ACONTRARIO_JUDGEMENT_HPP

#include <cstdint>

#include "flowline/flowline.h"
#include "math/bits.hpp"

namespace flowline {

/// The parameters that a scale's regions are judged by.
struct Judgement {
  int32_t pfa_bound;        ///< FLOWLINE_PFA_...
  int32_t number_of_tests;  ///< FLOWLINE_TESTS_...
  int64_t channels;
  int64_t scale_pixels;  ///< n_l
  int64_t total_pixels;  ///< S

  /// Positions take part if their energy is higher. With the guarded bound a node whose minimum is
  /// at most C can neither win a branch nor a merge against a node above it, by either count: the
  /// forest above the mean has the same regions.
  float floor() const {
    if (pfa_bound != FLOWLINE_PFA_CHERNOFF) return -0.5f;
    const float nearest = static_cast<float>(channels);
    return static_cast<double>(nearest) <= static_cast<double>(channels) ? nearest
                                                                         : next_towards_0(nearest);
  }
};

}  // namespace flowline
#endif
