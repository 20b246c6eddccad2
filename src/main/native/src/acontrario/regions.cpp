#include "acontrario/regions.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "math/bits.hpp"

namespace flowline {
namespace {

// The float below which the floats below a number lie.
float bound_of(double below) {
  if (below < -FLT_MAX) return below < -DBL_MAX ? static_cast<float>(below) : -FLT_MAX;
  const float bound = static_cast<float>(below);
  if (bound >= below) return bound;
  return bound < 0.0f ? next_towards_0(bound) : float_of(bits_of(bound + 0.0f) + 1);
}

// The smaller value counts, of equal ones the first.
bool is_peak(float value, int32_t y, int32_t x, const flowline_region& region) {
  if (value != region.log10_nfa) return value < region.log10_nfa;
  return y < region.peak_y || (y == region.peak_y && x < region.peak_x);
}

void set_peak(float value, int32_t y, int32_t x, flowline_region* region) {
  region->log10_nfa = value;
  region->peak_y = y;
  region->peak_x = x;
}

// At first a region's width and height hold its right and bottom, its centroid the sums.
void take_in(const flowline_region& other, flowline_region* region) {
  if (is_peak(other.log10_nfa, other.peak_y, other.peak_x, *region)) {
    set_peak(other.log10_nfa, other.peak_y, other.peak_x, region);
  }
  region->x = std::min(region->x, other.x);
  region->y = std::min(region->y, other.y);
  region->width = std::max(region->width, other.width);
  region->height = std::max(region->height, other.height);
  region->centroid_x += other.centroid_x;
  region->centroid_y += other.centroid_y;
  region->area += other.area;
}

}  // namespace

// A run begins a label if none before it touches it, so that no two of the first pixels of labels
// are neighbours: they are half of the pixels at most, and so are the regions.
void Regions::reserve(int64_t height, int64_t width) {
  const size_t labels = static_cast<size_t>((height * width + 1) / 2);
  below_.resize(static_cast<size_t>((width + 63) / 64));
  for (auto* runs : {&runs_, &above_}) runs->reserve(static_cast<size_t>((width + 1) / 2));
  set_.reserve(labels);
  found.reserve(labels);
}

void Regions::start(int32_t height, int32_t width, double log10_epsilon, int connectivity) {
  reserve(height, width);
  found.clear();
  set_.clear();
  above_.clear();
  bound_ = bound_of(log10_epsilon);
  width_ = width;
  y_ = 0;
  connectivity_ = connectivity;
}

bool Regions::add_row(const float* row) {
  if (!kernels_.below(row, width_, bound_, below_.data())) return false;
  find_runs(width_);
  label_runs(connectivity_);
  for (const Run& run : runs_) measure(run, y_, row);
  above_.swap(runs_);
  y_++;
  return true;
}

void Regions::skip_row() {
  above_.clear();
  y_++;
}

int32_t Regions::label_at(int32_t x) const {
  const auto after = std::upper_bound(above_.begin(), above_.end(), x,
                                      [](int32_t at, const Run& run) { return at < run.begin; });
  return (after - 1)->label;
}

float Regions::smallest() const {
  float smallest = INFINITY;
  for (const flowline_region& region : found) smallest = std::min(smallest, region.log10_nfa);
  return smallest;
}

void Regions::lower(int32_t label, float value, int32_t y, int32_t x) {
  set_peak(value, y, x, &found[static_cast<size_t>(label)]);
}

void Regions::finish() {
  join_labels();
  put_in_order();
}

bool Regions::find(const float* log10_nfa, int32_t height, int32_t width, double log10_epsilon,
                   int connectivity) {
  start(height, width, log10_epsilon, connectivity);
  for (int32_t y = 0; y < height; y++) {
    if (!add_row(log10_nfa + static_cast<int64_t>(y) * width)) return false;
  }
  finish();
  return true;
}

void Regions::find_runs(int32_t width) {
  runs_.clear();
  int32_t begin = -1;  // of a run that goes on
  for (int32_t first = 0; first < width; first += 64) {
    const uint64_t word = below_[static_cast<size_t>(first / 64)];
    for (int bit = 0; bit < 64;) {
      const uint64_t rest = (begin < 0 ? word : ~word) >> bit;
      if (rest == 0) break;
      bit += __builtin_ctzll(rest);
      if (begin < 0) {
        begin = first + bit;
      } else {
        runs_.push_back({begin, first + bit, -1});
        begin = -1;
      }
    }
  }
  if (begin >= 0) runs_.push_back({begin, width, -1});
}

void Regions::label_runs(int connectivity) {
  const int32_t reach = connectivity == 8 ? 1 : 0;
  size_t first = 0;  // of the row above, that is not left of all that follows
  for (Run& run : runs_) {
    while (first < above_.size() && above_[first].end + reach <= run.begin) first++;
    for (size_t k = first; k < above_.size() && above_[k].begin < run.end + reach; k++) {
      join(&run.label, above_[k].label);
    }
    if (run.label >= 0) continue;
    run.label = static_cast<int32_t>(set_.size());
    set_.push_back(run.label);
    found.push_back(flowline_region{});
  }
}

int32_t Regions::root(int32_t label) {
  while (set_[label] != label) {
    set_[label] = set_[set_[label]];
    label = set_[label];
  }
  return label;
}

void Regions::join(int32_t* label, int32_t other) {
  other = root(other);
  if (*label < 0 || *label == other) {
    *label = other;
    return;
  }
  const int32_t smaller = std::min(*label, other);
  set_[std::max(*label, other)] = smaller;
  *label = smaller;
}

void Regions::measure(const Run& run, int32_t y, const float* row) {
  const int64_t length = run.end - run.begin;
  flowline_region& region = found[static_cast<size_t>(run.label)];
  const float smallest = kernels_.smallest(row + run.begin, length);
  if (region.area == 0 || smallest < region.log10_nfa) {
    int32_t x = run.begin;
    while (row[x] != smallest) x++;
    set_peak(row[x], y, x, &region);
  }
  if (region.area == 0) {
    region.x = run.begin;
    region.y = y;
  }
  region.x = std::min(region.x, run.begin);
  region.width = std::max(region.width, run.end);
  region.height = y + 1;
  region.centroid_x += static_cast<double>((run.begin + run.end - int64_t{1}) * length / 2);
  region.centroid_y += static_cast<double>(y * length);
  region.area += length;
}

// A root is the smallest of its set, so that it is settled before the others, and the roots are in
// the order of their first pixels. Each moves to the front, behind those before it.
void Regions::join_labels() {
  for (size_t label = 0; label < set_.size(); label++) {
    set_[label] = set_[static_cast<size_t>(set_[label])];
    const size_t root = static_cast<size_t>(set_[label]);
    if (root != label) take_in(found[label], &found[root]);
  }
  size_t regions = 0;
  for (size_t label = 0; label < set_.size(); label++) {
    if (static_cast<size_t>(set_[label]) == label) found[regions++] = found[label];
  }
  found.resize(regions);
}

// zone holds a region's place by first pixel: without it equal regions would need a sort that
// allocates.
void Regions::put_in_order() {
  int32_t place = 0;
  for (flowline_region& region : found) {
    region.zone = place++;
    region.width -= region.x;
    region.height -= region.y;
    region.centroid_x /= static_cast<double>(region.area);
    region.centroid_y /= static_cast<double>(region.area);
  }
  std::sort(found.begin(), found.end(), [](const flowline_region& a, const flowline_region& b) {
    return a.log10_nfa < b.log10_nfa || (a.log10_nfa == b.log10_nfa && a.zone < b.zone);
  });
  for (flowline_region& region : found) region.zone = 0;
}

}  // namespace flowline
