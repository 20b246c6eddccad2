#ifndef FLOWLINE_ACONTRARIO_FALSE_ALARM_RATE_HPP
#define FLOWLINE_ACONTRARIO_FALSE_ALARM_RATE_HPP

#include <cstdint>

namespace flowline {

/// Which of n good images' scores is the threshold, and what it promises: see
/// flowline_log10_epsilon.
class FalseAlarmRate {
 public:
  /// confidence: 0 for a promise on average.
  FalseAlarmRate(double rate, double confidence) : rate_(rate), confidence_(confidence) {}

  /// j: the threshold is the j-th smallest of n; 0 if n are too few to promise the rate.
  int64_t rank(int64_t n) const;

  /// The fewest images that guarantee the rate, `most` if they are no fewer.
  int64_t fewest(int64_t most) const;

  /// The rate that the j-th smallest of n promises, j from 1 to n.
  double promised(int64_t j, int64_t n) const;

 private:
  bool is_promised_by(int64_t n) const;

  double rate_;
  double confidence_;
};

}  // namespace flowline
#endif
