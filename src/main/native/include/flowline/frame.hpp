/* Frames of a camera, and how a network's input is made from them; part of flowline.hpp. */
#ifndef FLOWLINE_FRAME_HPP
#define FLOWLINE_FRAME_HPP

#include <flowline/flowline.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "flowline/error.hpp"

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// How the pixels of a frame lie in memory; see FLOWLINE_FRAME_....
enum class PixelFormat : int32_t {
  Gray8 = FLOWLINE_FRAME_GRAY8,
  Gray16 = FLOWLINE_FRAME_GRAY16,
  Rgb8 = FLOWLINE_FRAME_RGB8,
  Bgr8 = FLOWLINE_FRAME_BGR8,
  Rgba8 = FLOWLINE_FRAME_RGBA8,
  Bgra8 = FLOWLINE_FRAME_BGRA8,
  BayerRggb8 = FLOWLINE_FRAME_BAYER_RGGB8,
  BayerGrbg8 = FLOWLINE_FRAME_BAYER_GRBG8,
  BayerGbrg8 = FLOWLINE_FRAME_BAYER_GBRG8,
  BayerBggr8 = FLOWLINE_FRAME_BAYER_BGGR8,
  Rgb16 = FLOWLINE_FRAME_RGB16
};

/// A part of a frame, in its pixels; all 0: the whole frame.
struct Crop {
  int64_t x = 0, y = 0, width = 0, height = 0;
};

/// A view of a camera's frame in host memory; see flowline_frame.
struct Frame : flowline_frame {
  /// first: the first pixel. from_row_to_row: in bytes; 0: no gaps. of_samples: the bits that 16-bit
  /// samples really have, 8 to 16; 0: those of Preprocessing.
  Frame(PixelFormat pixels, const void* first, int64_t rows, int64_t columns,
        int64_t from_row_to_row, const Crop& crop = {}, int32_t of_samples = 0)
      : flowline_frame{sizeof(flowline_frame),
                       static_cast<int32_t>(pixels),
                       first,
                       rows,
                       columns,
                       from_row_to_row,
                       crop.x,
                       crop.y,
                       crop.width,
                       crop.height,
                       of_samples,
                       0} {}

  /// A frame whose rows follow each other without gaps.
  Frame(PixelFormat pixels, const void* first, int64_t rows, int64_t columns, const Crop& crop = {},
        int32_t of_samples = 0)
      : Frame(pixels, first, rows, columns, 0, crop, of_samples) {}
};

static_assert(sizeof(Frame) == sizeof(flowline_frame) && std::is_trivially_copyable<Frame>::value,
              "an array of Frame is passed on as an array of flowline_frame");

/// How a network's input is made; see flowline_preprocessing. By default that of ImageNet.
struct Preprocessing {
  int64_t height = 0;
  int64_t width = 0;
  float mean[3] = {0.485f, 0.456f, 0.406f};
  float deviation[3] = {0.229f, 0.224f, 0.225f};
  int32_t bits =
      0;  ///< that 16-bit samples really have, 8 to 16; 0: all; a frame's come before them

  /// Returns how many floats the inputs of so many frames have.
  size_t elements(size_t frames) const {
    return detail::count({static_cast<int64_t>(frames), 3, height, width});
  }
};

}  // namespace v0
}  // namespace flowline
#endif
