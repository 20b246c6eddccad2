#ifndef FLOWLINE_TEST_PLAIN_CONVOLUTION_HPP
#define FLOWLINE_TEST_PLAIN_CONVOLUTION_HPP

#include <cstdint>
#include <vector>

/// A convolution of 3 x 3 with padding 1 and stride 1 in double, by its definition. Image: (height,
/// width, channels). Weights: (outputs, inputs, 3, 3).
struct PlainConvolution {
  int64_t inputs, outputs;
  const float* weights;
  const float* bias;

  /// image: pixels `stride` elements apart. Returns (height, width, outputs).
  std::vector<double> of(const float* image, int64_t height, int64_t width, int64_t stride) const;

  /// How far from the sum in real numbers Winograd's F(4 x 4, 3 x 3) in float32 can be, whatever
  /// the input: u (inputs + 32) |A^T| ((|G| |g| |G^T|) * (|B^T| |d| |B|)) |A| + u |bias|, summed over the inputs,
  /// u = 2^-24. Of products of `inputs` terms, each with at most 32 further roundings: 12 in B^T d B,
  /// 1 of the weights, 14 in A^T m A, the bias, and those of second order.
  std::vector<double> winograd_bound(const float* image, int64_t height, int64_t width,
                                     int64_t stride) const;
};

#endif
