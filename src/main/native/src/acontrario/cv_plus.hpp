#ifndef FLOWLINE_ACONTRARIO_CV_PLUS_HPP
#define FLOWLINE_ACONTRARIO_CV_PLUS_HPP

#include <algorithm>
#include <cstdint>

namespace flowline {

/// How many images are at least as strange out of fold as the image is by the same flow.
inline int64_t as_extreme(const float* scores, const int32_t* fold, int64_t images,
                          const float* of_image) {
  int64_t count = 0;
  for (int64_t image = 0; image < images; image++) count += scores[image] <= of_image[fold[image]];
  return count;
}

/// The bound on the probability that the p-value of a good image is at most j / (n + 1).
///
/// The p-value of each fold alone is split conformal prediction's. Their average, weighted by the
/// sizes of the folds plus one, is (K + count) / (n + K); twice an average of p-values is a p-value
/// (Rueschendorf 1982, Vovk and Wang 2020), whatever the weights. For folds of one size this is
/// theorem 4 of Barber et al. 2021, which has a second bound.
inline double cv_plus_bound(int64_t j, int64_t images, int64_t folds, bool of_one_size) {
  const double n = static_cast<double>(images), k = static_cast<double>(folds);
  const double alpha = static_cast<double>(j) / (n + 1.0);
  double excess = (2.0 - 2.0 * alpha) * (k - 1.0) / (n + k);
  if (of_one_size) excess = std::min(excess, (1.0 - k / n) / (k + 1.0));
  return std::min(1.0, 2.0 * alpha + excess);
}

}  // namespace flowline
#endif
