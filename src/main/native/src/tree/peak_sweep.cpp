#include "tree/peak_sweep.hpp"

#include <cmath>
#include <cstring>

namespace flowline {

static constexpr int64_t SLACK = 64;  // that kernels read and write behind the last

void PeakSweep::reserve(int32_t height, int32_t width) {
  const int64_t pixels = static_cast<int64_t>(height) * width;
  const int64_t cells = pixels + height + 2 * static_cast<int64_t>(width) + 3;
  if (map_.reserve(cells + SLACK)) height_ = width_ = 0;  // its margin has to be written again
  ascents_.reserve(cells + SLACK);
  labels_.reserve(cells);
  sorted.reserve(pixels);
  const int64_t peaks = most_peaks(pixels);
  root_of_.reserve(peaks);
  next_peak_.reserve(peaks);
  runs_.reserve(peaks);
}

void PeakSweep::set_shape(int32_t height, int32_t width) {
  reserve(height, width);
  if (height == height_ && width == width_) return;
  height_ = height;
  width_ = width;
  stride_ = width + 1;
  for (int64_t cell = 0; cell < cells() + SLACK; cell++) map_[cell] = -INFINITY;
  const int32_t neighbours[4] = {-stride_, -1, 1, stride_};
  for (int ascent = 0; ascent < ASCENTS; ascent++) {
    const int steepest = ascent & 3;
    int32_t* around = around_[ascent];
    for (int k = 0; k < 4; k++) around[k] = neighbours[steepest];
    for (int k = 0; k < 4; k++) {
      if (k != steepest && (ascent >> (2 + k) & 1) != 0) *++around = neighbours[k];
    }
  }
}

void PeakSweep::start(const Kernels& kernels, const float* map, int32_t height, int32_t width,
                      float floor) {
  set_shape(height, width);
  for (int32_t y = 0; y < height; y++) {
    std::memcpy(map_.data() + cell_of_row(y), map + static_cast<int64_t>(y) * width,
                sizeof(float) * width);
  }
  kernels.ascents(map_.data() + cell_of_row(0), stride_, static_cast<int64_t>(height) * stride_,
                  ascents_.data() + cell_of_row(0));
  sorted.sort(kernels, map_.data(), cells(), floor);
  peaks_ = 1;
  if (is_large()) number_peaks();
}

// In the order of their cells, so that what belongs to neighbours lies together. In small maps
// they are numbered as they come.
void PeakSweep::number_peaks() {
  const uint32_t* const cells = sorted.cells();
  for (int64_t i = 0; i < sorted.count(); i++) {
    labels_[cells[i]] = peaks_;
    peaks_ += ascents_[cells[i]] < LOWEST_ASCENT;
  }
}

}  // namespace flowline
