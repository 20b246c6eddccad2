#include "acontrario/upsample.hpp"

#include <algorithm>

namespace flowline {

void Upsampler::Axis::resize(int64_t new_size, int64_t new_out_size) {
  if (size == new_size && out_size == new_out_size) return;
  size = out_size = 0;  // where memory runs out, no sizes without their weights are left behind
  low.resize(new_out_size);
  high.resize(new_out_size);
  weight.resize(new_out_size);
  const int32_t last = static_cast<int32_t>(new_size - 1);
  const float scale = static_cast<float>(new_size) / static_cast<float>(new_out_size);
  for (int64_t i = 0; i < new_out_size; i++) {
    const float source = std::max(scale * (static_cast<float>(i) + 0.5f) - 0.5f, 0.0f);
    const int32_t at = std::min(static_cast<int32_t>(source), last);
    low[i] = at;
    high[i] = std::min(at + 1, last);
    weight[i] = std::min(source - static_cast<float>(at), 1.0f);
  }
  size = new_size;
  out_size = new_out_size;
}

void Upsampler::resize(int64_t height, int64_t width, int64_t out_height, int64_t out_width) {
  rows_.resize(height, out_height);
  columns_.resize(width, out_width);
  wide_.resize(static_cast<size_t>(height * out_width));
}

void Upsampler::minimum(const float* map, bool first, float* out) {
  const int64_t out_width = columns_.out_size;
  for (int64_t y = 0; y < rows_.size; y++) {
    const float* row = map + y * columns_.size;
    float* wide = wide_.data() + y * out_width;
    for (int64_t x = 0; x < out_width; x++) {
      const float weight = columns_.weight[x];
      wide[x] = (1.0f - weight) * row[columns_.low[x]] + weight * row[columns_.high[x]];
    }
  }
  for (int64_t y = 0; y < rows_.out_size; y++) {
    const float* __restrict above = wide_.data() + rows_.low[y] * out_width;
    const float* __restrict below = wide_.data() + rows_.high[y] * out_width;
    const float weight = rows_.weight[y];
    const float rest = 1.0f - weight;
    float* __restrict to = out + y * out_width;
    if (first) {
      for (int64_t x = 0; x < out_width; x++) to[x] = rest * above[x] + weight * below[x];
    } else {
      for (int64_t x = 0; x < out_width; x++) {
        const float value = rest * above[x] + weight * below[x];
        to[x] = value < to[x] ? value : to[x];
      }
    }
  }
}

}  // namespace flowline
