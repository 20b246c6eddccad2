#ifndef FLOWLINE_ACONTRARIO_REGION_LAW_HPP
#define FLOWLINE_ACONTRARIO_REGION_LAW_HPP

#include <cfloat>
#include <cmath>
#include <cstdint>

#include "flowline/flowline.h"
#include "math/bits.hpp"
#include "math/logarithm.hpp"

namespace flowline {

/// The step of floats just below 1, the levels of the fused map: no likelihood above 0 is smaller.
constexpr float LEAST_BASELINE = 0x1p-24f;

/// An image's baseline counts as a tenth of a class.
constexpr double BASELINE_SHARE = 0.1;
constexpr double LOG10_BASELINE_TESTS = 1.0;

/// A law of regions, checked: see flowline_region_law.
struct RegionLaw {
  int32_t classes;
  int32_t knots;
  const float* level;                ///< (knots)
  const double* log10_pfa;           ///< (classes, knots)
  uint32_t smallest_region;          ///< smaller ones are as probable as none; 0: of any size
  float baseline;                    ///< of good images; 0: the law is of levels as they are
  float baseline_exponent;           ///< in quarters, 0 to 1
  const double* baseline_log10_pfa;  ///< (knots); unless there is no baseline
};

/// Throws Error(FLOWLINE_INVALID_ARGUMENT) unless an exponent of the baseline is 0, 1/4, 1/2, 3/4 or 1.
void require_baseline_exponent(const char* name, float exponent);

/// Checks what a law's arrays, in host memory, hold. Throws Error(FLOWLINE_INVALID_ARGUMENT) naming
/// the element.
void require_law(const RegionLaw& law);

/// Whether a law judges levels relative to the image's baseline.
FLOWLINE_HOST_DEVICE bool is_relative(const RegionLaw& law) { return law.baseline > 0.0f; }

/// Positions of the fused map take part above it. One that is not tested is -1, below all others.
FLOWLINE_HOST_DEVICE float floor_of(const RegionLaw& law) {
  return law.level[0] > -1.0f ? law.level[0] : -1.0f;
}

/// The baseline of an image whose median level this is: the likelihood there.
FLOWLINE_HOST_DEVICE float baseline_at(float level) {
  const float likelihood = 1.0f - level;
  return likelihood < LEAST_BASELINE ? LEAST_BASELINE : likelihood;
}

/// A baseline to the power of an exponent in quarters. Every machine rounds square roots alike.
FLOWLINE_HOST_DEVICE float powered(float baseline, float exponent) {
  const float root = std::sqrt(baseline);
  const float fourth_root = std::sqrt(root);
  if (exponent == 1.0f) return baseline;
  if (exponent == 0.75f) return root * fourth_root;
  if (exponent == 0.5f) return root;
  return exponent == 0.25f ? fourth_root : 1.0f;
}

/// The level of a likelihood relative to another, at which it is 1/2.
FLOWLINE_HOST_DEVICE float level_relative_to(float other, float likelihood) {
  const float relative = 1.0f - 0.5f * (likelihood / other);
  return relative > 0.0f ? relative : 0.0f;
}

/// The level of an image's baseline, by that of good images: baselines differ little, and the power
/// spreads them over the knots.
FLOWLINE_HOST_DEVICE float level_of_baseline(float of_good_images, float baseline) {
  const float ratio = baseline / of_good_images;
  const float square = ratio * ratio;
  const float fourth = square * square;
  return level_relative_to(1.0f, fourth * fourth);
}

/// A level made relative to a likelihood. One that is not tested stays so.
FLOWLINE_HOST_DEVICE float relative_level(float level, float likelihood) {
  return level < 0.0f ? level : level_relative_to(likelihood, 1.0f - level);
}

/// The likelihood of a level that was made relative to a baseline.
FLOWLINE_HOST_DEVICE float likelihood_of(float relative, float baseline) {
  return 2.0f * baseline * (1.0f - relative);
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

/// A row of a law's table at a level, not below the first knot. i: knot_below of it.
FLOWLINE_HOST_DEVICE double interpolated(const RegionLaw& law, const double* log10_pfa, int32_t i,
                                         float level) {
  if (i == law.knots - 1) return log10_pfa[i];
  const double low = static_cast<double>(law.level[i]);
  const double high = static_cast<double>(law.level[i + 1]);
  const double share = (static_cast<double>(level) - low) / (high - low);
  return log10_pfa[i] + share * (log10_pfa[i + 1] - log10_pfa[i]);
}

/// log10 PFA of a region that reaches a level, not below the first knot: 0 for one that is too
/// small to count. i: knot_below of it.
FLOWLINE_HOST_DEVICE double log10_pfa_of_region(const RegionLaw& law, int32_t i, uint32_t area,
                                                float level) {
  if (area < law.smallest_region) return 0.0;
  const int64_t row = static_cast<int64_t>(class_of_area(law, area)) * law.knots;
  return interpolated(law, law.log10_pfa + row, i, level);
}

/// log10 NFA of an image's baseline, by a law that is relative. log10_tests: log10_tests_of(law).
FLOWLINE_HOST_DEVICE double log10_nfa_of_baseline(const RegionLaw& law, double log10_tests,
                                                  float baseline) {
  const float level = level_of_baseline(law.baseline, baseline);
  const double log10_pfa = level < law.level[0] ? 0.0
                                                : interpolated(law, law.baseline_log10_pfa,
                                                               knot_below(law, level), level);
  return log10_pfa + log10_tests + LOG10_BASELINE_TESTS;
}

/// A region is outweighed where one within it is more than twice as meaningful: a strong defect's
/// surroundings, in which little but it is strange.
FLOWLINE_HOST_DEVICE bool is_outweighed(double log10_nfa, double smallest_within) {
  return smallest_within < 0.0 && log10_nfa > 0.5 * smallest_within;
}

/// log10 NFA where there is no region: the image's baseline's, unless it is outweighed or no
/// smaller than the number of tests. smallest_within: of all regions and the number of tests.
FLOWLINE_HOST_DEVICE double painted_elsewhere(double of_baseline, double smallest_within,
                                              double log10_tests) {
  const bool counts = of_baseline < log10_tests && !is_outweighed(of_baseline, smallest_within);
  return counts ? of_baseline : log10_tests;
}

/// log10 of the number of tests: one a class, and the share of the baseline.
FLOWLINE_HOST_DEVICE double log10_tests_of(const RegionLaw& law) {
  const double share = is_relative(law) ? BASELINE_SHARE : 0.0;
  return natural_log(static_cast<double>(law.classes) + share) * LOG10_E;
}

/// A log10 NFA on a map. What is too small for a float is 0, not -0: the smallest of both is one.
FLOWLINE_HOST_DEVICE float painted_by_law(double log10_nfa) {
  return log10_nfa < -FLT_MAX ? -FLT_MAX : static_cast<float>(log10_nfa) + 0.0f;
}

}  // namespace flowline
#endif
