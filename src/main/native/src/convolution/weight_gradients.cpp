#include "convolution/weight_gradients.hpp"

#include <algorithm>

namespace flowline {
namespace {

constexpr int64_t TILES = 128, PIXELS = 512;  // at a time: what they take stays in a cache
constexpr int64_t PLACES_OF_ITEM = 8;         // that a worker fills
constexpr int64_t ROWS_OF_ITEM = 48;          // of a product that a worker computes
constexpr int64_t INPUTS_OF_ITEM = 8;         // whose gradients, side by side, a worker adds

int64_t up(int64_t count, int64_t of) { return (count + of - 1) / of; }

}  // namespace

void WeightGradients::begin(const Kernels& kernels, int64_t side, int64_t inputs, int64_t outputs) {
  kernels_ = &kernels;
  points_ = side == 3 ? POINTS : 1;
  inputs_ = inputs;
  outputs_ = outputs;
  places_ = side == 3 ? TILES : PIXELS;
  input_stride_ = odd_lines(std::max(inputs, kernels.lanes));
  row_ = up(outputs, kernels.lanes) * kernels.lanes;
  const int64_t vectors = row_ / kernels.lanes, count = up(vectors, kernels.panel_vectors);
  panels_.clear();
  for (int64_t i = 0; i < count; i++) {
    const int64_t at = i * vectors / count;
    panels_.push_back({at, (i + 1) * vectors / count - at});
  }
  memory_.reserve(static_cast<size_t>(points_ * inputs_ * row_ + CACHE_LINE));
  sums_ = aligned(memory_.data());
  empty_ = true;
}

// Point 0 of a place in the gradients' panel; the points are places_ * row_ apart.
float* WeightGradients::of_panel(const Panel& panel, int64_t place, Workspace& workspace) const {
  const int64_t lanes = kernels_->lanes;
  return aligned(workspace.outputs_.data()) + (panel.at * places_ + place * panel.vectors) * lanes;
}

void WeightGradients::fill_tile(const PixelMaps& x, const PixelMaps& of_output, int64_t tile,
                                int64_t place, float* patch, Workspace& workspace) const {
  const int64_t across = up(x.width, TILE), of_image = across * up(x.height, TILE);
  const int64_t image = tile / of_image, index = tile % of_image;
  const int64_t row = index / across * TILE, column = index % across * TILE;
  TileInput input = {};
  set_patch(x[image], inputs_, kernels_->lanes, row, column, patch, &input);
  input.points = aligned(workspace.inputs_.data()) + place * input_stride_;
  input.point_stride = places_ * input_stride_;
  kernels_->winograd_input(input);
  const PixelMap gradient = of_output[image];
  for (const Panel& panel : panels_) {
    kernels_->winograd_gradient({gradient.at(row, column) + panel.at * kernels_->lanes,
                                 gradient.row_stride, gradient.column_stride,
                                 std::min(TILE, x.height - row), std::min(TILE, x.width - column),
                                 panel.vectors, of_panel(panel, place, workspace), places_ * row_});
  }
}

void WeightGradients::fill_pixel(const PixelMaps& x, const PixelMaps& of_output, int64_t pixel,
                                 int64_t place, Workspace& workspace) const {
  const int64_t row = pixel / x.width, column = pixel % x.width;
  std::copy_n(x.row(row) + column * x.column_stride, inputs_,
              aligned(workspace.inputs_.data()) + place * input_stride_);
  const float* const gradient = of_output.row(row) + column * of_output.column_stride;
  for (const Panel& panel : panels_) {
    std::copy_n(gradient + panel.at * kernels_->lanes, panel.vectors * kernels_->lanes,
                of_panel(panel, place, workspace));
  }
}

void WeightGradients::fill(const PixelMaps& x, const PixelMaps& of_output, const Part& part,
                           WorkerPool& pool, Workspace& workspace) const {
  auto body = [&](int64_t item, int worker) {
    float* const patch = aligned(workspace.patches_[static_cast<size_t>(worker)].data());
    const int64_t end = std::min(part.count, (item + 1) * PLACES_OF_ITEM);
    for (int64_t place = item * PLACES_OF_ITEM; place < end; place++) {
      if (points_ == 1) {
        fill_pixel(x, of_output, part.first + place, place, workspace);
      } else {
        fill_tile(x, of_output, part.first + place, place, patch, workspace);
      }
    }
  };
  pool.run(up(part.count, PLACES_OF_ITEM), body);
}

// The first call begins with zeros, which it writes where it is about to add.
void WeightGradients::multiply(int64_t count, WorkerPool& pool, Workspace& workspace) {
  const int64_t parts = up(inputs_, ROWS_OF_ITEM);
  const float* const inputs = aligned(workspace.inputs_.data());
  auto body = [&](int64_t item, int) {
    const int64_t point = item / parts, first = item % parts * ROWS_OF_ITEM;
    const int64_t rows = std::min(ROWS_OF_ITEM, inputs_ - first);
    float* const sums = sums_ + (point * inputs_ + first) * row_;
    if (empty_) std::fill_n(sums, rows * row_, 0.0f);
    for (const Panel& panel : panels_) {
      Product product = {};
      product.a = inputs + point * places_ * input_stride_ + first;
      product.a_stride = input_stride_;
      product.rows = rows;
      product.depth = count;
      product.panel = of_panel(panel, 0, workspace) + point * places_ * row_;
      product.vectors = panel.vectors;
      product.c = sums + panel.at * kernels_->lanes;
      product.c_stride = row_;
      kernels_->multiply_onto(product);
    }
  };
  pool.run(points_ * parts, body);
  empty_ = false;
}

void WeightGradients::add(const PixelMaps& x, const PixelMaps& of_output, WorkerPool& pool,
                          Workspace& workspace) {
  workspace.inputs_.reserve(static_cast<size_t>(points_ * places_ * input_stride_ + CACHE_LINE));
  workspace.outputs_.reserve(static_cast<size_t>(points_ * places_ * row_ + CACHE_LINE));
  workspace.patches_.resize(static_cast<size_t>(pool.threads()));
  for (Buffer<float>& patch : workspace.patches_) {
    patch.reserve(static_cast<size_t>(POINTS * std::max(inputs_, kernels_->lanes) + CACHE_LINE));
  }
  const int64_t of_image =
      points_ == 1 ? x.height * x.width : up(x.height, TILE) * up(x.width, TILE);
  for (int64_t first = 0; first < x.images * of_image; first += places_) {
    const Part part = {first, std::min(places_, x.images * of_image - first)};
    fill(x, of_output, part, pool, workspace);
    multiply(part.count, pool, workspace);
  }
}

void WeightGradients::onto(float* weights, WorkerPool& pool) const {
  if (empty_) return;
  const int64_t lanes = kernels_->lanes, taps = points_ == 1 ? 1 : 9;
  auto body = [&](int64_t item, int) {
    const int64_t first = item * INPUTS_OF_ITEM, end = std::min(inputs_, first + INPUTS_OF_ITEM);
    for (int64_t output = 0; output < outputs_; output += lanes) {
      const int64_t count = std::min(lanes, outputs_ - output);
      for (int64_t input = first; input < end; input++) {
        const float* gradients = sums_ + input * row_ + output;
        float transformed[9 * MOST_LANES];
        if (taps == 9) {
          winograd_weight_gradient(*kernels_, gradients, inputs_ * row_, transformed);
          gradients = transformed;
        }
        for (int64_t i = 0; i < count; i++) {
          float* const to = weights + ((output + i) * inputs_ + input) * taps;
          for (int64_t tap = 0; tap < taps; tap++) to[tap] += gradients[tap * lanes + i];
        }
      }
    }
  };
  pool.run(up(inputs_, INPUTS_OF_ITEM), body);
}

}  // namespace flowline
