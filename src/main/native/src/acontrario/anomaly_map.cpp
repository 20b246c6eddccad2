#include "acontrario/anomaly_map.hpp"

#include <algorithm>

namespace flowline {

float AnomalyMap::compute(const Kernels& kernels, Upsampler* upsamplers, const ScaleEnergy* scales,
                          int32_t count, float* map) {
  for (int32_t s = 0; s < count; s++) {
    const int64_t positions = upsamplers[s].height() * upsamplers[s].width();
    if (static_cast<int64_t>(likelihood_.size()) < positions) likelihood_.resize(positions);
    kernels.likelihood(scales[s].energy, scales[s].channels, positions, likelihood_.data());
    upsamplers[s].widen(kernels, likelihood_.data());
  }
  const int64_t height = upsamplers->out_height();
  const int64_t width = upsamplers->out_width();
  if (map == nullptr && static_cast<int64_t>(row_.size()) < width) row_.resize(width);
  const float share = 1.0f / static_cast<float>(count);
  float score = 0.0f;
  RowBlend rows[MOST_SCALES];
  for (int64_t y = 0; y < height; y++) {
    for (int32_t s = 0; s < count; s++) rows[s] = upsamplers[s].row(y);
    float* out = map == nullptr ? row_.data() : map + y * width;
    score = std::max(score, kernels.anomaly_row(rows, count, width, share, out));
  }
  return score;
}

}  // namespace flowline
