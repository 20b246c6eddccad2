#ifndef FLOWLINE_CONVOLUTION_WEIGHT_GRADIENTS_HPP
#define FLOWLINE_CONVOLUTION_WEIGHT_GRADIENTS_HPP

#include <cstdint>
#include <vector>

#include "convolution/convolution.hpp"
#include "tree/buffer.hpp"

namespace flowline {

/// The gradient of a loss with respect to the weights of a convolution of 3 x 3 or 1 x 1, summed over
/// images.
///
/// That of 3 x 3 is computed where Winograd's algorithm multiplies: of each tile and point the product
/// of the transformed input and the transformed gradient, G^T (B^T d B * A m A^T) G in all. Tiles, or
/// pixels of a convolution of 1 x 1, are summed in ascending order; so threads change no bit, nor does
/// the instruction set among those that have a fused multiply-add.
class WeightGradients {
 public:
  /// What a call needs; grows and never shrinks.
  class Workspace {
    friend class WeightGradients;
    Buffer<float> inputs_, outputs_;
    std::vector<Buffer<float>> patches_;  // by worker
  };

  /// Begins with a convolution and no image. Allocates nothing if an earlier one was as large.
  void begin(const Kernels& kernels, int64_t side, int64_t inputs, int64_t outputs);

  /// Adds images. x: the convolution's input, with the inputs as its first channels. of_output: the
  /// gradient with respect to its output; its pixels are whole vectors, whatever the last holds.
  void add(const PixelMaps& x, const PixelMaps& of_output, WorkerPool& pool, Workspace& workspace);

  /// Adds the sum to (outputs, inputs, side, side).
  void onto(float* weights, WorkerPool& pool) const;

 private:
  struct Panel {
    int64_t at, vectors;  // in vectors
  };
  struct Part {  // of all tiles or pixels
    int64_t first, count;
  };
  void fill(const PixelMaps& x, const PixelMaps& of_output, const Part& part, WorkerPool& pool,
            Workspace& workspace) const;
  void fill_tile(const PixelMaps& x, const PixelMaps& of_output, int64_t tile, int64_t place,
                 float* patch, Workspace& workspace) const;
  void fill_pixel(const PixelMaps& x, const PixelMaps& of_output, int64_t pixel, int64_t place,
                  Workspace& workspace) const;
  void multiply(int64_t count, WorkerPool& pool, Workspace& workspace);
  float* of_panel(const Panel& panel, int64_t place, Workspace& workspace) const;

  const Kernels* kernels_ = nullptr;
  int64_t points_ = 0, inputs_ = 0, outputs_ = 0;
  int64_t places_ = 0;        // tiles or pixels at a time
  int64_t input_stride_ = 0;  // from one place to the next
  int64_t row_ = 0;           // outputs, in whole vectors
  std::vector<Panel> panels_;
  Buffer<float> memory_;
  float* sums_ = nullptr;  // (points, inputs, row), aligned, within memory_
  bool empty_ = true;      // nothing was added: sums_ holds nothing yet
};

}  // namespace flowline
#endif
