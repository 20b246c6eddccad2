#ifndef FLOWLINE_FLOW_FLOW_STEP_HPP
#define FLOWLINE_FLOW_FLOW_STEP_HPP

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "backend/worker_pool.hpp"
#include "convolution/winograd.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// What a flow step consists of: C channels, of which the first P = C - floor(C / 2) pass through
/// the subnet, a convolution from P to `hidden` channels, a ReLU, and a convolution to
/// 2 floor(C / 2) channels; see coupling/coupling.hpp for what becomes of these.
struct FlowStepParameters {
  int64_t channels, hidden;
  int64_t side;                ///< of both convolutions' kernels: 1 or 3
  const float* first;          ///< (hidden, P, side, side)
  const float* first_bias;     ///< (hidden); nullptr: 0
  const float* second;         ///< (2 floor(C / 2), hidden, side, side)
  const float* second_bias;    ///< (2 floor(C / 2)); nullptr: 0
  flowline_coupling coupling;  ///< checked
};

/// A flow step of U-Flow or FastFlow in its forward direction, for images of float32 whose channels
/// lie side by side: both convolutions, coupling and permutation, block by block while they are in
/// a cache. It gives no log-determinant, which no inspection needs.
///
/// Blocks and threads change no bit. The object owns copies of all parameters; any number of
/// threads use it at once, each with a workspace of its own.
class FlowStep {
 public:
  /// Grows and never shrinks.
  class Workspace {
    friend class FlowStep;
    struct OfWorker {
      Winograd::Workspace winograd;
      Buffer<float> subnet, hidden_1x1, subnet_1x1, scratch;
    };
    Buffer<float> hidden_;  // of the whole image, between two convolutions of 3 x 3
    std::vector<OfWorker> workers_;
  };

  FlowStep(const Kernels& kernels, const FlowStepParameters& parameters);

  bool is_1x1() const { return first_1x1_ != nullptr; }

  /// x, y: (height, width, C), which are the same or do not overlap. next: a step with kernels of
  /// 1 x 1 and as many channels, which follows; it takes each block over while that is in a cache.
  /// nullptr: none.
  void forward(const PixelMap& x, const PixelMap& y, WorkerPool& pool, Workspace& workspace,
               const FlowStep* next = nullptr) const;

 private:
  void reserve(int64_t height, int64_t width, Workspace& workspace) const;
  void forward_3x3(const PixelMap& x, const PixelMap& y, WorkerPool& pool, Workspace& workspace,
                   const FlowStep* next) const;
  void forward_1x1(const PixelMap& x, const PixelMap& y, WorkerPool& pool, Workspace& workspace,
                   const FlowStep* next) const;
  void forward_1x1(const float* x, int64_t x_stride, int64_t count, float* y, int64_t y_stride,
                   Workspace::OfWorker& own) const;
  void multiply(const Panels& panels, const float* a, int64_t a_stride, int64_t rows, int64_t depth,
                bool rectified, float* c, int64_t c_stride) const;
  void couple(const float* x, int64_t x_stride, const float* subnet, int64_t subnet_stride,
              int64_t count, float* y, int64_t y_stride, float* scratch) const;

  // Of the pixels between two products, in elements: at least a vector.
  int64_t hidden_stride() const { return std::max(hidden_, kernels_.lanes); }
  int64_t subnet_stride() const { return std::max(outputs_, kernels_.lanes); }

  const Kernels& kernels_;
  int64_t channels_, passed_, hidden_, outputs_;
  std::unique_ptr<Winograd> first_3x3_, second_3x3_;
  std::unique_ptr<Panels> first_1x1_, second_1x1_;
  AffineCoupling affine_ = {};
  std::vector<float> gain_, offset_;  // by channel of y, before it is permuted
  std::vector<int32_t> source_;       // by channel of the output: the one before
};

}  // namespace flowline
#endif
