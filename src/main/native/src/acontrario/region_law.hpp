#ifndef FLOWLINE_ACONTRARIO_REGION_LAW_HPP
#define FLOWLINE_ACONTRARIO_REGION_LAW_HPP

#include <cfloat>
#include <cstdint>

#include "flowline/flowline.h"
#include "math/bits.hpp"
#include "math/logarithm.hpp"

namespace flowline {

/// A law of regions, checked: see flowline_region_law.
struct RegionLaw {
  int32_t classes;
  int32_t knots;
  const float* level;        ///< (knots)
  const double* log10_pfa;   ///< (classes, knots)
  uint32_t smallest_region;  ///< smaller ones are as probable as none; 0: of any size
};

/// Checks what a law's arrays, in host memory, hold. Throws Error(FLOWLINE_INVALID_ARGUMENT) naming
/// the element.
void require_law(const RegionLaw& law);

/// Positions of the fused map take part above it. One that is not tested is -1, below all others.
FLOWLINE_HOST_DEVICE float floor_of(const RegionLaw& law) {
  return law.level[0] > -1.0f ? law.level[0] : -1.0f;
}

/// The class of regions of so many positions: floor(log2(area)), of the last all larger ones.
FLOWLINE_HOST_DEVICE int32_t class_of_area(const RegionLaw& law, uint32_t area) {
  const int32_t exponent = static_cast<int32_t>(bits_of(static_cast<double>(area)) >> 52) - 1023;
  return exponent < law.classes - 1 ? exponent : law.classes - 1;
}

/// The last knot that is not above a level, by bisection; the first, where all are.
FLOWLINE_HOST_DEVICE int32_t knot_below(const RegionLaw& law, float level) {
  int32_t low = 0;
  for (int32_t high = law.knots - 1; low < high;) {
    const int32_t middle = (low + high + 1) / 2;
    if (law.level[middle] <= level) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/// log10 PFA of a region that reaches a level, not below the first knot: 0 for one that is too small
/// to count. i: knot_below of it.
FLOWLINE_HOST_DEVICE double log10_pfa_of_region(const RegionLaw& law, int32_t i, uint32_t area,
                                                float level) {
  if (area < law.smallest_region) return 0.0;
  const int64_t row = static_cast<int64_t>(class_of_area(law, area)) * law.knots;
  const double* const log10_pfa = law.log10_pfa + row;
  if (i == law.knots - 1) return log10_pfa[i];
  const double low = static_cast<double>(law.level[i]);
  const double high = static_cast<double>(law.level[i + 1]);
  const double share = (static_cast<double>(level) - low) / (high - low);
  return log10_pfa[i] + share * (log10_pfa[i + 1] - log10_pfa[i]);
}

/// A region is outweighed where one within it is more than twice as meaningful: a strong defect's
/// surroundings, in which little but it is strange.
FLOWLINE_HOST_DEVICE bool is_outweighed(double log10_nfa, double smallest_within) {
  return smallest_within < 0.0 && log10_nfa > 0.5 * smallest_within;
}

/// log10 of the number of tests: one a class.
FLOWLINE_HOST_DEVICE double log10_tests_of(const RegionLaw& law) {
  return natural_log(static_cast<double>(law.classes)) * LOG10_E;
}

/// A log10 NFA on a map. What is too small for a float is 0, not -0: the smallest of both is one.
FLOWLINE_HOST_DEVICE float painted_by_law(double log10_nfa) {
  return log10_nfa < -FLT_MAX ? -FLT_MAX : static_cast<float>(log10_nfa) + 0.0f;
}

}  // namespace flowline
#endif
