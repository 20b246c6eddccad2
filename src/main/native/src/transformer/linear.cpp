#include "transformer/linear.hpp"

#include <algorithm>

namespace flowline {
namespace {

// Of a product: the part of a panel that it reads for each block of rows stays in a cache.
constexpr int64_t MOST_DEPTH = 768;

}  // namespace

void Linear::run(const Kernels& kernels, WorkerPool& pool, Workspace& workspace) const {
  const int64_t lanes = kernels.lanes, widest = kernels.panel_vectors * lanes;
  workspace.resize(static_cast<size_t>(pool.threads()));
  for (Buffer<float>& own : workspace) reserve_aligned(own, widest * (inputs + 1));
  auto multiply = [&](int64_t index, int worker) {
    const Panels::Panel panel = Panels::nth(kernels, outputs, index);
    const int64_t width = panel.vectors * lanes;
    float* const packed = aligned(workspace[static_cast<size_t>(worker)].data());
    float* const biases = packed + inputs * width;
    for (int64_t v = 0; v < panel.vectors; v++) {
      const int64_t column = panel.column + (v == panel.vectors - 1 ? panel.last : v * lanes);
      kernels.pack_rows(weights + column * inputs, inputs, lanes, inputs, packed + v * lanes,
                        width);
      if (bias != nullptr) std::copy_n(bias + column, lanes, biases + v * lanes);
    }
    for (int64_t i = 0; i < inputs; i += MOST_DEPTH) {
      kernels.multiply({input + i, inputs, rows, std::min(MOST_DEPTH, inputs - i),
                        packed + i * width, panel.vectors, output + panel.column, outputs,
                        panel.last, bias == nullptr ? nullptr : biases, false, i > 0});
    }
  };
  // If the last vector reaches into the panel before, that comes first, in the same thread.
  const int64_t count = Panels::count(kernels, outputs);
  const bool overlap = count > 1 && outputs % lanes != 0;
  const int64_t items = overlap ? count - 1 : count;
  auto body = [&](int64_t item, int worker) {
    multiply(item, worker);
    if (overlap && item == items - 1) multiply(item + 1, worker);
  };
  pool.run(items, body);
}

}  // namespace flowline
