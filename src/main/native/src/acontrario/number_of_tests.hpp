#ifndef FLOWLINE_ACONTRARIO_NUMBER_OF_TESTS_HPP
#define FLOWLINE_ACONTRARIO_NUMBER_OF_TESTS_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "math/logarithm.hpp"

namespace flowline {

/// There are about alpha beta^r / r polyominoes of r cells.
constexpr double ALPHA = 0.316915;
constexpr double BETA = 4.062570;

FLOWLINE_HOST_DEVICE double log10_of(double x) { return natural_log(x) * LOG10_E; }

/// log10 of sum over l of n_l sum over r = 1..n_l of alpha beta^r / r (U-Flow, equation 9; the
/// number of polyominoes after Jensen, 2003).
double log10_number_of_tests(const int64_t* pixels, int32_t scales);

/// log10 of S n_l alpha beta^r / r, in the two parts that a selection needs.
class TestsBySize {
 public:
  TestsBySize(int64_t scale_pixels, int64_t total_pixels)
      : log10_of_scale_(log10_of(static_cast<double>(scale_pixels)) +
                        log10_of(static_cast<double>(total_pixels)) + log10_of(ALPHA)) {}

  double log10(int64_t region_pixels) const {
    return log10_of_scale_ + log10_of_shape(region_pixels);
  }

  double log10_of_scale() const { return log10_of_scale_; }  ///< log10 of S n_l alpha

  /// log10 of beta^r / r.
  FLOWLINE_HOST_DEVICE double log10_of_shape(int64_t region_pixels) {
    const double r = static_cast<double>(region_pixels);
    return r * log10_of(BETA) - log10_of(r);
  }

 private:
  double log10_of_scale_;
};

/// log10 of beta^r / r, which depends on no scale: in a table, but for large regions, which are
/// rare.
class ShapeTable {
 public:
  /// Fills the table for maps of so many pixels.
  void reserve(int64_t pixels);

  double log10(int32_t region_pixels) const {
    return static_cast<size_t>(region_pixels) < shapes_.size()
               ? shapes_[static_cast<size_t>(region_pixels)]
               : TestsBySize::log10_of_shape(region_pixels);
  }

 private:
  std::vector<double> shapes_;  // by pixels
};

}  // namespace flowline
#endif
