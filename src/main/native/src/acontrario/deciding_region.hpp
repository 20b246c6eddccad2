#ifndef FLOWLINE_ACONTRARIO_DECIDING_REGION_HPP
#define FLOWLINE_ACONTRARIO_DECIDING_REGION_HPP

#include <algorithm>
#include <cstdint>
#include <vector>

namespace flowline {

/// A map of log10 NFA on which a test decides: that of a scale or, by a law, of the fused map.
struct TestedGrid {
  const float* values;  ///< (height, width)
  int64_t height, width;
};

/// The region of a grid that decided: the positions below a threshold that are connected to the
/// first one of the smallest value. On a map of any size a position covers the pixels that its cell
/// touches, which is one at least, the one at its centre.
class DecidingRegion {
 public:
  /// Room for grids of so many positions: to find their regions then allocates nothing.
  void reserve(int64_t positions);

  /// grid: has the smallest value, which is below the threshold.
  void find(const TestedGrid& grid, float smallest, double below);

  /// Whether it covers pixels of row y of a map of so many rows.
  bool touches_row(int64_t y, int64_t map_height) const {
    return first_row(y, map_height) <= bottom_ && last_row(y, map_height) >= top_;
  }

  /// Calls body(x, value) for the pixels that it covers in row y of a map (map_height, map_width),
  /// for each position that covers them.
  template <class Body>
  void each_pixel(int64_t y, int64_t map_height, int64_t map_width, Body&& body) const {
    const int64_t first = std::max(first_row(y, map_height), top_);
    const int64_t last = std::min(last_row(y, map_height), bottom_);
    for (int64_t row = first; row <= last; row++) {
      for (int64_t column = left_; column <= right_; column++) {
        const int64_t position = row * grid_.width + column;
        if (!is_member_[static_cast<size_t>(position)]) continue;
        const int64_t end = ((column + 1) * map_width + grid_.width - 1) / grid_.width;
        for (int64_t x = column * map_width / grid_.width; x < end; x++) {
          body(x, grid_.values[position]);
        }
      }
    }
  }

 private:
  // The rows of the grid whose cells touch row y of a map.
  int64_t first_row(int64_t y, int64_t map_height) const { return y * grid_.height / map_height; }
  int64_t last_row(int64_t y, int64_t map_height) const {
    return ((y + 1) * grid_.height - 1) / map_height;
  }

  void take_in(int64_t row, int64_t column, double below);

  TestedGrid grid_ = {};
  std::vector<int32_t> members_;    // in the order in which they were found
  std::vector<uint8_t> is_member_;  // by position
  int64_t top_ = 0, bottom_ = 0, left_ = 0, right_ = 0;
};

}  // namespace flowline
#endif
