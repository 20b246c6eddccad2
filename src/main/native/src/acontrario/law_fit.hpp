#ifndef FLOWLINE_ACONTRARIO_LAW_FIT_HPP
#define FLOWLINE_ACONTRARIO_LAW_FIT_HPP

#include <cstdint>
#include <vector>

namespace flowline {

constexpr int64_t LEAST_LAW_IMAGES = 4;

/// A level on the scale on which maxima have an exponential tail.
double transformed(float level);

/// A law of regions out of the maxima of good images: see flowline_region_law_fit and
/// flowline_relative_law_fit.
class LawFit {
 public:
  /// Of levels as they are. maxima: (images, classes), checked; they stay the caller's.
  LawFit(const float* maxima, int64_t images, int32_t classes);

  /// Of relative levels. baselines: (images), checked. exponent: of the baseline, in quarters.
  LawFit(const float* maxima, const float* baselines, float exponent, int64_t images,
         int32_t classes);

  const std::vector<float>& level() const { return level_; }
  float baseline() const { return baseline_; }

  /// (classes, knots).
  void write(double* log10_pfa);

  /// (knots), of a relative law.
  void write_baseline(double* log10_pfa);

 private:
  void find_baseline(const float* baselines);
  void make_relative_by(float exponent, const float* baselines);
  void place_knots();
  void fit(const float* levels, int32_t stride, double* row);

  const float* maxima_;
  std::vector<float> own_maxima_;  // unless they are the caller's
  int64_t images_;
  int32_t classes_;
  float baseline_ = 0.0f;
  std::vector<float> baseline_level_;  // by image, relative to the baseline of all
  std::vector<float> level_;           // by knot, ascending
  std::vector<double> sorted_;         // of a class: its maxima, transformed, ascending
};

}  // namespace flowline
#endif
