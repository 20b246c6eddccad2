#ifndef FLOWLINE_ACONTRARIO_ENERGY_HPP
#define FLOWLINE_ACONTRARIO_ENERGY_HPP

#include <cstdint>

namespace flowline {

/// Sum over the channels of z squared. latent: (channels, pixels); energy: (pixels).
///
/// In float32: runs of 64 channels in ascending order, then the runs' sums in ascending order. The
/// order is part of the contract: every path gives the same bits.
void energy(const float* latent, int64_t channels, int64_t pixels, float* energy);

/// The first value that is NaN or infinite, -1 if there is none.
int64_t first_not_finite(const float* values, int64_t count);

}  // namespace flowline
#endif
