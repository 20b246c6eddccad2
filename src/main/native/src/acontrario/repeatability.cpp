#include "acontrario/repeatability.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "acontrario/chi_square_tail.hpp"
#include "math/exponential.hpp"

namespace flowline {
namespace {

constexpr double ENOUGH = 30;  // degrees of freedom: the quantile of t is then near its limit
constexpr double COUNTED_WHOLE = 0.9;  // of the variances of normal repeats
constexpr double LN_10 = 2.30258509299404568402;

/// P(X <= x), X chi-square.
double chi_square_below(double degrees_of_freedom, double x) {
  return 1.0 - exponential(LN_10 * log10_chi_square_tail(degrees_of_freedom, x));
}

/// Variances of normal repeats as multiples z of the true one, winsorised at a limit: g(z) = min(z,
/// limit), f z being chi-square with f degrees of freedom.
class Winsorised {
 public:
  explicit Winsorised(double f) : limit_(limit_of(f)) {
    // E[z^k; z < limit] is a chi-square probability with 2 k more degrees of freedom.
    kept_ = chi_square_below(f + 2, f * limit_);
    const double square = (f + 2) / f * chi_square_below(f + 4, f * limit_);
    mean_ = kept_ + (1 - COUNTED_WHOLE) * limit_;
    variance_ = square + (1 - COUNTED_WHOLE) * limit_ * limit_ - mean_ * mean_;
  }

  double limit() const { return limit_; }
  double mean() const { return mean_; }          // of g(z)
  double variance() const { return variance_; }  // of g(z)
  double kept() const { return kept_; }          // E[z g'(z)]

 private:
  static double limit_of(double f) {
    double low = 0.0, high = 1.0;
    while (chi_square_below(f, f * high) < COUNTED_WHOLE) high *= 2.0;
    for (;;) {
      const double middle = 0.5 * (low + high);
      if (middle <= low || middle >= high) return high;
      (chi_square_below(f, f * middle) < COUNTED_WHOLE ? low : high) = middle;
    }
  }

  double limit_, kept_, mean_, variance_;
};

RepeatedPart part_of(int32_t name, const float* scores, const int64_t* first, const int64_t* last) {
  const double count = static_cast<double>(last - first);
  double mean = 0.0, squares = 0.0;
  for (const int64_t* image = first; image < last; image++) mean += scores[*image] / count;
  for (const int64_t* image = first; image < last; image++) {
    squares += (scores[*image] - mean) * (scores[*image] - mean);
  }
  return {name, last - first, mean, squares / std::max(1.0, count - 1)};
}

}  // namespace

std::vector<RepeatedPart> repeated_parts(const float* scores, const int32_t* part, int64_t images) {
  std::vector<int64_t> order(static_cast<size_t>(images));
  std::iota(order.begin(), order.end(), int64_t{0});
  std::sort(order.begin(), order.end(), [&](int64_t one, int64_t other) {
    return part[one] != part[other] ? part[one] < part[other] : one < other;
  });
  std::vector<RepeatedPart> parts;
  for (size_t first = 0; first < order.size();) {
    size_t last = first;
    while (last < order.size() && part[order[last]] == part[order[first]]) last++;
    parts.push_back(part_of(part[order[first]], scores, order.data() + first, order.data() + last));
    first = last;
  }
  return parts;
}

void keep_nearest(double threshold, std::vector<RepeatedPart>* parts) {
  std::stable_sort(parts->begin(), parts->end(),
                   [&](const RepeatedPart& one, const RepeatedPart& other) {
                     return std::abs(one.mean - threshold) < std::abs(other.mean - threshold);
                   });
  double degrees = 0.0;
  size_t kept = 0;
  while (kept < parts->size() && degrees < ENOUGH) degrees += (*parts)[kept++].degrees_of_freedom();
  parts->resize(kept);
}

PooledVariance pooled_variance(const std::vector<RepeatedPart>& parts) {
  std::vector<Winsorised> laws;
  double expected = 0.0, kept = 0.0, spread = 0.0, variance = 0.0, degrees = 0.0;
  for (const RepeatedPart& part : parts) {
    const double f = part.degrees_of_freedom();
    const Winsorised& law = laws.emplace_back(f);
    expected += f * law.mean();
    kept += f * law.kept();
    spread += f * f * law.variance();
    variance += f * part.variance;
    degrees += f;
  }
  // From above, where nothing is winsorised, down to the fixed point.
  variance /= degrees;
  for (int step = 0; step < 1000; step++) {
    double sum = 0.0;
    for (size_t i = 0; i < parts.size(); i++) {
      sum +=
          parts[i].degrees_of_freedom() * std::min(parts[i].variance, laws[i].limit() * variance);
    }
    const double before = variance;
    variance = sum / expected;
    if (std::abs(variance - before) <= 1e-15 * before) break;
  }
  return {variance, 2 * kept * kept / spread};
}

}  // namespace flowline
