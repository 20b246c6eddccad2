#include "acontrario/regions.hpp"

#include <algorithm>

namespace flowline {

int32_t Regions::root(int32_t label) {
  while (set_[label] != label) {
    set_[label] = set_[set_[label]];
    label = set_[label];
  }
  return label;
}

void Regions::join(int32_t* label, int32_t other) {
  if (other < 0) return;
  other = root(other);
  if (*label < 0 || *label == other) {
    *label = other;
    return;
  }
  const int32_t smaller = std::min(*label, other);
  set_[std::max(*label, other)] = smaller;
  *label = smaller;
}

void Regions::label_pixels(const float* log10_nfa, int32_t height, int32_t width,
                           double log10_epsilon, int connectivity) {
  set_.clear();
  for (int32_t y = 0; y < height; y++) {
    int32_t* row = label_.data() + static_cast<int64_t>(y) * width;
    const int32_t* above = y > 0 ? row - width : nullptr;
    for (int32_t x = 0; x < width; x++) {
      int32_t label = -1;
      if (log10_nfa[static_cast<int64_t>(y) * width + x] < log10_epsilon) {
        if (x > 0) join(&label, row[x - 1]);
        if (above != nullptr) join(&label, above[x]);
        if (connectivity == 8 && above != nullptr) {
          if (x > 0) join(&label, above[x - 1]);
          if (x + 1 < width) join(&label, above[x + 1]);
        }
        if (label < 0) {
          label = static_cast<int32_t>(set_.size());
          set_.push_back(label);
        }
      }
      row[x] = label;
    }
  }
}

// A pixel begins a label if none before it touches it, so that no two of them are neighbours: they
// are half of the pixels at most, and so are the regions.
void Regions::reserve(size_t pixels) {
  const size_t labels = (pixels + 1) / 2;
  label_.resize(pixels);
  set_.reserve(labels);
  index_.reserve(labels);
  found.reserve(labels);
}

// At first a region's width and height hold its right and bottom, its centroid the sums, and
// reserved its place by first pixel: without it equal regions would need a sort that allocates.
void Regions::find(const float* log10_nfa, int32_t height, int32_t width, double log10_epsilon,
                   int connectivity) {
  reserve(static_cast<size_t>(height) * width);
  label_pixels(log10_nfa, height, width, log10_epsilon, connectivity);
  found.clear();
  index_.resize(set_.size());
  for (int32_t label = 0; label < static_cast<int32_t>(set_.size()); label++) {
    set_[label] = set_[set_[label]];  // a root is smaller, so that it is settled already
    if (set_[label] == label) {
      index_[label] = static_cast<int32_t>(found.size());
      found.push_back(flowline_region{});
      found.back().reserved = index_[label];
    }
  }
  for (int32_t y = 0; y < height; y++) {
    for (int32_t x = 0; x < width; x++) {
      const int64_t pixel = static_cast<int64_t>(y) * width + x;
      if (label_[pixel] < 0) continue;
      flowline_region& region = found[index_[set_[label_[pixel]]]];
      const float value = log10_nfa[pixel];
      if (region.area == 0) {
        region.x = region.width = x;
        region.y = y;
      }
      if (region.area == 0 || value < region.log10_nfa) {
        region.log10_nfa = value;
        region.peak_x = x;
        region.peak_y = y;
      }
      region.x = std::min(region.x, x);
      region.width = std::max(region.width, x);
      region.height = y;
      region.centroid_x += x;
      region.centroid_y += y;
      region.area++;
    }
  }
  for (flowline_region& region : found) {
    region.width += 1 - region.x;
    region.height += 1 - region.y;
    region.centroid_x /= static_cast<double>(region.area);
    region.centroid_y /= static_cast<double>(region.area);
  }
  std::sort(found.begin(), found.end(), [](const flowline_region& a, const flowline_region& b) {
    return a.log10_nfa < b.log10_nfa || (a.log10_nfa == b.log10_nfa && a.reserved < b.reserved);
  });
  for (flowline_region& region : found) region.reserved = 0;
}

}  // namespace flowline
