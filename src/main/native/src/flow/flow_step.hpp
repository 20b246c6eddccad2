#ifndef FLOWLINE_FLOW_FLOW_STEP_HPP
#define FLOWLINE_FLOW_FLOW_STEP_HPP

#include <algorithm>
#include <cstdint>
#include <vector>

#include "backend/worker_pool.hpp"
#include "convolution/convolution.hpp"
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
/// a cache. The log-determinant is computed for a training alone: no inspection needs it.
///
/// Blocks and threads change no bit. The object owns copies of all parameters; any number of
/// threads use it at once, each with a workspace of its own.
class FlowStep {
 public:
  /// Grows and never shrinks.
  class Workspace {
   public:
    std::vector<double> log_scales;  ///< of a stage, see forward

   private:
    friend class FlowStep;
    struct OfWorker {
      Winograd::Workspace winograd;
      Buffer<float> subnet, hidden_1x1, subnet_1x1, scratch;
    };
    Buffer<float> hidden_;  // of the whole image, between two convolutions of 3 x 3
    std::vector<OfWorker> workers_;
  };

  /// pool: packs the weights.
  FlowStep(const Kernels& kernels, const FlowStepParameters& parameters, WorkerPool& pool);

  bool is_1x1() const { return first_.side() == 1; }

  /// x, y: (height, width, C), which are the same or do not overlap. next: a step with kernels of
  /// 1 x 1 and as many channels, which follows; it takes each block over while that is in a cache.
  /// nullptr: none. log_scales: (height, pieces_of_row), to which the sums of the clamped log-scales
  /// are added; nullptr: not wanted.
  void forward(const PixelMap& x, const PixelMap& y, WorkerPool& pool, Workspace& workspace,
               const FlowStep* next = nullptr, double* log_scales = nullptr) const;

  /// The pieces of a row whose log-scales are summed each by itself: whatever the threads.
  static int64_t pieces_of_row(int64_t height, int64_t width);

  /// The sum over the channels of ln gain.
  double log_gain() const { return log_gain_; }

  /// The two halves of `forward`, to the same bits. x: (C). hidden, subnet: their channels, pixels at
  /// least a vector apart. y: (C), which is x or does not overlap it.
  void run_subnet(const PixelMaps& x, const PixelMaps& hidden, const PixelMaps& subnet,
                  WorkerPool& pool, Convolution::Workspace& workspace) const;
  void couple(const PixelMaps& x, const PixelMaps& subnet, const PixelMaps& y, WorkerPool& pool,
              Workspace& workspace) const;

  int64_t side() const { return first_.side(); }
  int64_t channels() const { return channels_; }
  int64_t passed() const { return passed_; }
  int64_t hidden() const { return hidden_; }
  int64_t outputs() const { return outputs_; }  ///< of the subnet
  const AffineCoupling& affine() const { return affine_; }
  const int32_t* source() const { return source_.data(); }

 private:
  // Pixels of a row.
  struct Run {
    const float* x;
    int64_t x_stride;
    const float* subnet;
    int64_t subnet_stride;
    int64_t count;
    float* y;
    int64_t y_stride;
  };

  void reserve(int64_t height, int64_t width, Workspace& workspace) const;
  void forward_3x3(const PixelMap& x, const PixelMap& y, WorkerPool& pool, Workspace& workspace,
                   const FlowStep* next, double* log_scales) const;
  void forward_1x1(const PixelMap& x, const PixelMap& y, WorkerPool& pool, Workspace& workspace,
                   const FlowStep* next, double* log_scales) const;
  void forward_1x1(const float* x, int64_t x_stride, int64_t count, float* y, int64_t y_stride,
                   Workspace::OfWorker& own, double* log_scales) const;
  void multiply(const Panels& panels, const float* a, int64_t a_stride, int64_t rows, int64_t depth,
                bool rectified, float* c, int64_t c_stride) const;
  void couple(const Run& run, float* scratch, double* log_scales) const;

  // Of the pixels between two products, in elements: at least a vector.
  int64_t hidden_stride() const { return std::max(hidden_, kernels_.lanes); }
  int64_t subnet_stride() const { return std::max(outputs_, kernels_.lanes); }

  const Kernels& kernels_;
  int64_t channels_, passed_, hidden_, outputs_;
  Convolution first_, second_;
  AffineCoupling affine_ = {};
  std::vector<float> gain_, offset_;  // by channel of y, before it is permuted
  double log_gain_ = 0.0;
  std::vector<int32_t> source_;  // by channel of the output: the one before
};

}  // namespace flowline
#endif
