#ifndef FLOWLINE_ACONTRARIO_REPEATABILITY_HPP
#define FLOWLINE_ACONTRARIO_REPEATABILITY_HPP

#include <cstdint>
#include <vector>

namespace flowline {

/// The images of one part: mean and variance of their scores.
struct RepeatedPart {
  int32_t name;
  int64_t images;
  double mean;
  double variance;

  double degrees_of_freedom() const { return static_cast<double>(images - 1); }
};

/// Returns the parts of images, by ascending name. part: (images), the part of each.
std::vector<RepeatedPart> repeated_parts(const float* scores, const int32_t* part, int64_t images);

/// A variance of several parts, and how many degrees of freedom it is worth.
struct PooledVariance {
  double variance;
  double degrees_of_freedom;
};

/// Leaves the parts whose means are nearest to the threshold, the nearest first, see
/// flowline_guard_band.
void keep_nearest(double threshold, std::vector<RepeatedPart>* parts);

/// Returns the variance of parts by algorithm S, see flowline_guard_band.
PooledVariance pooled_variance(const std::vector<RepeatedPart>& parts);

}  // namespace flowline
#endif
