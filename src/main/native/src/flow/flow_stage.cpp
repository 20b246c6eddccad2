#include "flow/flow_stage.hpp"

namespace flowline {

FlowStage::FlowStage(const Kernels& kernels, const std::vector<FlowStepParameters>& steps,
                     WorkerPool& pool) {
  steps_.reserve(steps.size());
  for (const FlowStepParameters& step : steps) steps_.emplace_back(kernels, step, pool);
}

void FlowStage::forward(const PixelMap& x, const PixelMap& y, WorkerPool& pool,
                        FlowStep::Workspace& workspace, double* log_det) const {
  const int64_t pieces = FlowStep::pieces_of_row(x.height, x.width) * x.height;
  std::vector<double>& log_scales = workspace.log_scales;
  if (log_det != nullptr) log_scales.assign(static_cast<size_t>(pieces), 0.0);
  double* const sums = log_det == nullptr ? nullptr : log_scales.data();
  PixelMap from = x;
  for (size_t i = 0; i < steps_.size(); i++) {
    const FlowStep& step = steps_[i];
    const FlowStep* const next =
        i + 1 < steps_.size() && steps_[i + 1].is_1x1() ? &steps_[++i] : nullptr;
    step.forward(from, y, pool, workspace, next, sums);
    from = y;
  }
  if (log_det == nullptr) return;
  double log_gain = 0.0;
  for (const FlowStep& step : steps_) log_gain += step.log_gain();
  *log_det = static_cast<double>(x.height * x.width) * log_gain;
  for (double sum : log_scales) *log_det += sum;
}

}  // namespace flowline
