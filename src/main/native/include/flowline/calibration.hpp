/* The region law and the threshold that good images give; part of flowline.hpp. */
#ifndef FLOWLINE_CALIBRATION_HPP
#define FLOWLINE_CALIBRATION_HPP

#include <flowline/flowline.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "flowline/error.hpp"
#include "flowline/span.hpp"

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// A region law in host memory; see flowline_region_law.
struct RegionLaw {
  std::vector<float> level;       ///< by knot
  std::vector<double> log10_pfa;  ///< (classes, knots)

  /// The size of the maps that it was measured on; both 0: unknown, and not checked.
  int64_t height = 0, width = 0;

  float baseline = 0;                      ///< of good images; 0: the law is not relative
  float baseline_exponent = 0;             ///< of a relative law: 0, 1/4, 1/2, 3/4 or 1
  std::vector<double> baseline_log10_pfa;  ///< by knot, if it is
};

/// Returns the number of size classes of laws for maps of this size; see flowline_size_classes.
inline int32_t size_classes(int64_t height, int64_t width) {
  return flowline_size_classes(height, width);
}

/// Fits a region law for maps of any size to good images. maxima: (images, classes), of
/// Context::region_maxima; see flowline_region_law_fit.
inline RegionLaw fit_region_law(Span<const float> maxima, int32_t classes) {
  const int64_t size = static_cast<int64_t>(maxima.size());
  if (classes < 1 || size % classes != 0) {
    detail::fail(FLOWLINE_INVALID_ARGUMENT, "maxima must have a multiple of the " +
                                                std::to_string(classes) + " classes, got " +
                                                std::to_string(size));
  }
  RegionLaw law;
  law.level.resize(FLOWLINE_LAW_KNOTS);
  law.log10_pfa.resize(detail::count({classes, FLOWLINE_LAW_KNOTS}));
  int32_t knots;
  detail::check(flowline_region_law_fit(maxima.data(), size / classes, classes, law.level.data(),
                                        law.log10_pfa.data(), &knots));
  law.level.resize(static_cast<size_t>(knots));
  law.log10_pfa.resize(detail::count({classes, knots}));
  return law;
}

/// Fits a region law for maps of one size, which a call then checks. maxima: (images,
/// size_classes(height, width)), of Context::region_maxima.
inline RegionLaw fit_region_law(Span<const float> maxima, int64_t height, int64_t width) {
  RegionLaw law = fit_region_law(maxima, size_classes(height, width));
  law.height = height;
  law.width = width;
  return law;
}

/// What one image gives to a relative law; see flowline_relative_maxima.
struct RelativeMaxima {
  std::vector<float> maxima;  ///< (classes)
  float baseline;
};

/// Fits a relative region law for maps of any size to good images, with the exponent of the baseline
/// that they show. maxima: (images, classes), and baselines: (images), of Context::relative_maxima;
/// see flowline_baseline_exponent and flowline_relative_law_fit.
inline RegionLaw fit_relative_law(Span<const float> maxima, Span<const float> baselines,
                                  int32_t classes) {
  const int64_t size = static_cast<int64_t>(maxima.size());
  const int64_t images = static_cast<int64_t>(baselines.size());
  if (classes < 1 || size / classes != images || size % classes != 0) {
    detail::fail(FLOWLINE_INVALID_ARGUMENT, "maxima must have " + std::to_string(images) +
                                                " baselines times " + std::to_string(classes) +
                                                " classes, got " + std::to_string(size));
  }
  RegionLaw law;
  law.level.resize(FLOWLINE_LAW_KNOTS);
  law.log10_pfa.resize(detail::count({classes, FLOWLINE_LAW_KNOTS}));
  law.baseline_log10_pfa.resize(FLOWLINE_LAW_KNOTS);
  int32_t knots;
  detail::check(flowline_baseline_exponent(maxima.data(), baselines.data(), images, classes,
                                           &law.baseline_exponent));
  detail::check(flowline_relative_law_fit(
      maxima.data(), baselines.data(), images, classes, law.baseline_exponent, law.level.data(),
      law.log10_pfa.data(), &knots, &law.baseline, law.baseline_log10_pfa.data()));
  law.level.resize(static_cast<size_t>(knots));
  law.log10_pfa.resize(detail::count({classes, knots}));
  law.baseline_log10_pfa.resize(static_cast<size_t>(knots));
  return law;
}

/// Fits a relative region law for maps of one size, which a call then checks. maxima: (images,
/// size_classes(height, width)).
inline RegionLaw fit_relative_law(Span<const float> maxima, Span<const float> baselines,
                                  int64_t height, int64_t width) {
  RegionLaw law = fit_relative_law(maxima, baselines, size_classes(height, width));
  law.height = height;
  law.width = width;
  return law;
}

/// A threshold of min_log10_nfa and the false-alarm rate that it guarantees.
struct Threshold {
  float log10_epsilon;  ///< an image shows a defect if its min_log10_nfa is below it
  double promised;      ///< guaranteed false-alarm rate per image
};

/// Returns the threshold from the min_log10_nfa of good images that did nothing else; see
/// flowline_log10_epsilon. Throws Error of FLOWLINE_TOO_FEW_IMAGES if they cannot guarantee the
/// rate.
inline Threshold threshold(Span<const float> min_log10_nfa, double rate, double confidence = 0.0) {
  Threshold result;
  detail::check(flowline_log10_epsilon(min_log10_nfa.data(),
                                       static_cast<int64_t>(min_log10_nfa.size()), rate, confidence,
                                       &result.log10_epsilon, &result.promised));
  return result;
}

/// Returns the conformal p-value of an image by the min_log10_nfa of good images that did nothing
/// else than to set the threshold; small is anomalous; see flowline_p_value.
inline double p_value(Span<const float> min_log10_nfa, float of_image) {
  double result;
  detail::check(flowline_p_value(min_log10_nfa.data(), static_cast<int64_t>(min_log10_nfa.size()),
                                 of_image, &result));
  return result;
}

/// Repeats near a threshold, and the guard band that follows from them; see flowline_repeatability.
using Repeatability = flowline_repeatability;

/// Measures repeatability near a threshold. part: which part each image shows; see
/// flowline_guard_band.
inline Repeatability guard_band(Span<const float> min_log10_nfa, Span<const int32_t> part,
                                double log10_epsilon, double confidence = 0.95) {
  part.require_size("part", min_log10_nfa.size());
  Repeatability result = {};
  result.struct_size = sizeof result;
  detail::check(flowline_guard_band(min_log10_nfa.data(), part.data(),
                                    static_cast<int64_t>(min_log10_nfa.size()), log10_epsilon,
                                    confidence, &result));
  return result;
}

}  // namespace v0
}  // namespace flowline
#endif
