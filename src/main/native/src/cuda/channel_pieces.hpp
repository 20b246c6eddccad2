#ifndef FLOWLINE_CUDA_CHANNEL_PIECES_HPP
#define FLOWLINE_CUDA_CHANNEL_PIECES_HPP

#include <cstdint>

#include "flowline/flowline.h"

namespace flowline {

/// How blocks of threads share out the channels of a tensor, so that neighbouring threads read
/// neighbouring memory.
struct ChannelPieces {
  static constexpr int32_t MOST = 32;

  int32_t channels;  ///< of a block, a power of two up to MOST
  int32_t is_inner;  ///< neighbouring threads take neighbouring channels, not pixels

  /// Returns the pieces of a tensor: wide ones if its channels lie side by side.
  static ChannelPieces of(const flowline_tensor& tensor) {
    const bool side_by_side = tensor.channel_stride == 1 && tensor.column_stride != 1;
    return {side_by_side ? MOST : 4, side_by_side};
  }

  /// How many pieces some channels make.
  int32_t count_of(int32_t all) const { return (all - 1) / channels + 1; }
};

}  // namespace flowline
#endif
