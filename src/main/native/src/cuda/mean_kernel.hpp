#ifndef FLOWLINE_CUDA_MEAN_KERNEL_HPP
#define FLOWLINE_CUDA_MEAN_KERNEL_HPP

#include <cmath>
#include <cstdint>

#include "cuda/channel_pieces.hpp"
#include "cuda/eight_sums.hpp"
#include "cuda/energy_kernel.hpp"
#include "flowline/flowline.h"
#include "math/short_floats.hpp"

namespace flowline {

/// A batch of which the mean of each channel over its pixels is wanted.
struct MeanScale {
  const void* data;
  int32_t type;  ///< FLOWLINE_FLOAT32, FLOAT16 or BFLOAT16
  int32_t channels, height, width;
  int64_t batch_stride, channel_stride, row_stride, column_stride;
  double divisor;       ///< of the sums
  double* mean;         ///< (channels) of the first image
  int64_t mean_stride;  ///< from one image's means to the next
  int64_t first_block;  ///< of all its images' blocks
  int32_t blocks;       ///< of an image
  ChannelPieces pieces;
};

/// Means over the pixels of every channel, scale and image of a call in one launch, to the bit
/// those of the host (kernels/means.inc); NaN for an image that is not finite.
struct MeanKernel {
  static constexpr int32_t THREADS = 256;
  static constexpr int32_t BLOCKS_AT_LEAST = 4;
  static constexpr int32_t PIECE = 4096;  // elements of a block at a time

  MeanScale scale[MOST_SCALES];
  int32_t scales;
  const uint32_t* not_finite;  ///< by image

  /// A block's shared memory: the channels' sums, and the elements of a piece.
  static constexpr int64_t SHARED =
      ChannelPieces::MOST * EightSums::SUMS * sizeof(double) + PIECE * sizeof(float);

  template <class Team>
  FLOWLINE_DEVICE void operator()(const Team& team, int64_t block, char* shared) const {
    int32_t s = scales - 1;
    while (block < scale[s].first_block) s--;
    const MeanScale& of = scale[s];
    const int64_t image = (block - of.first_block) / of.blocks;
    const int32_t first =
        static_cast<int32_t>((block - of.first_block) % of.blocks) * of.pieces.channels;
    const int32_t pixels = of.height * of.width;
    const int32_t piece_pixels = PIECE / of.pieces.channels;
    const EightSums sums = {reinterpret_cast<double*>(shared), of.pieces.channels};
    float* const piece =
        reinterpret_cast<float*>(shared + ChannelPieces::MOST * EightSums::SUMS * sizeof(double));
    sums.clear(team);
    for (int32_t begin = 0; begin < pixels;) {
      const int32_t here = pixels - begin < piece_pixels ? pixels - begin : piece_pixels;
      team.each(PIECE, [&](int32_t i) {
        const int32_t c = of.pieces.is_inner ? i & (of.pieces.channels - 1) : i / piece_pixels;
        const int32_t pixel = of.pieces.is_inner ? i / of.pieces.channels : i & (piece_pixels - 1);
        if (pixel >= here) return;
        piece[c * piece_pixels + pixel] =
            first + c < of.channels ? element(of, image, first + c, begin + pixel) : 0.0f;
      });
      sums.add(team, piece, piece_pixels, here);
      begin += here;
    }
    team.each(of.pieces.channels, [&](int32_t c) {
      if (first + c >= of.channels) return;
      of.mean[image * of.mean_stride + first + c] =
          not_finite[image] == 0 ? sums.joined(c) / of.divisor : static_cast<double>(NAN);
    });
  }

 private:
  FLOWLINE_DEVICE static float element(const MeanScale& of, int64_t image, int32_t channel,
                                       int32_t pixel) {
    const int64_t at = image * of.batch_stride + channel * of.channel_stride +
                       pixel / of.width * of.row_stride + pixel % of.width * of.column_stride;
    if (of.type == FLOWLINE_FLOAT32) return static_cast<const float*>(of.data)[at];
    const uint16_t bits = static_cast<const uint16_t*>(of.data)[at];
    return of.type == FLOWLINE_FLOAT16 ? float_of_half(bits) : float_of_bfloat(bits);
  }
};

}  // namespace flowline
#endif
