#include "flow/flow_step.hpp"

#include <algorithm>

#include "math/logarithm.hpp"

namespace flowline {

FlowStep::FlowStep(const Kernels& kernels, const FlowStepParameters& of, WorkerPool& pool)
    : kernels_(kernels),
      channels_(of.channels),
      passed_(of.channels - of.channels / 2),
      hidden_(of.hidden),
      outputs_(of.channels / 2 * 2),
      first_(kernels, of.side, passed_, hidden_, of.first, of.first_bias, pool),
      second_(kernels, of.side, hidden_, outputs_, of.second, of.second_bias, pool),
      gain_(static_cast<size_t>(of.channels), 1.0f),
      offset_(static_cast<size_t>(of.channels), 0.0f),
      source_(static_cast<size_t>(of.channels)) {
  const flowline_coupling& coupling = of.coupling;
  const size_t count = static_cast<size_t>(channels_);
  if (coupling.gain != nullptr) gain_.assign(coupling.gain, coupling.gain + count);
  if (coupling.offset != nullptr) offset_.assign(coupling.offset, coupling.offset + count);
  for (size_t c = 0; c < count; c++) {
    log_gain_ += natural_log(static_cast<double>(gain_[c]));
    source_[c] =
        coupling.permutation == nullptr ? static_cast<int32_t>(c) : coupling.permutation[c];
  }
  affine_ = {coupling.clamp, coupling.alpha, coupling.subnet_scale,
             gain_.data(),   offset_.data(), nullptr};
}

void FlowStep::forward(const PixelMap& x, const PixelMap& y, WorkerPool& pool, Workspace& workspace,
                       const FlowStep* next, double* log_scales) const {
  workspace.workers_.resize(static_cast<size_t>(pool.threads()));
  reserve(x.height, x.width, workspace);
  if (next != nullptr) next->reserve(x.height, x.width, workspace);
  if (first_.side() == 3) {
    forward_3x3(x, y, pool, workspace, next, log_scales);
  } else {
    forward_1x1(x, y, pool, workspace, next, log_scales);
  }
}

// For every worker, since none of them may fail.
void FlowStep::reserve(int64_t height, int64_t width, Workspace& workspace) const {
  if (!is_1x1()) reserve_aligned(workspace.hidden_, height * width * hidden_);
  for (Workspace::OfWorker& own : workspace.workers_) {
    reserve_aligned(own.scratch, PIXELS_COUPLED * channels_);
    if (is_1x1()) {
      reserve_aligned(own.hidden_1x1, PIXELS_CONVOLVED * hidden_stride());
      reserve_aligned(own.subnet_1x1, PIXELS_CONVOLVED * subnet_stride());
    } else {
      first_.winograd().reserve(height, width, own.winograd);
      second_.winograd().reserve(height, width, own.winograd);
      reserve_aligned(own.subnet, Blocks::most_tiles(height, width) * TILE * TILE * outputs_);
    }
  }
}

void FlowStep::forward_3x3(const PixelMap& x, const PixelMap& y, WorkerPool& pool,
                           Workspace& workspace, const FlowStep* next, double* log_scales) const {
  const int64_t height = x.height, width = x.width;
  const Blocks blocks(height, width, pool.threads());
  const PixelMap hidden = {
      aligned(workspace.hidden_.data()), height, width, hidden_, width * hidden_, hidden_};
  auto first = [&](int64_t index, int worker) {
    const Block block = blocks[index];
    PixelMap out = hidden;
    out.data = hidden.at(block.y, block.x);
    first_.winograd().run(x, block, true, out,
                          workspace.workers_[static_cast<size_t>(worker)].winograd);
  };
  pool.run(blocks.count(), first);
  auto second = [&](int64_t index, int worker) {
    Workspace::OfWorker& own = workspace.workers_[static_cast<size_t>(worker)];
    const Block block = blocks[index];
    const PixelMap subnet = {aligned(own.subnet.data()), block.height, block.width, outputs_,
                             block.width * outputs_,     outputs_};
    second_.winograd().run(hidden, block, false, subnet, own.winograd);
    float* const scratch = aligned(own.scratch.data());
    for (int64_t row = 0; row < block.height; row++) {
      float* const to = y.at(block.y + row, block.x);
      double* const sum = log_scales == nullptr ? nullptr
                                                : log_scales + (block.y + row) * blocks.across() +
                                                      index % blocks.across();
      couple({x.at(block.y + row, block.x), x.column_stride, subnet.at(row, 0), outputs_,
              block.width, to, y.column_stride},
             scratch, sum);
      if (next == nullptr) continue;
      next->forward_1x1(to, y.column_stride, block.width, to, y.column_stride, own, sum);
    }
  };
  pool.run(blocks.count(), second);
}

void FlowStep::forward_1x1(const PixelMap& x, const PixelMap& y, WorkerPool& pool,
                           Workspace& workspace, const FlowStep* next, double* log_scales) const {
  auto body = [&](int64_t row, int worker) {
    Workspace::OfWorker& own = workspace.workers_[static_cast<size_t>(worker)];
    float* const to = y.at(row, 0);
    double* const sum =
        log_scales == nullptr ? nullptr : log_scales + row * pieces_of_row(x.height, x.width);
    forward_1x1(x.at(row, 0), x.column_stride, x.width, to, y.column_stride, own, sum);
    if (next != nullptr) {
      next->forward_1x1(to, y.column_stride, x.width, to, y.column_stride, own, sum);
    }
  };
  pool.run(x.height, body);
}

void FlowStep::forward_1x1(const float* x, int64_t x_stride, int64_t count, float* y,
                           int64_t y_stride, Workspace::OfWorker& own, double* log_scales) const {
  float* const hidden = aligned(own.hidden_1x1.data());
  float* const subnet = aligned(own.subnet_1x1.data());
  float* const scratch = aligned(own.scratch.data());
  for (int64_t first = 0; first < count; first += PIXELS_CONVOLVED) {
    const int64_t pixels = std::min(PIXELS_CONVOLVED, count - first);
    const float* const from = x + first * x_stride;
    multiply(first_.panels(), from, x_stride, pixels, passed_, true, hidden, hidden_stride());
    multiply(second_.panels(), hidden, hidden_stride(), pixels, hidden_, false, subnet,
             subnet_stride());
    couple({from, x_stride, subnet, subnet_stride(), pixels, y + first * y_stride, y_stride},
           scratch, log_scales);
  }
}

void FlowStep::multiply(const Panels& panels, const float* a, int64_t a_stride, int64_t rows,
                        int64_t depth, bool rectified, float* c, int64_t c_stride) const {
  for (const Panels::Panel& panel : panels.all()) {
    kernels_.multiply({a, a_stride, rows, depth, panels.of(panel, 0), panel.vectors,
                       c + panel.column, c_stride, panel.last, panels.bias(panel), rectified});
  }
}

void FlowStep::couple(const Run& run, float* scratch, double* log_scales) const {
  const CoupledPixels pixels = {&affine_, source_.data(), channels_,  run.count,
                                run.x,    run.x_stride,   run.subnet, run.subnet_stride,
                                run.y,    run.y_stride,   scratch};
  if (log_scales != nullptr) *log_scales += kernels_.log_scales(pixels);
  kernels_.couple_pixels(pixels);
}

void FlowStep::run_subnet(const PixelMaps& x, const PixelMaps& hidden, const PixelMaps& subnet,
                          WorkerPool& pool, Convolution::Workspace& workspace) const {
  first_.run(x, true, hidden, pool, workspace);
  second_.run(hidden, false, subnet, pool, workspace);
}

void FlowStep::couple(const PixelMaps& x, const PixelMaps& subnet, const PixelMaps& y,
                      WorkerPool& pool, Workspace& workspace) const {
  workspace.workers_.resize(static_cast<size_t>(pool.threads()));
  for (Workspace::OfWorker& own : workspace.workers_) {
    reserve_aligned(own.scratch, PIXELS_COUPLED * channels_);
  }
  auto body = [&](int64_t row, int worker) {
    Buffer<float>& scratch = workspace.workers_[static_cast<size_t>(worker)].scratch;
    couple({x.row(row), x.column_stride, subnet.row(row), subnet.column_stride, x.width, y.row(row),
            y.column_stride},
           aligned(scratch.data()), nullptr);
  };
  pool.run(x.rows(), body);
}

int64_t FlowStep::pieces_of_row(int64_t height, int64_t width) {
  return Blocks(height, width, 1).across();
}

}  // namespace flowline
