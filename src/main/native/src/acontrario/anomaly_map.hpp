#ifndef FLOWLINE_ACONTRARIO_ANOMALY_MAP_HPP
#define FLOWLINE_ACONTRARIO_ANOMALY_MAP_HPP

#include <cstdint>
#include <vector>

#include "acontrario/upsample.hpp"
#include "kernels/kernels.hpp"

namespace flowline {

/// One scale of one image, whose energies a segmentation has already.
struct ScaleEnergy {
  const float* energy;  ///< (height, width) of the scale, finite
  int64_t channels;
};

/// How strange each pixel is (U-Flow, equation 2). In float32, every operation rounded, in this
/// order:
///
///     likelihood = e^(-0.5 energy / channels)              at the size of the scale
///     up         = the likelihood, interpolated by the scale's Upsampler
///     map        = 1 - (up_0 + up_1 + ...) (1 / scales)    finest scale first
///     score      = the largest value of the map
///
/// e^x is that of math/exponential.hpp, and 1 / scales is rounded before the product.
/// The map lies in [0, 1]: what rounding would leave outside is clamped.
class AnomalyMap {
 public:
  /// Room for a scale with this upsampler: computing with it then allocates nothing.
  void reserve(const Upsampler& upsampler) {
    likelihood_.reserve(static_cast<size_t>(upsampler.height() * upsampler.width()));
    row_.reserve(static_cast<size_t>(upsampler.out_width()));
  }

  /// One image. upsamplers: by scale, resized from the scale's size to the map's; their widened
  /// maps are overwritten. map: (height, width), nullptr where the score is all that is wanted.
  /// Returns the score. Allocates nothing at sizes that it has seen.
  float compute(const Kernels& kernels, Upsampler* upsamplers, const ScaleEnergy* scales,
                int32_t count, float* map);

 private:
  std::vector<float> likelihood_;  // of one scale
  std::vector<float> row_;         // of a map that nobody wants
};

}  // namespace flowline
#endif
