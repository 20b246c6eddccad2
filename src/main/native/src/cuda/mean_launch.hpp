#ifndef FLOWLINE_CUDA_MEAN_LAUNCH_HPP
#define FLOWLINE_CUDA_MEAN_LAUNCH_HPP

#include <cstdint>

#include "call/segment_call.hpp"
#include "cuda/mean_kernel.hpp"

namespace flowline {

/// Describes the means of the energies of all scales, which lie one after the other in each image.
inline MeanKernel mean_energies(const SegmentCall& call, const float* energy,
                                const uint32_t* not_finite) {
  MeanKernel kernel = {};
  kernel.not_finite = not_finite;
  for (int32_t s = 0; s < call.scales; s++) {
    const flowline_tensor& latent = call.latents[s];
    const int64_t pixels = call.positions_of(latent);
    MeanScale& scale = kernel.scale[kernel.scales++];
    scale.data = energy;
    scale.type = FLOWLINE_FLOAT32;
    scale.channels = 1;
    scale.height = 1;
    scale.width = static_cast<int32_t>(pixels);
    scale.batch_stride = call.positions();
    scale.column_stride = 1;
    scale.divisor = static_cast<double>(pixels) * static_cast<double>(latent.channels);
    scale.mean = call.maps.mean_energies + s;
    scale.mean_stride = call.scales;
    scale.pieces = {1, false};
    energy += pixels;
  }
  return kernel;
}

/// Describes the means of the channels of all latents.
inline MeanKernel channel_means(const SegmentCall& call, const uint32_t* not_finite) {
  MeanKernel kernel = {};
  kernel.not_finite = not_finite;
  int64_t channels = 0;
  for (int32_t s = 0; s < call.scales; s++) {
    const flowline_tensor& latent = call.latents[s];
    MeanScale& scale = kernel.scale[kernel.scales++];
    scale.data = latent.data;
    scale.type = latent.type;
    scale.channels = static_cast<int32_t>(latent.channels);
    scale.height = static_cast<int32_t>(latent.height);
    scale.width = static_cast<int32_t>(latent.width);
    scale.batch_stride = latent.batch_stride;
    scale.channel_stride = latent.channel_stride;
    scale.row_stride = latent.row_stride;
    scale.column_stride = latent.column_stride;
    scale.divisor = static_cast<double>(call.positions_of(latent));
    scale.mean = call.maps.channel_means + channels;
    scale.mean_stride = call.channels();
    scale.pieces = ChannelPieces::of(latent);
    channels += latent.channels;
  }
  return kernel;
}

template <class Machine>
void launch_means(Machine& machine, MeanKernel kernel, int64_t batch) {
  int64_t blocks = 0;
  for (int32_t s = 0; s < kernel.scales; s++) {
    MeanScale& scale = kernel.scale[s];
    scale.blocks = scale.pieces.count_of(scale.channels);
    scale.first_block = blocks;
    blocks += batch * scale.blocks;
  }
  machine.launch(kernel, blocks, MeanKernel::SHARED);
}

}  // namespace flowline
#endif
