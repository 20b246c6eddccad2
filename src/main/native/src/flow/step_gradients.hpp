#ifndef FLOWLINE_FLOW_STEP_GRADIENTS_HPP
#define FLOWLINE_FLOW_STEP_GRADIENTS_HPP

#include <cstdint>
#include <vector>

#include "convolution/weight_gradients.hpp"
#include "flow/flow_step.hpp"

namespace flowline {

/// Where the gradients of a step's parameters are added; nullptr: not wanted.
struct StepGradientArrays {
  float* first;       ///< as FlowStepParameters::first
  float* first_bias;  ///< and so on
  float* second;
  float* second_bias;
  float* gain;    ///< (C)
  float* offset;  ///< (C)
};

/// What a step computed of its input, as its gradients need it.
struct StepTrace {
  PixelMaps x, hidden, subnet;
};

/// The gradients of a flow step with respect to its parameters, summed over images, in an order that
/// depends on shapes alone: rows of a channel ascending, each a sum of its pixels.
class StepGradientSums {
 public:
  /// Begins with a step and no image. Allocates nothing if an earlier one was as large.
  void begin(const Kernels& kernels, const FlowStepParameters& of);

  void onto(const StepGradientArrays& arrays, WorkerPool& pool) const;

 private:
  friend class StepGradients;
  WeightGradients first_, second_;
  std::vector<double> of_coupling_;  // by channel: gain, offset; then the subnet's last bias
  std::vector<double> of_hidden_;    // the first bias
  int64_t channels_ = 0;
};

/// A flow step backward: from the gradient of a loss with respect to its output to that with respect to
/// its input and parameters. It owns copies of the weights, packed for that way; any number of threads
/// use it at once, each with a workspace of its own.
class StepGradients {
 public:
  /// Grows and never shrinks.
  class Workspace {
    friend class StepGradients;
    Convolution::Workspace convolution_;
    WeightGradients::Workspace weights_;
    Buffer<float> of_subnet_, of_hidden_, of_passed_, sums_;
    std::vector<Buffer<float>> scratch_;  // by worker
  };

  /// pool: packs the weights.
  StepGradients(const Kernels& kernels, const FlowStepParameters& parameters, WorkerPool& pool);

  /// Grows a workspace to what so many pixels, in so many rows, take at a time.
  void reserve(const FlowStep& step, int64_t pixels, int64_t rows, Workspace& workspace) const;

  /// of_output: (C), the gradient with respect to the output. of_log_det: by image, with respect to its
  /// log-determinant. of_x: receives that with respect to x; it is of_output or does not overlap it.
  /// whole: or only what does not come through the subnet.
  void run(const FlowStep& step, const StepTrace& trace, const PixelMaps& of_output,
           const double* of_log_det, const PixelMaps& of_x, bool whole, StepGradientSums* sums,
           WorkerPool& pool, Workspace& workspace) const;

 private:
  void couple(const FlowStep& step, const StepTrace& trace, const PixelMaps& of_output,
              const double* of_log_det, const PixelMaps& of_x, const PixelMaps& of_subnet,
              StepGradientSums* sums, WorkerPool& pool, Workspace& workspace) const;
  void rectify(const PixelMaps& hidden, const PixelMaps& of_hidden, StepGradientSums* sums,
               WorkerPool& pool, Workspace& workspace) const;

  const Kernels& kernels_;
  Convolution first_, second_;  // from their outputs to their inputs
};

/// A stride of pixels of so many channels, in whole vectors.
int64_t whole_vectors(const Kernels& kernels, int64_t channels);

/// Makes room for so many pixels of so many channels, in whole vectors.
void reserve_pixels(const Kernels& kernels, int64_t pixels, int64_t channels,
                    Buffer<float>* buffer);

/// Room for images of so many channels, their pixels in whole vectors.
PixelMaps room_for(const Kernels& kernels, const PixelMaps& like, int64_t channels,
                   Buffer<float>* buffer);

}  // namespace flowline
#endif
