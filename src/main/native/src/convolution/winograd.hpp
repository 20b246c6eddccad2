#ifndef FLOWLINE_CONVOLUTION_WINOGRAD_HPP
#define FLOWLINE_CONVOLUTION_WINOGRAD_HPP

#include <cstdint>

#include "convolution/blocks.hpp"
#include "convolution/panels.hpp"
#include "kernels/kernels.hpp"
#include "tree/buffer.hpp"

namespace flowline {

/// An image of float32 whose channels lie side by side.
struct PixelMap {
  float* data;  ///< element (0, 0, 0)
  int64_t height, width, channels;
  int64_t row_stride, column_stride;  ///< in elements

  float* at(int64_t y, int64_t x) const { return data + y * row_stride + x * column_stride; }
};

/// Weights of a convolution as they lie in memory.
struct ConvolutionWeights {
  const float* data;
  int64_t output_stride, input_stride;  ///< in elements; those of the kernel lie side by side
  bool rotated;                         ///< half a turn: the kernel's elements are read backwards

  const float* at(int64_t input, int64_t output) const {
    return data + output * output_stride + input * input_stride;
  }

  /// side: of the kernel. weights: (outputs, inputs, side, side).
  static ConvolutionWeights of(const float* weights, int64_t inputs, int64_t side) {
    return {weights, inputs * side * side, side * side, false};
  }

  /// Those of the convolution that gives the gradient with respect to this one's input from that with
  /// respect to its output.
  ConvolutionWeights backward() const { return {data, input_stride, output_stride, !rotated}; }
};

/// A convolution of 3 x 3 with padding 1 and stride 1 by Winograd's F(4 x 4, 3 x 3), in float32: 36
/// products take the place of 144.
///
/// Each output is computed from the tile that it lies in alone, the inputs summed in ascending
/// order. So blocks, threads and what lies beside an image change no bit; nor does the instruction
/// set among those that have a fused multiply-add. src/test/native/winograd_test.cpp states and
/// checks the bound of the error.
///
/// The object owns the transformed weights, 4 times as many as the weights; any number of threads
/// use it at once, each with a workspace of its own.
class Winograd {
 public:
  /// What a thread needs for a block; grows and never shrinks, see reserve.
  class Workspace {
    friend class Winograd;
    Buffer<float> patch_, inputs_, sums_;
  };

  /// weights: (outputs, inputs, 3, 3). bias: (outputs); nullptr: 0. pool: transforms the weights.
  Winograd(const Kernels& kernels, int64_t inputs, int64_t outputs, const float* weights,
           const float* bias, WorkerPool& pool)
      : Winograd(kernels, inputs, outputs, ConvolutionWeights::of(weights, inputs, 3), bias, pool) {
  }
  Winograd(const Kernels& kernels, int64_t inputs, int64_t outputs,
           const ConvolutionWeights& weights, const float* bias, WorkerPool& pool);

  int64_t inputs() const { return inputs_; }
  int64_t outputs() const { return outputs_; }

  /// Grows a workspace to what any block of such an image takes, or of a smaller one: run() itself
  /// allocates nothing, and cannot fail in a thread.
  void reserve(int64_t height, int64_t width, Workspace& workspace) const;

  /// Writes the outputs of one block. input: the whole image; more channels than inputs() are
  /// left out. rectified: negative outputs become 0. output: (block.height, block.width,
  /// outputs()), which overlaps neither of the others. workspace: reserved for the image. summand:
  /// as large as the output, added to it; nullptr: none.
  void run(const PixelMap& input, const Block& block, bool rectified, const PixelMap& output,
           Workspace& workspace, const PixelMap* summand = nullptr) const;

 private:
  const Kernels& kernels_;
  int64_t inputs_, outputs_;
  Panels panels_;  // POINTS matrices
};

/// The input of the tile whose first output is (y, x): in place, or a copy in `scratch` with zeros
/// beyond the image, and beyond the channels if they do not fill a vector. scratch: POINTS times the
/// larger of channels and lanes. Sets patch, strides and channels of the tile.
void set_patch(const PixelMap& input, int64_t channels, int64_t lanes, int64_t y, int64_t x,
               float* scratch, TileInput* tile);

/// The gradient with respect to the weights from one input to a vector of outputs, of that with respect
/// to the transformed ones. points: POINTS times (lanes). taps: receives (9, lanes).
void winograd_weight_gradient(const Kernels& kernels, const float* points, int64_t point_stride,
                              float* taps);

/// A stride of whole cache lines, an odd number of them: as far apart as that, rows do not compete for
/// the same lines of a cache.
int64_t odd_lines(int64_t elements);

}  // namespace flowline
#endif
