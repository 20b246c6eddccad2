#include "acontrario/upsample.hpp"

#include <algorithm>
#include <cstring>

namespace flowline {

void Upsampler::Axis::resize(int64_t new_size, int64_t new_out_size) {
  if (size == new_size && out_size == new_out_size) return;
  size = out_size = 0;  // where memory runs out, no sizes without their weights are left behind
  low.resize(new_out_size);
  weight.resize(new_out_size);
  const int32_t last = static_cast<int32_t>(new_size - 1);
  const float scale = static_cast<float>(new_size) / static_cast<float>(new_out_size);
  for (int64_t i = 0; i < new_out_size; i++) {
    const float source = std::max(scale * (static_cast<float>(i) + 0.5f) - 0.5f, 0.0f);
    low[i] = std::min(static_cast<int32_t>(source), last);
    weight[i] = std::min(source - static_cast<float>(low[i]), 1.0f);
  }
  size = new_size;
  out_size = new_out_size;
}

void Upsampler::resize(int64_t height, int64_t width, int64_t out_height, int64_t out_width) {
  rows_.resize(height, out_height);
  columns_.resize(width, out_width);
  padded_.resize(static_cast<size_t>(width + ROW_PADDING));
  wide_.resize(static_cast<size_t>(height * out_width));
  wide_row_.resize(static_cast<size_t>(height));
}

void Upsampler::widen(const Kernels& kernels, const float* map) {
  const int64_t width = columns_.size;
  const size_t bytes = static_cast<size_t>(width) * sizeof(float);
  for (int64_t y = 0; y < rows_.size; y++) {
    const float* row = map + y * width;
    if (y > 0 && std::memcmp(row, row - width, bytes) == 0) {
      wide_row_[y] = wide_row_[y - 1];
      continue;
    }
    std::memcpy(padded_.data(), row, bytes);
    padded_[width] = row[width - 1];
    float* wide = wide_.data() + y * columns_.out_size;
    kernels.widen(padded_.data(), columns_.low.data(), columns_.weight.data(), columns_.out_size,
                  wide);
    wide_row_[y] = wide;
  }
}

RowBlend Upsampler::row(int64_t y) const {
  const int64_t low = rows_.low[y];
  return {wide_row_[low], wide_row_[std::min(low + 1, rows_.size - 1)], rows_.weight[y]};
}

void interpolated_minimum(const Kernels& kernels, const Upsampler* upsamplers, int32_t scales,
                          float lowest, float* out) {
  RowBlend rows[MOST_SCALES];
  for (int64_t y = 0; y < upsamplers->out_height(); y++) {
    for (int32_t s = 0; s < scales; s++) rows[s] = upsamplers[s].row(y);
    kernels.minimum_row(rows, scales, upsamplers->out_width(), lowest,
                        out + y * upsamplers->out_width());
  }
}

}  // namespace flowline
