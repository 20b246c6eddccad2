#include "convolution/convolution.hpp"

#include <algorithm>

namespace flowline {

Convolution::Convolution(const Kernels& kernels, int64_t side, int64_t inputs, int64_t outputs,
                         const ConvolutionWeights& weights, const float* bias, WorkerPool& pool)
    : kernels_(kernels), inputs_(inputs), outputs_(outputs) {
  if (side == 3) {
    winograd_ = std::make_unique<Winograd>(kernels, inputs, outputs, weights, bias, pool);
    return;
  }
  const auto elements = [&](int64_t input, int64_t output, int64_t count, float* to, int64_t) {
    const float* const from = weights.at(input, output);
    for (int64_t i = 0; i < count; i++) to[i] = from[i * weights.output_stride];
    std::fill(to + count, to + kernels.lanes, 0.0f);
  };
  panels_ = std::make_unique<Panels>(kernels, 1, inputs, outputs, bias, pool, elements);
}

void Convolution::run(const PixelMaps& from, bool rectified, const PixelMaps& to, WorkerPool& pool,
                      Workspace& workspace) const {
  if (winograd_ != nullptr) {
    workspace.resize(static_cast<size_t>(pool.threads()));
    for (Winograd::Workspace& own : workspace) winograd_->reserve(from.height, from.width, own);
    const Blocks blocks(from.height, from.width, pool.threads());
    auto body = [&](int64_t index, int worker) {
      const int64_t image = index / blocks.count();
      const Block block = blocks[index % blocks.count()];
      PixelMap part = to[image];
      part.data = part.at(block.y, block.x);
      winograd_->run(from[image], block, rectified, part, workspace[static_cast<size_t>(worker)]);
    };
    pool.run(from.images * blocks.count(), body);
    return;
  }
  auto body = [&](int64_t row, int) {
    for (int64_t x = 0; x < from.width; x += PIXELS_CONVOLVED) {
      const int64_t pixels = std::min(PIXELS_CONVOLVED, from.width - x);
      for (const Panels::Panel& panel : panels_->all()) {
        kernels_.multiply({from.row(row) + x * from.column_stride, from.column_stride, pixels,
                           inputs_, panels_->of(panel, 0), panel.vectors,
                           to.row(row) + x * to.column_stride + panel.column, to.column_stride,
                           panel.last, panels_->bias(panel), rectified});
      }
    }
  };
  pool.run(from.rows(), body);
}

}  // namespace flowline
