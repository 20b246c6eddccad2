#include "acontrario/baseline_exponent.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "acontrario/law_fit.hpp"
#include "acontrario/region_law.hpp"
#include "math/logarithm.hpp"

namespace flowline {
namespace {

/// Images whose likelihoods are mostly this low, near what `transformed` adds, show no slope.
constexpr float SATURATED = 1e-3f;

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// The slope of least squares. strangeness: less its mean; its squares sum up to `square`, not 0.
double slope_of(const std::vector<double>& x, const std::vector<double>& strangeness,
                double square) {
  const double mean = mean_of(x);
  double product = 0.0;
  for (size_t i = 0; i < x.size(); i++) product += strangeness[i] * (x[i] - mean);
  return product / square;
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return 0.5 * (values[(n - 1) / 2] + values[n / 2]);
}

}  // namespace

float baseline_exponent_of(const float* maxima, const float* baselines, int64_t images,
                           int32_t classes) {
  const size_t n = static_cast<size_t>(images);
  std::vector<double> strangeness(n), x(n), slopes;
  for (size_t i = 0; i < n; i++) strangeness[i] = -natural_log(static_cast<double>(baselines[i]));
  const double mean = mean_of(strangeness);
  double square = 0.0;
  for (double& value : strangeness) {
    value -= mean;
    square += value * value;
  }
  const float highest = *std::max_element(baselines, baselines + n);
  if (highest < SATURATED || highest == *std::min_element(baselines, baselines + n)) return 1.0f;
  for (int32_t k = 0; k < classes; k++) {
    for (size_t i = 0; i < n; i++) {
      const float level = maxima[i * static_cast<size_t>(classes) + static_cast<size_t>(k)];
      x[i] = transformed(1.0f - likelihood_of(level, baselines[i]));
    }
    slopes.push_back(slope_of(x, strangeness, square));
  }
  const double slope = std::min(1.0, std::max(0.0, median_of(slopes)));
  return 0.25f * static_cast<float>(static_cast<int32_t>(4.0 * slope + 0.5));
}

}  // namespace flowline
