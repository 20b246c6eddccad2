#ifndef FLOWLINE_PREPROCESS_FRAME_HPP
#define FLOWLINE_PREPROCESS_FRAME_HPP

#include <cstdint>

#include "preprocess/pixel_format.hpp"

namespace flowline {

/// The part of a frame that is an image of its own; checked.
struct Frame {
  const PixelFormat* format;
  const uint8_t* data;  ///< the first pixel
  int64_t height;
  int64_t width;
  int64_t row_bytes;
  int64_t red_row;     ///< of the part, where the format has a Bayer pattern
  int64_t red_column;  ///< likewise
  int32_t bits;        ///< of 16-bit samples; 0: those of the network's input

  /// From the first byte to the last.
  int64_t extent() const { return (height - 1) * row_bytes + width * format->bytes; }
};

/// What a network takes; checked.
struct NetworkInput {
  int64_t height;
  int64_t width;
  int32_t bits;  ///< of 16-bit samples; 0: all 16
  Normalisation normalisation[3];

  int64_t floats() const { return 3 * height * width; }
};

}  // namespace flowline
#endif
