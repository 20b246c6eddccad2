#include "preprocess/pixel_format.hpp"

#include <iterator>

#include "flowline/flowline.h"

namespace flowline {
namespace {

constexpr PixelGroup GREY8 = {16, 16, 8, {}};
constexpr PixelGroup GREY16 = {8, 16, 8, {}};
constexpr PixelGroup COLOUR16 = {2, 12, 6, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};

/// Groups of four pixels: two pairs of neighbours in each of three channels.
constexpr PixelGroup colour8(int32_t bytes, bool blue_first) {
  PixelGroup group = {4, 4 * bytes, 6, {}};
  for (int pair = 0; pair < 2; pair++) {
    for (int channel = 0; channel < 3; channel++) {
      const int from = blue_first ? 2 - channel : channel;
      for (int i = 0; i < 2; i++) {
        group.source[2 * (3 * pair + channel) + i] =
            static_cast<uint8_t>((2 * pair + i) * bytes + from);
      }
    }
  }
  return group;
}

constexpr PixelFormat bayer(int32_t red_row, int32_t red_column) {
  return {1, 3, 8, red_row, red_column, colour8(4, false)};
}

constexpr PixelFormat FORMATS[] = {
    {1, 1, 8, -1, -1, GREY8},              // FLOWLINE_FRAME_GRAY8
    {2, 1, 16, -1, -1, GREY16},            // FLOWLINE_FRAME_GRAY16
    {3, 3, 8, -1, -1, colour8(3, false)},  // FLOWLINE_FRAME_RGB8
    {3, 3, 8, -1, -1, colour8(3, true)},   // FLOWLINE_FRAME_BGR8
    {4, 3, 8, -1, -1, colour8(4, false)},  // FLOWLINE_FRAME_RGBA8
    {4, 3, 8, -1, -1, colour8(4, true)},   // FLOWLINE_FRAME_BGRA8
    bayer(0, 0),                           // FLOWLINE_FRAME_BAYER_RGGB8
    bayer(0, 1),                           // FLOWLINE_FRAME_BAYER_GRBG8
    bayer(1, 0),                           // FLOWLINE_FRAME_BAYER_GBRG8
    bayer(1, 1),                           // FLOWLINE_FRAME_BAYER_BGGR8
    {6, 3, 16, -1, -1, COLOUR16},          // FLOWLINE_FRAME_RGB16
};
static_assert(std::size(FORMATS) == FLOWLINE_FRAME_RGB16, "they are numbered from 1 on");

}  // namespace

const PixelFormat* pixel_format(int32_t format) {
  if (format < 1 || format > static_cast<int32_t>(std::size(FORMATS))) return nullptr;
  return &FORMATS[format - 1];
}

}  // namespace flowline
