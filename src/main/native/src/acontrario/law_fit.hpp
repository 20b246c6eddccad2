#ifndef FLOWLINE_ACONTRARIO_LAW_FIT_HPP
#define FLOWLINE_ACONTRARIO_LAW_FIT_HPP

#include <cstdint>
#include <vector>

namespace flowline {

constexpr int64_t LEAST_LAW_IMAGES = 4;

/// A law of regions out of the maxima of good images: see flowline_region_law_fit.
class LawFit {
 public:
  /// maxima: (images, classes), checked; they stay the caller's.
  LawFit(const float* maxima, int64_t images, int32_t classes);

  const std::vector<float>& level() const { return level_; }

  /// (classes, knots).
  void write(double* log10_pfa);

 private:
  void place_knots();
  void fit(int32_t of, double* row);

  const float* maxima_;
  int64_t images_;
  int32_t classes_;
  std::vector<float> level_;    // by knot, ascending
  std::vector<double> sorted_;  // of a class: its maxima, transformed, ascending
};

}  // namespace flowline
#endif
