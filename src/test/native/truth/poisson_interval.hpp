#ifndef FLOWLINE_TEST_POISSON_INTERVAL_HPP
#define FLOWLINE_TEST_POISSON_INTERVAL_HPP

#include <algorithm>
#include <cmath>
#include <cstdint>

/// P(X <= k) of a Poisson variable, summed from its largest term to both sides: no count is too
/// large and no term that matters underflows.
inline double poisson_at_most(int64_t k, double mean) {
  const int64_t middle = std::min(k, static_cast<int64_t>(mean));
  const double largest = std::exp(middle * std::log(mean) - mean - std::lgamma(middle + 1.0));
  double sum = largest;
  double term = largest;
  for (int64_t i = middle; i > 0 && term > sum * 1e-17; i--) sum += term *= i / mean;
  term = largest;
  for (int64_t i = middle + 1; i <= k && term > sum * 1e-17; i++) sum += term *= mean / i;
  return sum;
}

struct Interval {
  double low, high;
};

/// The exact (Garwood's) interval of the mean of a Poisson variable that was seen to be `count`;
/// each side is missed with probability `tail` at most.
inline Interval poisson_interval(int64_t count, double tail) {
  const auto mean_of = [](int64_t k, double probability) {  // P(X <= k) falls with the mean
    double low = 0.0, high = k + 20.0 * std::sqrt(k + 1.0) + 40.0;
    for (int i = 0; i < 100; i++) {
      const double mean = (low + high) / 2;
      (poisson_at_most(k, mean) > probability ? low : high) = mean;
    }
    return high;
  };
  return {count == 0 ? 0.0 : mean_of(count - 1, 1.0 - tail), mean_of(count, tail)};
}

#endif
