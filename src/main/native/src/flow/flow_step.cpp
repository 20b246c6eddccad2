#include "flow/flow_step.hpp"

#include <algorithm>

namespace flowline {
namespace {

constexpr int64_t PIXELS = 56;  // of a block of 1 x 1 convolutions

std::unique_ptr<Panels> panels_of(const Kernels& kernels, int64_t inputs, int64_t outputs,
                                  const float* weights, const float* bias) {
  return std::make_unique<Panels>(
      kernels, 1, inputs, outputs, bias,
      [=](int64_t, int64_t input, int64_t output) { return weights[output * inputs + input]; });
}

}  // namespace

FlowStep::FlowStep(const Kernels& kernels, const FlowStepParameters& of)
    : kernels_(kernels),
      channels_(of.channels),
      passed_(of.channels - of.channels / 2),
      hidden_(of.hidden),
      outputs_(of.channels / 2 * 2),
      gain_(static_cast<size_t>(of.channels), 1.0f),
      offset_(static_cast<size_t>(of.channels), 0.0f),
      source_(static_cast<size_t>(of.channels)) {
  if (of.side == 3) {
    first_3x3_ = std::make_unique<Winograd>(kernels, passed_, hidden_, of.first, of.first_bias);
    second_3x3_ = std::make_unique<Winograd>(kernels, hidden_, outputs_, of.second, of.second_bias);
  } else {
    first_1x1_ = panels_of(kernels, passed_, hidden_, of.first, of.first_bias);
    second_1x1_ = panels_of(kernels, hidden_, outputs_, of.second, of.second_bias);
  }
  const flowline_coupling& coupling = of.coupling;
  const size_t count = static_cast<size_t>(channels_);
  if (coupling.gain != nullptr) gain_.assign(coupling.gain, coupling.gain + count);
  if (coupling.offset != nullptr) offset_.assign(coupling.offset, coupling.offset + count);
  for (size_t c = 0; c < count; c++) {
    source_[c] =
        coupling.permutation == nullptr ? static_cast<int32_t>(c) : coupling.permutation[c];
  }
  affine_ = {coupling.clamp, coupling.alpha, coupling.subnet_scale,
             gain_.data(),   offset_.data(), nullptr};
}

void FlowStep::forward(const PixelMap& x, const PixelMap& y, WorkerPool& pool, Workspace& workspace,
                       const FlowStep* next) const {
  workspace.workers_.resize(static_cast<size_t>(pool.threads()));
  reserve(x.height, x.width, workspace);
  if (next != nullptr) next->reserve(x.height, x.width, workspace);
  if (first_3x3_ != nullptr) {
    forward_3x3(x, y, pool, workspace, next);
  } else {
    forward_1x1(x, y, pool, workspace, next);
  }
}

// For every worker, since none of them may fail.
void FlowStep::reserve(int64_t height, int64_t width, Workspace& workspace) const {
  if (!is_1x1()) reserve_aligned(workspace.hidden_, height * width * hidden_);
  for (Workspace::OfWorker& own : workspace.workers_) {
    reserve_aligned(own.scratch, PIXELS_COUPLED * channels_);
    if (is_1x1()) {
      reserve_aligned(own.hidden_1x1, PIXELS * hidden_stride());
      reserve_aligned(own.subnet_1x1, PIXELS * subnet_stride());
    } else {
      first_3x3_->reserve(height, width, own.winograd);
      second_3x3_->reserve(height, width, own.winograd);
      reserve_aligned(own.subnet, Blocks::most_tiles(height, width) * TILE * TILE * outputs_);
    }
  }
}

void FlowStep::forward_3x3(const PixelMap& x, const PixelMap& y, WorkerPool& pool,
                           Workspace& workspace, const FlowStep* next) const {
  const int64_t height = x.height, width = x.width;
  const Blocks blocks(height, width, pool.threads());
  const PixelMap hidden = {
      aligned(workspace.hidden_.data()), height, width, hidden_, width * hidden_, hidden_};
  auto first = [&](int64_t index, int worker) {
    const Block block = blocks[index];
    PixelMap out = hidden;
    out.data = hidden.at(block.y, block.x);
    first_3x3_->run(x, block, true, out, workspace.workers_[static_cast<size_t>(worker)].winograd);
  };
  pool.run(blocks.count(), first);
  auto second = [&](int64_t index, int worker) {
    Workspace::OfWorker& own = workspace.workers_[static_cast<size_t>(worker)];
    const Block block = blocks[index];
    const PixelMap subnet = {aligned(own.subnet.data()), block.height, block.width, outputs_,
                             block.width * outputs_,     outputs_};
    second_3x3_->run(hidden, block, false, subnet, own.winograd);
    float* const scratch = aligned(own.scratch.data());
    for (int64_t row = 0; row < block.height; row++) {
      float* const to = y.at(block.y + row, block.x);
      couple(x.at(block.y + row, block.x), x.column_stride, subnet.at(row, 0), outputs_,
             block.width, to, y.column_stride, scratch);
      if (next == nullptr) continue;
      next->forward_1x1(to, y.column_stride, block.width, to, y.column_stride, own);
    }
  };
  pool.run(blocks.count(), second);
}

void FlowStep::forward_1x1(const PixelMap& x, const PixelMap& y, WorkerPool& pool,
                           Workspace& workspace, const FlowStep* next) const {
  auto body = [&](int64_t row, int worker) {
    Workspace::OfWorker& own = workspace.workers_[static_cast<size_t>(worker)];
    float* const to = y.at(row, 0);
    forward_1x1(x.at(row, 0), x.column_stride, x.width, to, y.column_stride, own);
    if (next != nullptr) {
      next->forward_1x1(to, y.column_stride, x.width, to, y.column_stride, own);
    }
  };
  pool.run(x.height, body);
}

void FlowStep::forward_1x1(const float* x, int64_t x_stride, int64_t count, float* y,
                           int64_t y_stride, Workspace::OfWorker& own) const {
  float* const hidden = aligned(own.hidden_1x1.data());
  float* const subnet = aligned(own.subnet_1x1.data());
  float* const scratch = aligned(own.scratch.data());
  for (int64_t first = 0; first < count; first += PIXELS) {
    const int64_t pixels = std::min(PIXELS, count - first);
    const float* const from = x + first * x_stride;
    multiply(*first_1x1_, from, x_stride, pixels, passed_, true, hidden, hidden_stride());
    multiply(*second_1x1_, hidden, hidden_stride(), pixels, hidden_, false, subnet,
             subnet_stride());
    couple(from, x_stride, subnet, subnet_stride(), pixels, y + first * y_stride, y_stride,
           scratch);
  }
}

void FlowStep::multiply(const Panels& panels, const float* a, int64_t a_stride, int64_t rows,
                        int64_t depth, bool rectified, float* c, int64_t c_stride) const {
  for (const Panels::Panel& panel : panels.all()) {
    kernels_.multiply({a, a_stride, rows, depth, panels.of(panel, 0), panel.vectors,
                       c + panel.column, c_stride, panel.last, panels.bias(panel), rectified});
  }
}

void FlowStep::couple(const float* x, int64_t x_stride, const float* subnet, int64_t subnet_stride,
                      int64_t count, float* y, int64_t y_stride, float* scratch) const {
  kernels_.couple_pixels({&affine_, source_.data(), channels_, count, x, x_stride, subnet,
                          subnet_stride, y, y_stride, scratch});
}

}  // namespace flowline
