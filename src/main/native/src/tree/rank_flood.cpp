#include "tree/rank_flood.hpp"

#include <cmath>
#include <cstring>

namespace flowline {

void RankFlood::reserve(int32_t height, int32_t width) {
  const int64_t pixels = static_cast<int64_t>(height) * width;
  const int64_t places = pixels + height + 2 * static_cast<int64_t>(width) + 3;
  map_.reserve(places);
  ranks_.reserve(places);
  sorted.reserve(pixels);
  queue_.resize(pixels);
}

void RankFlood::start(const Kernels& kernels, const float* map, int32_t height, int32_t width,
                      float floor) {
  if (height != height_ || width != width_) {
    height_ = width_ = 0;
    reserve(height, width);
    height_ = height;
    width_ = width;
    stride_ = width + 1;
    for (int64_t place = 0; place < places(); place++) {
      map_[place] = -INFINITY;
      ranks_[place] = 0;
    }
  }
  for (int32_t y = 0; y < height; y++) {
    std::memcpy(map_.data() + (y + 1) * static_cast<int64_t>(stride_) + 1,
                map + static_cast<int64_t>(y) * width, sizeof(float) * width);
  }
  sorted.sort(kernels, map_.data(), places(), floor);
  const uint64_t* const entries = sorted.entries();
  for (int64_t i = 0; i < sorted.count(); i++) {
    ranks_[SortedPlaces::place_of(entries[i])] = static_cast<uint32_t>(i) + 1;
  }
}

}  // namespace flowline
