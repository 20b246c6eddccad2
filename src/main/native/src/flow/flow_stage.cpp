#include "flow/flow_stage.hpp"

namespace flowline {

FlowStage::FlowStage(const Kernels& kernels, const std::vector<FlowStepParameters>& steps) {
  steps_.reserve(steps.size());
  for (const FlowStepParameters& step : steps) steps_.emplace_back(kernels, step);
}

void FlowStage::forward(const PixelMap& x, const PixelMap& y, WorkerPool& pool,
                        FlowStep::Workspace& workspace) const {
  PixelMap from = x;
  for (size_t i = 0; i < steps_.size(); i++) {
    const FlowStep& step = steps_[i];
    const FlowStep* const next =
        i + 1 < steps_.size() && steps_[i + 1].is_1x1() ? &steps_[++i] : nullptr;
    step.forward(from, y, pool, workspace, next);
    from = y;
  }
}

}  // namespace flowline
