#ifndef FLOWLINE_KERNELS_KERNELS_HPP
#define FLOWLINE_KERNELS_KERNELS_HPP

#include <cstdint>

namespace flowline {

/// The inner loops that are compiled once for each instruction set. Every set gives the same bits:
/// the sources are the same, without contraction, and their order of summation is fixed.
struct Kernels {
  const char* name;  ///< "AVX-512", for people

  /// Sum over the channels of z squared. latent: (channels, pixels); energy: (pixels).
  ///
  /// In float32: runs of 64 channels in ascending order, then the runs' sums in ascending order.
  void (*energy)(const float* latent, int64_t channels, int64_t pixels, float* energy);

  /// The first value that is NaN or infinite, -1 if there is none.
  int64_t (*first_not_finite)(const float* values, int64_t count);
};

/// Those of FLOWLINE_INSTRUCTION_SET_..., nullptr where this processor or this build has none.
const Kernels* kernels_of(int32_t instruction_set);

}  // namespace flowline
#endif
