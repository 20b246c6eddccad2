#ifndef FLOWLINE_PREPROCESS_RESIZE_FILTER_HPP
#define FLOWLINE_PREPROCESS_RESIZE_FILTER_HPP

#include <cstdint>

#include "kernels/frame.hpp"
#include "tree/buffer.hpp"

namespace flowline {

/// The weights of a one-dimensional antialiased bilinear resize, those of PIL: a triangle as wide as
/// two output samples where it shrinks, two input samples where it enlarges, cut at the borders and
/// normalised. Memory is kept for the next sizes.
class ResizeFilter {
 public:
  /// The filter from a length to another; the one that it is already costs nothing.
  void prepare(int64_t in, int64_t out);

  ResizeWeights weights() const {
    return {first_.data(), count_.data(), taps_, pairs_, weight_.data(), fixed_.data()};
  }
  int64_t in() const { return in_; }
  int64_t out() const { return out_; }

 private:
  void set(int64_t output, double scale, double support);

  int64_t in_ = 0, out_ = 0, taps_ = 0, pairs_ = 0;
  Buffer<int32_t> first_, count_;
  Buffer<float> weight_;
  Buffer<PairWeight> fixed_;
  Buffer<double> row_;  // (taps), of one output
};

}  // namespace flowline
#endif
