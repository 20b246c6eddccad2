#include "tree/peak_sweep.hpp"

#include <cmath>
#include <cstring>

namespace flowline {

static constexpr int64_t SLACK = 64;  // that kernels read and write behind the last

// The eight neighbours in the order of their cells.
static constexpr int EIGHT_X[8] = {-1, 0, 1, -1, 1, -1, 0, 1};
static constexpr int EIGHT_Y[8] = {-1, -1, -1, 0, 0, 1, 1, 1};

namespace {

/// For each set of the eight neighbours, the first of each group of them that touch each other; the
/// first group's is the filler.
struct NeighbourGroups {
  uint8_t first[256][4];
};

constexpr NeighbourGroups neighbour_groups() {
  int touches[8] = {};  // those that touch a neighbour, itself among them
  for (int a = 0; a < 8; a++) {
    for (int b = 0; b < 8; b++) {
      const int x = EIGHT_X[a] - EIGHT_X[b], y = EIGHT_Y[a] - EIGHT_Y[b];
      if (x * x <= 1 && y * y <= 1) touches[a] |= 1 << b;
    }
  }
  NeighbourGroups groups = {};
  for (int set = 1; set < 256; set++) {
    int found = 0, left = set;
    for (int first = 0; first < 8; first++) {
      if ((left >> first & 1) == 0) continue;
      int group = 1 << first;
      for (int before = 0; before != group;) {
        before = group;
        for (int a = 0; a < 8; a++) group |= (group >> a & 1) != 0 ? touches[a] & left : 0;
      }
      left &= ~group;
      groups.first[set][found++] = static_cast<uint8_t>(first);
    }
    for (; found < 4; found++) groups.first[set][found] = groups.first[set][0];
  }
  return groups;
}

constexpr NeighbourGroups GROUPS = neighbour_groups();

}  // namespace

void PeakSweep::reserve(int32_t height, int32_t width) {
  const int64_t pixels = static_cast<int64_t>(height) * width;
  const int64_t cells = pixels + height + 2 * static_cast<int64_t>(width) + 3;
  if (map_.reserve(cells + SLACK)) connectivity_ = 0;  // its margin has to be written again
  ascents_.reserve(cells + SLACK);
  labels_.reserve(cells);
  sorted.reserve(pixels);
  const int64_t peaks = most_peaks(pixels);
  root_of_.reserve(peaks);
  next_peak_.reserve(peaks);
  runs_.reserve(peaks);
}

void PeakSweep::set_shape(int32_t height, int32_t width, int connectivity) {
  reserve(height, width);
  if (height == height_ && width == width_ && connectivity == connectivity_) return;
  connectivity_ = connectivity;
  height_ = height;
  width_ = width;
  stride_ = width + 1;
  for (int64_t cell = 0; cell < cells() + SLACK; cell++) map_[cell] = -INFINITY;
  if (connectivity == 8) {
    set_eight_around();
  } else {
    set_four_around();
  }
}

// The steepest first: an ascent names it, and then the higher ones.
void PeakSweep::set_four_around() {
  constexpr int FOUR_ASCENTS = 64;
  lowest_ascent_ = 4;
  const int32_t neighbours[4] = {-stride_, -1, 1, stride_};
  for (int ascent = 0; ascent < FOUR_ASCENTS; ascent++) {
    const int steepest = ascent & 3;
    int32_t* around = around_[ascent];
    for (int k = 0; k < 4; k++) around[k] = neighbours[steepest];
    for (int k = 0; k < 4; k++) {
      if (k != steepest && (ascent >> (2 + k) & 1) != 0) *++around = neighbours[k];
    }
  }
}

// An ascent is a bit by higher neighbour.
void PeakSweep::set_eight_around() {
  lowest_ascent_ = 1;
  for (int ascent = 0; ascent < ASCENTS; ascent++) {
    for (int k = 0; k < 4; k++) {
      const int neighbour = GROUPS.first[ascent][k];
      around_[ascent][k] = EIGHT_Y[neighbour] * stride_ + EIGHT_X[neighbour];
    }
  }
}

void PeakSweep::start(const Kernels& kernels, const float* map, int32_t height, int32_t width,
                      int connectivity, float floor) {
  set_shape(height, width, connectivity);
  for (int32_t y = 0; y < height; y++) {
    std::memcpy(map_.data() + cell_of_row(y), map + static_cast<int64_t>(y) * width,
                sizeof(float) * width);
  }
  const auto find_ascents = connectivity == 8 ? kernels.higher_of_eight : kernels.ascents;
  find_ascents(map_.data() + cell_of_row(0), stride_, static_cast<int64_t>(height) * stride_,
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
    peaks_ += ascents_[cells[i]] < lowest_ascent_;
  }
}

}  // namespace flowline
