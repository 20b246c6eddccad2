#include "tree/peak_sweep.hpp"

#include <cmath>
#include <cstring>

namespace flowline {

static constexpr int64_t SLACK = 64;  // that kernels read and write behind the last

void PeakSweep::reserve(int32_t height, int32_t width) {
  const int64_t pixels = static_cast<int64_t>(height) * width;
  const int64_t places = pixels + height + 2 * static_cast<int64_t>(width) + 3;
  map_.reserve(places + SLACK);
  ascents_.reserve(places + SLACK);
  labels_.reserve(places);
  sorted.reserve(pixels);
  const int64_t peaks = most_peaks(pixels);
  root_of_.reserve(peaks);
  next_peak_.reserve(peaks);
  last_peak_.reserve(peaks);
  size_.reserve(peaks);
}

void PeakSweep::set_shape(int32_t height, int32_t width) {
  if (height == height_ && width == width_) return;
  height_ = width_ = 0;
  reserve(height, width);
  height_ = height;
  width_ = width;
  stride_ = width + 1;
  reciprocal_ = UINT64_MAX / static_cast<uint64_t>(stride_) + 1;
  for (int64_t place = 0; place < places() + SLACK; place++) map_[place] = -INFINITY;
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
    std::memcpy(map_.data() + place_of_row(y), map + static_cast<int64_t>(y) * width,
                sizeof(float) * width);
  }
  std::memset(labels_.data(), 0, sizeof(int32_t) * places());
  kernels.ascents(map_.data() + place_of_row(0), stride_, static_cast<int64_t>(height) * stride_,
                  ascents_.data() + place_of_row(0));
  sorted.sort(kernels, map_.data(), places(), floor);
  peaks_ = 1;
}

int32_t PeakSweep::unite(int32_t root, int32_t other) {
  const bool take_in = size_[root] >= size_[other];
  const int32_t large = take_in ? root : other;
  const int32_t small = take_in ? other : root;
  next_peak_[last_peak_[large]] = small;
  last_peak_[large] = last_peak_[small];
  int32_t peak = small;
  for (int32_t k = size_[small]; k > 0; k--, peak = next_peak_[peak]) root_of_[peak] = large;
  size_[large] += size_[small];
  return large;
}

}  // namespace flowline
