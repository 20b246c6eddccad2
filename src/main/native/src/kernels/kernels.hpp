#ifndef FLOWLINE_KERNELS_KERNELS_HPP
#define FLOWLINE_KERNELS_KERNELS_HPP

#include <cstdint>

#include "kernels/image.hpp"

namespace flowline {

/// A row of an interpolated map: (1 - weight) * above + weight * below.
struct RowBlend {
  const float* above;
  const float* below;
  float weight;
};

/// The law that bounds the log-scale of a coupling.
struct SoftClamp {
  int32_t law;  ///< FLOWLINE_CLAMP_...
  float alpha;
};

/// The inner loops that are compiled once for each instruction set. Every set gives the same bits:
/// the sources are the same, without contraction, and their order of summation is fixed.
struct Kernels {
  const char* name;  ///< "AVX-512", for people

  /// Sum over the channels of z squared. energy: (height, width). Returns the first pixel whose
  /// energy is NaN or infinite, -1 if there is none.
  ///
  /// In float32: runs of 64 channels in ascending order, then the runs' sums in ascending order.
  int64_t (*energy)(const Image& latent, float* energy);

  /// The first value that is NaN or infinite, -1 if there is none.
  int64_t (*first_not_finite)(const float* values, int64_t count);
};

/// Those of FLOWLINE_INSTRUCTION_SET_..., nullptr where this processor or this build has none.
const Kernels* kernels_of(int32_t instruction_set);

}  // namespace flowline
#endif
