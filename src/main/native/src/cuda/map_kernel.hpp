#ifndef FLOWLINE_CUDA_MAP_KERNEL_HPP
#define FLOWLINE_CUDA_MAP_KERNEL_HPP

#include <cfloat>
#include <cmath>
#include <cstdint>

#include "cuda/device_field_of_view.hpp"
#include "cuda/energy_kernel.hpp"
#include "cuda/interpolation.hpp"
#include "cuda/nodes.hpp"
#include "cuda/ordered.hpp"

namespace flowline {

/// The maps of a call: of the scales' painted maps the minimum, of their likelihoods one minus the
/// mean, both interpolated bilinearly as the host does it: along the rows first, then between two.
struct MapKernel {
  static constexpr int32_t THREADS = 256;
  static constexpr int32_t BLOCKS_AT_LEAST = 4;
  static constexpr int32_t PIXELS = 1024;  // of a block

  MapScale scale[MOST_SCALES];
  int32_t scales;
  int32_t painted_scales;  ///< the first so many have a painted map
  int64_t blocks_of_image;
  int32_t height, width;
  DeviceFieldOfView view;
  const TestCost* cost;        ///< (1 or batch, scales)
  int64_t cost_stride;         ///< 0: all images are alike
  const uint32_t* not_finite;  ///< by image
  const uint32_t* lowest;      ///< by image, the smallest value painted, as rank_of
  float* log10_nfa;         ///< (batch, height, width); this and the others: nullptr if not wanted
  float* min_log10_nfa;     ///< (batch)
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
    if (first == 0 && min_log10_nfa != nullptr) {
      team.each(1, [&](int32_t) { min_log10_nfa[image] = finite ? value_of(lowest[image]) : NAN; });
    }
    if (log10_nfa != nullptr) {
      team.each(pixels, [&](int32_t i) {
        log10_nfa[image * all + first + i] = finite ? nfa_at(image, first + i) : NAN;
      });
    }
    if (anomaly_map == nullptr && anomaly_score == nullptr) return;
    team.each(1, [&](int32_t) { *highest = 0; });
    team.each(pixels, [&](int32_t i) {
      const int32_t y = (first + i) / width, x = (first + i) % width;
      const float strange = finite ? anomaly_at(scale, scales, share, image, y, x) : NAN;
      if (anomaly_map != nullptr) anomaly_map[image * all + first + i] = strange;
      // Floats that are not negative order like their bits, and NaN above them.
      const uint32_t bits = bits_of(strange);
      if (bits > atomic::load(highest)) atomic::raise(highest, bits);
    });
    if (anomaly_score == nullptr) return;
    team.each(1, [&](int32_t) { atomic::raise(anomaly_score + image, *highest); });
  }

 private:
  FLOWLINE_DEVICE float nfa_at(int64_t image, int32_t pixel) const {
    const int32_t y = pixel / width;
    const int32_t x = pixel % width;
    float least = FLT_MAX;
    if (!view.looks_at(image, y, x)) return least;
    bool first = true;
    for (int32_t s = 0; s < painted_scales; s++) {
      if (!cost[image * cost_stride + s].tested) continue;
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
};

}  // namespace flowline
#endif
