#ifndef FLOWLINE_CUDA_ENERGY_LAUNCH_HPP
#define FLOWLINE_CUDA_ENERGY_LAUNCH_HPP

#include <cstdint>

#include "call/tensor_extent.hpp"
#include "cuda/energy_kernel.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// Describes how the blocks of a launch take the energies of a tensor. energy: of the first image;
/// image_stride: from one image's to the next.
inline EnergyScale energy_scale(const flowline_tensor& latent, float* energy,
                                int64_t image_stride) {
  EnergyScale scale = {};
  scale.data = latent.data;
  scale.type = latent.type;
  scale.channels = latent.channels;
  scale.pixels = latent.height * latent.width;
  scale.width = latent.width;
  scale.batch_stride = latent.batch_stride;
  scale.channel_stride = latent.channel_stride;
  scale.row_stride = latent.row_stride;
  scale.column_stride = latent.column_stride;
  scale.energy = energy;
  scale.image_stride = image_stride;
  // As many bytes a load as the data allow, 16 at most: whole vectors that are aligned to their
  // size.
  const int64_t size = size_of_element(latent.type);
  const bool side_by_side = (latent.width == 1 || latent.column_stride == 1) &&
                            (latent.height == 1 || latent.row_stride == latent.width) &&
                            latent.width > 1;
  scale.vector = 1;
  for (int32_t vector = static_cast<int32_t>(16 / size); vector >= 4 && scale.vector == 1;
       vector /= 2) {
    const bool whole = scale.pixels % vector == 0 && latent.channel_stride % vector == 0 &&
                       (latent.batch == 1 || latent.batch_stride % vector == 0) &&
                       reinterpret_cast<uintptr_t>(latent.data) % (vector * size) == 0;
    if (side_by_side && whole) scale.vector = vector;
  }
  const int64_t runs = (latent.channels - 1) / EnergyKernel::RUN + 1;
  scale.runs_at_once = 1;
  while (scale.runs_at_once < EnergyKernel::MOST_AT_ONCE && scale.runs_at_once < runs) {
    scale.runs_at_once *= 2;
  }
  const int64_t tile = EnergyKernel::pixels_of_block(scale.vector, scale.runs_at_once);
  scale.blocks = static_cast<int32_t>((scale.pixels - 1) / tile + 1);
  return scale;
}

/// Launches a kernel whose scales are described.
template <class Machine>
void launch_energy(Machine& machine, EnergyKernel* kernel, int64_t batch) {
  int64_t blocks = 0;
  for (int32_t s = 0; s < kernel->scales; s++) {
    kernel->scale[s].first_block = blocks;
    blocks += batch * kernel->scale[s].blocks;
  }
  machine.launch(*kernel, blocks, EnergyKernel::SHARED);
}

}  // namespace flowline
#endif
