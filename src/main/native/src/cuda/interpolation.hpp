#ifndef FLOWLINE_CUDA_INTERPOLATION_HPP
#define FLOWLINE_CUDA_INTERPOLATION_HPP

#include <cstdint>

#include "cuda/device_code.hpp"

namespace flowline {

/// One scale of a batch, on its way to the size of maps.
struct MapScale {
  const float* painted;     ///< of the first image
  const float* likelihood;  ///< likewise
  int64_t image_stride;     ///< of both
  int32_t height, width;
  float row_ratio, column_ratio;  ///< the scale's size by the maps'
};

/// The place of a pixel of a map along one axis of a scale (acontrario/upsample.cpp).
struct Between {
  int32_t low, high;
  float weight;  ///< of high

  FLOWLINE_DEVICE Between(int32_t i, int32_t size, float ratio) {
    const float centre = ratio * (static_cast<float>(i) + 0.5f) - 0.5f;
    const float source = centre > 0.0f ? centre : 0.0f;
    const int32_t at = static_cast<int32_t>(source);
    low = at < size - 1 ? at : size - 1;
    high = low + 1 < size - 1 ? low + 1 : size - 1;
    const float beyond = source - static_cast<float>(low);
    weight = beyond < 1.0f ? beyond : 1.0f;
  }
};

/// Bilinear, as the host does it: along the rows first, then between two.
FLOWLINE_DEVICE inline float interpolated(const float* map, int32_t width, const Between& row,
                                          const Between& column) {
  const float rest = 1.0f - column.weight;
  const float* const above = map + static_cast<int64_t>(row.low) * width;
  const float* const below = map + static_cast<int64_t>(row.high) * width;
  const float wide_above = rest * above[column.low] + column.weight * above[column.high];
  const float wide_below = rest * below[column.low] + column.weight * below[column.high];
  return (1.0f - row.weight) * wide_above + row.weight * wide_below;
}

/// AnomalyMap (acontrario/anomaly_map.hpp), one pixel of it. share: 1 / scales.
FLOWLINE_DEVICE inline float anomaly_at(const MapScale* scale, int32_t scales, float share,
                                        int64_t image, int32_t y, int32_t x) {
  float sum = 0.0f;
  for (int32_t s = 0; s < scales; s++) {
    const MapScale& of = scale[s];
    sum += interpolated(of.likelihood + image * of.image_stride, of.width,
                        Between(y, of.height, of.row_ratio), Between(x, of.width, of.column_ratio));
  }
  const float strange = 1.0f - sum * share;
  return strange > 0.0f ? strange : 0.0f;
}

}  // namespace flowline
#endif
