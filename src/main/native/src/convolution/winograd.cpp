#include "convolution/winograd.hpp"

#include <algorithm>
#include <cstring>

namespace flowline {
namespace {

// G: the row of each point p is (1, p, p^2) / the product of p - q over the other points q.
struct WeightTransform {
  double rows[PATCH][3] = {};
  constexpr WeightTransform() {
    const double a = WINOGRAD_A, b = WINOGRAD_B, a_2 = a * a, b_2 = b * b;
    const double points[] = {0.0, a, -a, b, -b};
    const double of_a = 2.0 * a_2 * (a_2 - b_2), of_b = 2.0 * b_2 * (b_2 - a_2);
    const double divisors[] = {a_2 * b_2, of_a, of_a, of_b, of_b};
    for (int i = 0; i < 5; i++) {
      rows[i][0] = 1.0 / divisors[i];
      rows[i][1] = points[i] / divisors[i];
      rows[i][2] = points[i] * points[i] / divisors[i];
    }
    rows[5][0] = rows[5][1] = 0.0;
    rows[5][2] = 1.0;
  }
};

constexpr WeightTransform TRANSFORM;

int64_t up(int64_t count, int64_t of) { return (count + of - 1) / of; }

// The channels of a tile's transformed input, which fill a vector, and from one tile to the next.
int64_t depth_of(const Panels& panels, int64_t inputs) { return std::max(inputs, panels.lanes()); }
int64_t depth_stride_of(const Panels& panels, int64_t inputs) {
  return up(depth_of(panels, inputs), CACHE_LINE) * CACHE_LINE;
}

}  // namespace

int64_t odd_lines(int64_t elements) { return (up(elements, CACHE_LINE) | 1) * CACHE_LINE; }

void winograd_weight_gradient(const Kernels& kernels, const float* points, int64_t point_stride,
                              float* taps) {
  kernels.winograd_weight_gradient({TRANSFORM.rows, points, point_stride, taps});
}

Winograd::Winograd(const Kernels& kernels, int64_t inputs, int64_t outputs,
                   const ConvolutionWeights& weights, const float* bias, WorkerPool& pool)
    : kernels_(kernels),
      inputs_(inputs),
      outputs_(outputs),
      panels_(kernels, POINTS, inputs, outputs, bias, pool,
              [&](int64_t input, int64_t output, int64_t count, float* to, int64_t stride) {
                double taps[9 * MOST_LANES] = {};
                for (int64_t i = 0; i < count; i++) {
                  const float* const from = weights.at(input, output + i);
                  for (int tap = 0; tap < 9; tap++) {
                    taps[tap * kernels.lanes + i] =
                        static_cast<double>(from[weights.rotated ? 8 - tap : tap]);
                  }
                }
                kernels.winograd_weights({TRANSFORM.rows, taps, to, stride});
              }) {}

void Winograd::reserve(int64_t height, int64_t width, Workspace& workspace) const {
  const int64_t tiles = Blocks::most_tiles(height, width);
  const int64_t widest = kernels_.panel_vectors * panels_.lanes();
  reserve_aligned(workspace.patch_, POINTS * depth_of(panels_, inputs_));
  reserve_aligned(workspace.inputs_, POINTS * odd_lines(tiles * depth_stride_of(panels_, inputs_)));
  reserve_aligned(workspace.sums_, POINTS * odd_lines(tiles * widest));
}

void set_patch(const PixelMap& input, int64_t channels, int64_t lanes, int64_t y, int64_t x,
               float* scratch, TileInput* tile) {
  tile->channels = std::max(channels, lanes);
  if (channels >= lanes && y > 0 && x > 0 && y + TILE < input.height && x + TILE < input.width) {
    tile->row_stride = input.row_stride;
    tile->column_stride = input.column_stride;
    tile->patch = input.at(y - 1, x - 1);
    return;
  }
  tile->column_stride = tile->channels;
  tile->row_stride = PATCH * tile->column_stride;
  tile->patch = scratch;
  std::memset(scratch, 0, static_cast<size_t>(PATCH * tile->row_stride) * sizeof(float));
  const int64_t first = std::max<int64_t>(0, x - 1), end = std::min(input.width, x + TILE + 1);
  for (int64_t row = std::max<int64_t>(0, y - 1); row < std::min(input.height, y + TILE + 1);
       row++) {
    for (int64_t column = first; column < end; column++) {
      std::memcpy(
          scratch + (row - y + 1) * tile->row_stride + (column - x + 1) * tile->column_stride,
          input.at(row, column), static_cast<size_t>(channels) * sizeof(float));
    }
  }
}

void Winograd::run(const PixelMap& input, const Block& block, bool rectified,
                   const PixelMap& output, Workspace& workspace, const PixelMap* summand) const {
  const int64_t across = up(block.width, TILE), tiles = across * up(block.height, TILE);
  const int64_t depth_stride = depth_stride_of(panels_, inputs_);
  const int64_t input_stride = odd_lines(tiles * depth_stride);
  const int64_t sum_stride = odd_lines(tiles * panels_.widest());
  float* const patch = aligned(workspace.patch_.data());
  float* const inputs = aligned(workspace.inputs_.data());
  float* const sums = aligned(workspace.sums_.data());

  for (int64_t t = 0; t < tiles; t++) {
    TileInput tile = {};
    set_patch(input, inputs_, panels_.lanes(), block.y + t / across * TILE,
              block.x + t % across * TILE, patch, &tile);
    tile.points = inputs + t * depth_stride;
    tile.point_stride = input_stride;
    kernels_.winograd_input(tile);
  }
  for (const Panels::Panel& panel : panels_.all()) {
    const int64_t width = panel.vectors * panels_.lanes();
    for (int64_t p = 0; p < POINTS; p++) {
      kernels_.multiply({inputs + p * input_stride, depth_stride, tiles, inputs_,
                         panels_.of(panel, p), panel.vectors, sums + p * sum_stride, width,
                         width - panels_.lanes(), nullptr, false});
    }
    for (int64_t t = 0; t < tiles; t++) {
      const int64_t y = t / across * TILE, x = t % across * TILE;
      TileOutput tile = {sums + t * width,
                         sum_stride,
                         panel.vectors,
                         panels_.bias(panel),
                         rectified,
                         output.at(y, x) + panel.column,
                         output.row_stride,
                         output.column_stride,
                         std::min(TILE, block.height - y),
                         std::min(TILE, block.width - x),
                         panel.last,
                         panel.last_channels,
                         nullptr,
                         0,
                         0};
      if (summand != nullptr) {
        tile.summand = summand->at(y, x) + panel.column;
        tile.summand_row_stride = summand->row_stride;
        tile.summand_column_stride = summand->column_stride;
      }
      kernels_.winograd_output(tile);
    }
  }
}

}  // namespace flowline
