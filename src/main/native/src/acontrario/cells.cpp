#include "acontrario/cells.hpp"

#include <algorithm>

namespace flowline {
namespace {

/// The pixels that a position's cell touches along one axis, from `begin` to before `end`.
struct Pixels {
  int64_t begin, end;

  Pixels(int64_t position, int64_t positions, int64_t pixels)
      : begin(position * pixels / positions),
        end(((position + 1) * pixels + positions - 1) / positions) {}
};

}  // namespace

void lower_to_cells(const float* values, int64_t height, int64_t width, double below,
                    int64_t map_height, int64_t map_width, float* map) {
  for (int64_t y = 0; y < height; y++) {
    const Pixels rows(y, height, map_height);
    for (int64_t x = 0; x < width; x++) {
      const float value = values[y * width + x];
      if (!(value < below)) continue;
      const Pixels columns(x, width, map_width);
      for (int64_t row = rows.begin; row < rows.end; row++) {
        for (int64_t column = columns.begin; column < columns.end; column++) {
          float& pixel = map[row * map_width + column];
          pixel = std::min(pixel, value);
        }
      }
    }
  }
}

}  // namespace flowline
