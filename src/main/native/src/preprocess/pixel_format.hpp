#ifndef FLOWLINE_PREPROCESS_PIXEL_FORMAT_HPP
#define FLOWLINE_PREPROCESS_PIXEL_FORMAT_HPP

#include <cstdint>

#include "kernels/frame.hpp"

namespace flowline {

/// How the pixels of a frame lie in memory.
struct PixelFormat {
  int32_t bytes;       ///< of a pixel
  int32_t channels;    ///< of the resized frame: 1 or 3
  int32_t bits;        ///< of a sample, as it is stored: 8 or 16
  int32_t red_row;     ///< the row, 0 or 1, of a Bayer pattern's red pixels; -1 without a pattern
  int32_t red_column;  ///< likewise
  PixelGroup group;    ///< of the pixels, those of a Bayer pattern after interpolation

  bool is_bayer() const { return red_row >= 0; }
};

/// The format FLOWLINE_FRAME_...; nullptr if there is none of this number.
const PixelFormat* pixel_format(int32_t format);

}  // namespace flowline
#endif
