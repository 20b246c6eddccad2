#include "acontrario/false_alarm_rate.hpp"

#include <algorithm>

#include "math/exponential.hpp"
#include "math/logarithm.hpp"

namespace flowline {
namespace {

constexpr double ROUNDING = 1e-9;  // of rate (n + 1), 0.05 * 20 being 1

/// P(Bin(n, p) <= k) for k = 0, 1, ..., each from the one before.
class AtMost {
 public:
  AtMost(int64_t n, double p)
      : n_(static_cast<double>(n)),
        log_odds_(natural_log(p) - log1p_of(-p)),
        log_term_(n_ * log1p_of(-p)),
        sum_(exponential(log_term_)) {}

  double value() const { return std::min(sum_, 1.0); }

  void next() {
    log_term_ += natural_log((n_ - k_) / (k_ + 1.0)) + log_odds_;
    sum_ += exponential(log_term_);
    k_ += 1.0;
  }

 private:
  double n_, log_odds_, log_term_, sum_, k_ = 0.0;
};

/// P(Bin(n, p) >= j), which is P(Beta(j, n + 1 - j) <= p): the rate beyond the j-th smallest.
double at_least(int64_t j, int64_t n, double p) {
  AtMost fewer(n, p);
  for (int64_t k = 1; k < j; k++) fewer.next();
  return 1.0 - fewer.value();
}

}  // namespace

int64_t FalseAlarmRate::rank(int64_t n) const {
  if (confidence_ == 0.0) {
    return std::min(n, static_cast<int64_t>(rate_ * (static_cast<double>(n) + 1.0) + ROUNDING));
  }
  int64_t j = 0;
  for (AtMost fewer(n, rate_); j < n && 1.0 - fewer.value() >= confidence_; fewer.next()) j++;
  return j;
}

/// rank(n) is at least 1.
bool FalseAlarmRate::is_promised_by(int64_t n) const {
  if (confidence_ == 0.0) return rate_ * (static_cast<double>(n) + 1.0) + ROUNDING >= 1.0;
  return at_least(1, n, rate_) >= confidence_;
}

int64_t FalseAlarmRate::fewest(int64_t most) const {
  int64_t low = 1, high = most;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (is_promised_by(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

double FalseAlarmRate::promised(int64_t j, int64_t n) const {
  if (confidence_ == 0.0) return static_cast<double>(j) / (static_cast<double>(n) + 1.0);
  double low = 0.0, high = 1.0;
  for (;;) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) return high;
    (at_least(j, n, middle) >= confidence_ ? high : low) = middle;
  }
}

}  // namespace flowline
