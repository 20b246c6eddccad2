#ifndef FLOWLINE_CONVOLUTION_CONVOLUTION_HPP
#define FLOWLINE_CONVOLUTION_CONVOLUTION_HPP

#include <cstdint>
#include <memory>
#include <vector>

#include "backend/worker_pool.hpp"
#include "convolution/winograd.hpp"

namespace flowline {

/// Images of one shape whose channels lie side by side.
struct PixelMaps {
  float* data;
  int64_t images, height, width, channels;
  int64_t image_stride, row_stride, column_stride;  ///< in elements

  /// Images without gaps, but for the ends of pixels, which are `column_stride` apart.
  static PixelMaps dense(float* data, int64_t images, int64_t height, int64_t width,
                         int64_t channels, int64_t column_stride) {
    const int64_t row = width * column_stride;
    return {data, images, height, width, channels, height * row, row, column_stride};
  }

  PixelMap operator[](int64_t image) const {
    return {data + image * image_stride, height, width, channels, row_stride, column_stride};
  }
  int64_t rows() const { return images * height; }
  float* row(int64_t index) const {
    return data + index / height * image_stride + index % height * row_stride;
  }
};

/// Pixels that a product of a 1 x 1 convolution takes at a time.
constexpr int64_t PIXELS_CONVOLVED = 56;

/// A convolution of 3 x 3 by Winograd's algorithm, or of 1 x 1 as a product of matrices, with stride 1
/// and zeros around the image.
class Convolution {
 public:
  /// What threads need; grows and never shrinks.
  using Workspace = std::vector<Winograd::Workspace>;

  /// side: 1 or 3. weights: (outputs, inputs, side, side). bias: (outputs); nullptr: 0. pool: packs the
  /// weights.
  Convolution(const Kernels& kernels, int64_t side, int64_t inputs, int64_t outputs,
              const float* weights, const float* bias, WorkerPool& pool)
      : Convolution(kernels, side, inputs, outputs, ConvolutionWeights::of(weights, inputs, side),
                    bias, pool) {}
  Convolution(const Kernels& kernels, int64_t side, int64_t inputs, int64_t outputs,
              const ConvolutionWeights& weights, const float* bias, WorkerPool& pool);

  int64_t side() const { return winograd_ != nullptr ? 3 : 1; }
  int64_t outputs() const { return outputs_; }
  const Winograd& winograd() const { return *winograd_; }  ///< if side() is 3
  const Panels& panels() const { return *panels_; }        ///< if side() is 1

  /// Convolves images. from: with the inputs as its first channels. to: as large, its pixels at least
  /// a vector apart; it does not overlap `from`. Threads change no bit.
  void run(const PixelMaps& from, bool rectified, const PixelMaps& to, WorkerPool& pool,
           Workspace& workspace) const;

 private:
  const Kernels& kernels_;
  int64_t inputs_, outputs_;
  std::unique_ptr<Winograd> winograd_;
  std::unique_ptr<Panels> panels_;
};

}  // namespace flowline
#endif
