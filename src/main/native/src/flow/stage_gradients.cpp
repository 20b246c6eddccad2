#include "flow/stage_gradients.hpp"

#include <algorithm>

namespace flowline {
namespace {

constexpr int64_t PIXELS_TOGETHER = 2048;  // of images that are small

// Whole images, as many as have about so many pixels.
PixelMaps some_of(const PixelMaps& all, int64_t first, int64_t count) {
  PixelMaps some = all;
  some.images = count;
  if (some.data != nullptr) some.data += first * all.image_stride;
  return some;
}

}  // namespace

StageGradients::StageGradients(const Kernels& kernels, const std::vector<FlowStepParameters>& steps,
                               WorkerPool& pool)
    : kernels_(kernels), shapes_(steps) {
  steps_.reserve(steps.size());
  for (const FlowStepParameters& step : steps) steps_.emplace_back(kernels, step, pool);
}

// For the images that are computed together, and for those of any smaller call, though more of them may
// be together.
void StageGradients::reserve(const FlowStage& stage, const PixelMaps& x,
                             Workspace& workspace) const {
  const int64_t of_image = x.height * x.width;
  const int64_t pixels = std::min(std::max(PIXELS_TOGETHER, of_image), x.images * of_image);
  const int64_t rows = std::min(std::max(PIXELS_TOGETHER, x.height), x.rows());
  const std::vector<FlowStep>& steps = stage.steps();
  workspace.steps_.resize(std::max(workspace.steps_.size(), steps.size()));
  workspace.sums_.resize(workspace.steps_.size());
  for (size_t i = 0; i < steps.size(); i++) {
    Workspace::OfStep& own = workspace.steps_[i];
    if (i > 0) reserve_pixels(kernels_, pixels, x.channels, &own.x);
    reserve_pixels(kernels_, pixels, steps[i].hidden(), &own.hidden);
    reserve_pixels(kernels_, pixels, steps[i].outputs(), &own.subnet);
    steps_[i].reserve(steps[i], pixels, rows, workspace.backward_);
  }
  reserve_pixels(kernels_, pixels, x.channels, &workspace.gradient_);
}

void StageGradients::trace(const FlowStage& stage, const PixelMaps& x, WorkerPool& pool,
                           Workspace& workspace) const {
  const std::vector<FlowStep>& steps = stage.steps();
  workspace.traces_.assign(steps.size(), {});
  PixelMaps from = x;
  for (size_t i = 0; i < steps.size(); i++) {
    Workspace::OfStep& own = workspace.steps_[i];
    StepTrace& trace = workspace.traces_[i];
    trace.x = from;
    trace.hidden = room_for(kernels_, x, steps[i].hidden(), &own.hidden);
    trace.subnet = room_for(kernels_, x, steps[i].outputs(), &own.subnet);
    steps[i].run_subnet(from, trace.hidden, trace.subnet, pool, workspace.convolution_);
    if (i + 1 == steps.size()) return;
    const PixelMaps y = room_for(kernels_, x, x.channels, &workspace.steps_[i + 1].x);
    steps[i].couple(from, trace.subnet, y, pool, workspace.forward_);
    from = y;
  }
}

void StageGradients::run(const FlowStage& stage, const PixelMaps& x, const Gradients& gradients,
                         WorkerPool& pool, Workspace& workspace) const {
  reserve(stage, x, workspace);
  std::vector<StepGradientSums>& sums = workspace.sums_;
  for (size_t i = 0; i < shapes_.size(); i++) sums[i].begin(kernels_, shapes_[i]);
  const double* of_log_det = gradients.of_log_det;
  if (of_log_det == nullptr) {
    workspace.zeros_.assign(static_cast<size_t>(x.images), 0.0);
    of_log_det = workspace.zeros_.data();
  }
  const bool wanted = gradients.of_input.data != nullptr;
  const int64_t together = std::max<int64_t>(1, PIXELS_TOGETHER / (x.height * x.width));
  for (int64_t first = 0; first < x.images; first += together) {
    const int64_t count = std::min(together, x.images - first);
    const PixelMaps some = some_of(x, first, count);
    trace(stage, some, pool, workspace);
    const PixelMaps between = room_for(kernels_, some, x.channels, &workspace.gradient_);
    PixelMaps from = some_of(gradients.of_output, first, count);
    for (size_t i = steps_.size(); i-- > 0;) {
      const PixelMaps to = i == 0 && wanted ? some_of(gradients.of_input, first, count) : between;
      steps_[i].run(stage.steps()[i], workspace.traces_[i], from, of_log_det + first, to,
                    i > 0 || wanted, &sums[i], pool, workspace.backward_);
      from = to;
    }
  }
  for (size_t i = 0; i < steps_.size(); i++) sums[i].onto(gradients.of_steps[i], pool);
}

}  // namespace flowline
