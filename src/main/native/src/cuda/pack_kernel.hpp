#ifndef FLOWLINE_CUDA_PACK_KERNEL_HPP
#define FLOWLINE_CUDA_PACK_KERNEL_HPP

#include <cstdint>

#include "cuda/device_code.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// Copies the elements of a tensor of any strides side by side, row-major.
struct PackKernel {
  static constexpr int32_t THREADS = 256;
  static constexpr int32_t BLOCKS_AT_LEAST = 4;
  static constexpr int32_t ELEMENTS = 1024;  // of a block

  flowline_tensor from;
  void* to;

  template <class Team>
  FLOWLINE_DEVICE void operator()(const Team& team, int64_t block, char*) const {
    from.type == FLOWLINE_FLOAT32 ? pack<uint32_t>(team, block) : pack<uint16_t>(team, block);
  }

 private:
  template <class Bits, class Team>
  FLOWLINE_DEVICE void pack(const Team& team, int64_t block) const {
    const int64_t first = block * ELEMENTS;
    const int64_t left = from.batch * from.channels * from.height * from.width - first;
    const Bits* const source = static_cast<const Bits*>(from.data);
    Bits* const target = static_cast<Bits*>(to) + first;
    team.each(static_cast<int32_t>(left < ELEMENTS ? left : ELEMENTS),
              [&](int32_t i) { target[i] = source[place_of(first + i)]; });
  }

  /// Where an element lies, counted from the first.
  FLOWLINE_DEVICE int64_t place_of(int64_t element) const {
    const int64_t x = element % from.width, row = element / from.width;
    const int64_t y = row % from.height, plane = row / from.height;
    return plane / from.channels * from.batch_stride + plane % from.channels * from.channel_stride +
           y * from.row_stride + x * from.column_stride;
  }
};

}  // namespace flowline
#endif
