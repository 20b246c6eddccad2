#ifndef FLOWLINE_TEST_PLAIN_STAGE_HPP
#define FLOWLINE_TEST_PLAIN_STAGE_HPP

#include <cstdint>
#include <vector>

#include "flowline/flowline.h"

/// A step of a flow in double, by its definition, and its gradients by the chain rule.
struct PlainStep {
  int64_t channels, hidden, side;
  std::vector<double> first, first_bias, second, second_bias, gain, offset;
  std::vector<int32_t> permutation;
  int32_t clamp;
  double alpha, scale;

  explicit PlainStep(const flowline_flow_step& step, int64_t of_channels);
  /// The same shapes with zeros, for gradients.
  PlainStep zeros() const;
};

/// Steps one after the other, and the loss of one image: sum of weight * output, and of_log_det times
/// the log-determinant.
struct PlainStage {
  std::vector<PlainStep> steps;
  int64_t height, width;

  struct Result {
    std::vector<double> output;  ///< (height, width, C)
    double log_det;
    double kink;  ///< the smallest input of a ReLU, in size: gradients jump at 0
  };
  Result forward(const std::vector<double>& x) const;

  /// Adds the gradients with respect to parameters to `sums`; returns that with respect to x.
  std::vector<double> backward(const std::vector<double>& x, const std::vector<double>& of_output,
                               double of_log_det, std::vector<PlainStep>* sums) const;
};

#endif
