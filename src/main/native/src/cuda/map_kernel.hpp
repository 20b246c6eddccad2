#ifndef FLOWLINE_CUDA_MAP_KERNEL_HPP
#define FLOWLINE_CUDA_MAP_KERNEL_HPP

#include <cfloat>
#include <cmath>
#include <cstdint>

#include "cuda/energy_kernel.hpp"
#include "cuda/nodes.hpp"
#include "cuda/ordered.hpp"
#include "cuda/view.hpp"

namespace flowline {

/// One scale of a batch, on its way to the maps' size.
struct MapScale {
  const float* painted;     ///< of the first image
  const float* likelihood;  ///< likewise
  int64_t image_stride;     ///< of both
  int32_t height, width;
  float row_ratio, column_ratio;  ///< the scale's size by the maps'
};

/// Where a pixel of a map lies along one axis of a scale (acontrario/upsample.cpp).
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

/// The maps of a call: of the scales' painted maps the minimum, of their likelihoods one minus the
/// mean, both interpolated bilinearly as the host does it: along the rows first, then between two.
struct MapKernel {
  static constexpr int32_t THREADS = 256;
  static constexpr int32_t BLOCKS_AT_LEAST = 4;
  static constexpr int32_t PIXELS = 1024;  // of a block

  MapScale scale[MOST_SCALES_OF_A_CALL];
  int32_t scales;
  int64_t blocks_of_image;
  int32_t height, width;
  View view;
  const Price* price;          ///< (1 or batch, scales)
  int64_t price_stride;        ///< 0: all images are alike
  const uint32_t* not_finite;  ///< by image
  const uint32_t* lowest;      ///< by image, the smallest value painted, as rank_of
  float* log10_nfa;         ///< (batch, height, width); this and the others: nullptr if not wanted
  float* smallest;          ///< (batch)
  float* anomaly_map;       ///< (batch, height, width)
  uint32_t* anomaly_score;  ///< (batch), the bits of what is the largest so far, 0 at first
  float share;              ///< 1 / scales

  /// Shared memory of a block: the largest anomaly of its pixels.
  static constexpr int64_t SHARED = sizeof(uint32_t);

  template <class Team>
  FLOWLINE_DEVICE void operator()(const Team& team, int64_t block, char* shared) const {
    const int64_t image = block / blocks_of_image;
    const int32_t all = height * width;
    const int32_t first = static_cast<int32_t>(block % blocks_of_image) * PIXELS;
    const int32_t pixels = all - first < PIXELS ? all - first : PIXELS;
    uint32_t* const highest = reinterpret_cast<uint32_t*>(shared);
    const bool finite = not_finite[image] == 0;
    if (first == 0 && smallest != nullptr) {
      team.each(1, [&](int32_t) { smallest[image] = finite ? value_of(lowest[image]) : NAN; });
    }
    if (log10_nfa != nullptr) {
      team.each(pixels, [&](int32_t i) {
        log10_nfa[image * all + first + i] = finite ? nfa_at(image, first + i) : NAN;
      });
    }
    if (anomaly_map == nullptr && anomaly_score == nullptr) return;
    team.each(1, [&](int32_t) { *highest = 0; });
    team.each(pixels, [&](int32_t i) {
      const float strange = finite ? anomaly_at(image, first + i) : NAN;
      if (anomaly_map != nullptr) anomaly_map[image * all + first + i] = strange;
      // Floats that are not negative order like their bits, and NaN above them.
      const uint32_t bits = bits_of(strange);
      if (bits > atomic::load(highest)) atomic::raise(highest, bits);
    });
    if (anomaly_score == nullptr) return;
    team.each(1, [&](int32_t) { atomic::raise(anomaly_score + image, *highest); });
  }

 private:
  FLOWLINE_DEVICE static float interpolated(const float* map, int32_t width, const Between& row,
                                            const Between& column) {
    const float rest = 1.0f - column.weight;
    const float* const above = map + static_cast<int64_t>(row.low) * width;
    const float* const below = map + static_cast<int64_t>(row.high) * width;
    const float wide_above = rest * above[column.low] + column.weight * above[column.high];
    const float wide_below = rest * below[column.low] + column.weight * below[column.high];
    return (1.0f - row.weight) * wide_above + row.weight * wide_below;
  }

  FLOWLINE_DEVICE float nfa_at(int64_t image, int32_t pixel) const {
    const int32_t y = pixel / width;
    const int32_t x = pixel % width;
    float least = FLT_MAX;
    if (!view.looks_at(image, y, x)) return least;
    bool first = true;
    for (int32_t s = 0; s < scales; s++) {
      if (!price[image * price_stride + s].tested) continue;
      const MapScale& of = scale[s];
      const float value =
          interpolated(of.painted + image * of.image_stride, of.width,
                       Between(y, of.height, of.row_ratio), Between(x, of.width, of.column_ratio));
      if (first || value < least) least = value;
      first = false;
    }
    const float bound = value_of(lowest[image]);
    return least < bound ? bound : least;
  }

  FLOWLINE_DEVICE float anomaly_at(int64_t image, int32_t pixel) const {
    const int32_t y = pixel / width;
    const int32_t x = pixel % width;
    float sum = 0.0f;
    for (int32_t s = 0; s < scales; s++) {
      const MapScale& of = scale[s];
      sum +=
          interpolated(of.likelihood + image * of.image_stride, of.width,
                       Between(y, of.height, of.row_ratio), Between(x, of.width, of.column_ratio));
    }
    const float strange = 1.0f - sum * share;
    return strange > 0.0f ? strange : 0.0f;
  }
};

}  // namespace flowline
#endif
