#ifndef FLOWLINE_FLOW_STAGE_GRADIENTS_HPP
#define FLOWLINE_FLOW_STAGE_GRADIENTS_HPP

#include <cstdint>
#include <vector>

#include "flow/flow_stage.hpp"
#include "flow/step_gradients.hpp"

namespace flowline {

/// A flow stage backward. It computes the stage forward once more, some images at a time, and keeps
/// what each step made of them while it goes back. Any number of threads use it at once, each with a
/// workspace of its own.
class StageGradients {
 public:
  /// Grows and never shrinks.
  class Workspace {
    friend class StageGradients;
    struct OfStep {
      Buffer<float> x, hidden, subnet;
    };
    std::vector<OfStep> steps_;
    std::vector<StepTrace> traces_;
    std::vector<StepGradientSums> sums_;
    std::vector<double> zeros_;  // by image
    Buffer<float> gradient_;
    FlowStep::Workspace forward_;
    Convolution::Workspace convolution_;
    StepGradients::Workspace backward_;
  };

  /// A loss's gradients, which come and go.
  struct Gradients {
    PixelMaps of_output;       ///< with respect to the output
    const double* of_log_det;  ///< by image; nullptr: 0
    PixelMaps of_input;  ///< receives that with respect to the input; data nullptr: not wanted
    const StepGradientArrays* of_steps;
  };

  /// pool: packs the weights.
  StageGradients(const Kernels& kernels, const std::vector<FlowStepParameters>& steps,
                 WorkerPool& pool);

  /// stage: of the same steps.
  void run(const FlowStage& stage, const PixelMaps& x, const Gradients& gradients, WorkerPool& pool,
           Workspace& workspace) const;

 private:
  void reserve(const FlowStage& stage, const PixelMaps& x, Workspace& workspace) const;
  void trace(const FlowStage& stage, const PixelMaps& x, WorkerPool& pool,
             Workspace& workspace) const;

  const Kernels& kernels_;
  std::vector<FlowStepParameters> shapes_;  // whose arrays are not there any more
  std::vector<StepGradients> steps_;
};

}  // namespace flowline
#endif
