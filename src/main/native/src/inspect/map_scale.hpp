#ifndef FLOWLINE_INSPECT_MAP_SCALE_HPP
#define FLOWLINE_INSPECT_MAP_SCALE_HPP

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "flowline/flowline.h"

namespace flowline {

/// The part of a frame that a map covers.
struct FramePart {
  int64_t x, y, width, height;
};

/// Values of positions at pixels of a map: a pixel has the value of the position that its centre is in.
inline std::vector<uint8_t> of_pixels_by_centre(const std::vector<uint8_t>& of_positions,
                                                int64_t height, int64_t width, int64_t map_height,
                                                int64_t map_width) {
  const auto centre = [](int64_t pixel, int64_t pixels, int64_t positions) {
    return (2 * pixel + 1) * positions / (2 * pixels);
  };
  std::vector<uint8_t> of_pixels;
  of_pixels.reserve(static_cast<size_t>(map_height * map_width));
  for (int64_t y = 0; y < map_height; y++) {
    const int64_t row = centre(y, map_height, height) * width;
    for (int64_t x = 0; x < map_width; x++) {
      of_pixels.push_back(of_positions[static_cast<size_t>(row + centre(x, map_width, width))]);
    }
  }
  return of_pixels;
}

/// The scale between a map's pixels and a frame's: a map of any size covers the whole part.
class MapScale {
 public:
  MapScale(int64_t map_height, int64_t map_width, const FramePart& part)
      : map_height_(map_height), map_width_(map_width), part_(part) {}

  /// Puts a region into pixels of the frame. Its box covers every pixel of the part that its map
  /// pixels touch, and no other.
  void apply(flowline_region* region) const {
    const double down = static_cast<double>(part_.height) / static_cast<double>(map_height_);
    const double right = static_cast<double>(part_.width) / static_cast<double>(map_width_);
    const int64_t x = first(region->x, map_width_, part_.width);
    const int64_t y = first(region->y, map_height_, part_.height);
    region->width =
        static_cast<int32_t>(end(int64_t{region->x} + region->width, map_width_, part_.width) - x);
    region->height = static_cast<int32_t>(
        end(int64_t{region->y} + region->height, map_height_, part_.height) - y);
    region->x = static_cast<int32_t>(part_.x + x);
    region->y = static_cast<int32_t>(part_.y + y);
    region->area = std::max(int64_t{1}, rounded(static_cast<double>(region->area) * right * down));
    region->centroid_x = static_cast<double>(part_.x) + ((region->centroid_x + 0.5) * right - 0.5);
    region->centroid_y = static_cast<double>(part_.y) + ((region->centroid_y + 0.5) * down - 0.5);
    region->peak_x = static_cast<int32_t>(part_.x + truncated((region->peak_x + 0.5) * right));
    region->peak_y = static_cast<int32_t>(part_.y + truncated((region->peak_y + 0.5) * down));
  }

 private:
  /// The pixel in which a map pixel begins.
  static int64_t first(int64_t map_pixel, int64_t map_pixels, int64_t pixels) {
    return map_pixel * pixels / map_pixels;
  }
  /// The pixel after the last one that the map pixels before this one touch.
  static int64_t end(int64_t map_pixel, int64_t map_pixels, int64_t pixels) {
    return (map_pixel * pixels + map_pixels - 1) / map_pixels;
  }
  static int64_t truncated(double value) { return static_cast<int64_t>(value); }
  /// Half up.
  static int64_t rounded(double value) {
    const double below = std::floor(value);
    return static_cast<int64_t>(below) + (value - below >= 0.5 ? 1 : 0);
  }

  int64_t map_height_, map_width_;
  FramePart part_;
};

}  // namespace flowline
#endif
