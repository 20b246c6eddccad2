#ifndef FLOWLINE_FLOW_FLOW_STAGE_HPP
#define FLOWLINE_FLOW_FLOW_STAGE_HPP

#include <vector>

#include "flow/flow_step.hpp"

namespace flowline {

/// Flow steps of as many channels each, one after the other. Any number of threads use a stage at
/// once, each with a workspace of its own.
class FlowStage {
 public:
  /// steps: at least one.
  /// pool: packs the weights.
  FlowStage(const Kernels& kernels, const std::vector<FlowStepParameters>& steps, WorkerPool& pool);

  /// x, y: (height, width, C), which are the same or do not overlap. log_det: receives the
  /// log-determinant; nullptr: not wanted.
  void forward(const PixelMap& x, const PixelMap& y, WorkerPool& pool,
               FlowStep::Workspace& workspace, double* log_det = nullptr) const;

  const std::vector<FlowStep>& steps() const { return steps_; }

 private:
  std::vector<FlowStep> steps_;
};

}  // namespace flowline
#endif
