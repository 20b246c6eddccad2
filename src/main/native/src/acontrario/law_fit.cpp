#include "acontrario/law_fit.hpp"

#include <algorithm>

#include "acontrario/region_law.hpp"
#include "flowline/flowline.h"
#include "math/bits.hpp"
#include "math/exponential.hpp"
#include "math/logarithm.hpp"

namespace flowline {
namespace {

constexpr double SATURATION = 1e-5;  // of 1 - level
constexpr int32_t STEPS = FLOWLINE_LAW_KNOTS - 1;
constexpr int64_t LEAST_EXCESSES = 5;

float level_of(double g) { return static_cast<float>(1.0 + SATURATION - exponential(-g)); }

double log10_of(double x) { return natural_log(x) * LOG10_E; }

/// Peaks over a threshold: the predictive law of an exponential tail whose scale was estimated.
struct Tail {
  int64_t excesses;  // k, how many values lie above the threshold
  double threshold;  // u
  double scale;      // beta, their mean excess

  explicit Tail(const std::vector<double>& sorted) {
    const int64_t n = static_cast<int64_t>(sorted.size());
    excesses = std::min(std::max(LEAST_EXCESSES, n / 2), n - 1);
    threshold = sorted[static_cast<size_t>(n - excesses - 1)];
    double sum = 0.0;
    for (int64_t i = n - excesses; i < n; i++) sum += sorted[static_cast<size_t>(i)] - threshold;
    scale = sum / static_cast<double>(excesses);
  }

  double log10_probability(double g, const std::vector<double>& sorted) const {
    const double images = static_cast<double>(sorted.size()) + 1.0;
    if (g > threshold && scale > 0.0) {
      const double k = static_cast<double>(excesses);
      return log10_of((k + 1.0) / images) - k * log1p_of((g - threshold) / (k * scale)) * LOG10_E;
    }
    const auto reached = sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), g);
    return log10_of((1.0 + static_cast<double>(reached)) / images);
  }
};

}  // namespace

double transformed(float level) {
  return -natural_log(1.0 - static_cast<double>(level) + SATURATION);
}

LawFit::LawFit(const float* maxima, int64_t images, int32_t classes)
    : maxima_(maxima), images_(images), classes_(classes) {
  place_knots();
}

LawFit::LawFit(const float* maxima, const float* baselines, float exponent, int64_t images,
               int32_t classes)
    : maxima_(maxima), images_(images), classes_(classes) {
  find_baseline(baselines);
  if (exponent != 1.0f) make_relative_by(exponent, baselines);
  place_knots();
}

void LawFit::make_relative_by(float exponent, const float* baselines) {
  own_maxima_.reserve(static_cast<size_t>(images_ * classes_));
  for (int64_t i = 0; i < images_ * classes_; i++) {
    const float baseline = baselines[i / classes_];
    own_maxima_.push_back(
        level_relative_to(powered(baseline, exponent), likelihood_of(maxima_[i], baseline)));
  }
  maxima_ = own_maxima_.data();
}

void LawFit::find_baseline(const float* baselines) {
  std::vector<float> sorted(baselines, baselines + images_);
  std::sort(sorted.begin(), sorted.end());
  baseline_ = sorted[static_cast<size_t>((images_ - 1) / 2)];
  for (int64_t image = 0; image < images_; image++) {
    // What is no stranger than the median is as probable as can be: the knots begin at 1/2.
    baseline_level_.push_back(std::max(0.5f, level_of_baseline(baseline_, baselines[image])));
  }
}

/// Evenly on the transformed scale, from the lowest maximum to the highest level there can be.
void LawFit::place_knots() {
  float lowest = 1.0f;
  for (int64_t image = 1; image <= images_; image++) {
    lowest = std::min(lowest, maxima_[image * classes_ - 1]);  // in the last class it is lowest
  }
  for (float level : baseline_level_) lowest = std::min(lowest, level);
  const double from = transformed(lowest), to = transformed(1.0f);
  level_.reserve(STEPS + 1);
  level_.push_back(lowest);
  for (int32_t i = 1; i <= STEPS; i++) {
    const float knot = i == STEPS ? 1.0f : level_of(from + (to - from) * i / STEPS);
    if (knot > level_.back()) level_.push_back(knot);
  }
  if (level_.size() == 1) {  // every image is as strange as can be: nothing is stranger
    level_.insert(level_.begin(), next_towards_0(lowest));
  }
}

void LawFit::write(double* log10_pfa) {
  const size_t knots = level_.size();
  for (int32_t k = 0; k < classes_; k++) {
    double* const row = log10_pfa + static_cast<size_t>(k) * knots;
    fit(maxima_ + k, classes_, row);
    if (k == 0) continue;
    const double* const smaller_regions = row - knots;  // of at least 2^k positions are these, too
    for (size_t i = 0; i < knots; i++) row[i] = std::min(row[i], smaller_regions[i]);
  }
}

void LawFit::write_baseline(double* log10_pfa) { fit(baseline_level_.data(), 1, log10_pfa); }

/// levels: of the images, each so many elements from the one before.
void LawFit::fit(const float* levels, int32_t stride, double* row) {
  sorted_.resize(static_cast<size_t>(images_));
  for (int64_t image = 0; image < images_; image++) {
    sorted_[static_cast<size_t>(image)] = transformed(levels[image * stride]);
  }
  std::sort(sorted_.begin(), sorted_.end());
  const Tail tail(sorted_);
  row[0] = 0.0;  // every image reaches the first knot
  for (size_t i = 1; i < level_.size(); i++) {
    row[i] = std::min(row[i - 1], tail.log10_probability(transformed(level_[i]), sorted_));
  }
}

}  // namespace flowline
