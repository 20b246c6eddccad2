#include "acontrario/decided_map.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "acontrario/connectivity.hpp"

namespace flowline {

void DecidedMap::reserve_maps(const SegmentCall& call) {
  const size_t grids = static_cast<size_t>(call.tested_maps());
  if (upsamplers_.size() < grids) upsamplers_.resize(grids);
  for (size_t grid = 0; grid < grids; grid++) {
    const flowline_tensor& latent = call.latents[grid];
    upsamplers_[grid].resize(latent.height, latent.width, call.maps.height, call.maps.width);
  }
}

void DecidedMap::reserve_regions(const SegmentCall& call) {
  int64_t rows = 0, largest = 0;
  for (int32_t grid = 0; grid < call.tested_maps(); grid++) {
    rows += call.latents[grid].height;
    largest = std::max(largest, call.positions_of(grid));
  }
  low_rows_.reserve(static_cast<size_t>(rows));
  deciding_.reserve(largest);
  regions_.reserve(call.maps.height, call.maps.width);
  row_.resize(static_cast<size_t>(call.maps.width));
}

void DecidedMap::start(const SegmentCall& call, int64_t image, const float* painted,
                       float smallest) {
  call_ = &call;
  image_ = image;
  smallest_ = smallest;
  count_ = 0;
  for (int32_t scale = 0; scale < call.tested_maps(); scale++) {
    if (call.counts->scale_pixels(image, scale) == 0) continue;
    const flowline_tensor& latent = call.latents[scale];
    const float* const values = painted + call.positions_before(scale);
    Upsampler& upsampler = upsamplers_[static_cast<size_t>(scale)];
    upsampler.widen(kernels_, values);
    upsampler_of_[count_] = &upsampler;
    grids_[count_++] = {values, latent.height, latent.width};
  }
}

void DecidedMap::make_row(int64_t y, float* row) const {
  RowBlend rows[MOST_SCALES];
  for (int32_t grid = 0; grid < count_; grid++) rows[grid] = upsampler_of_[grid]->row(y);
  kernels_.minimum_row(rows, count_, call_->maps.width, smallest_, row);
  call_->view.blank_row(image_, y, row);
}

float* DecidedMap::row_of(float* map, int64_t y) {
  return map == nullptr ? row_.data() : map + y * call_->maps.width;
}

void DecidedMap::interpolated(const SegmentCall& call, int64_t image, const float* painted,
                              float smallest, float* map) {
  start(call, image, painted, smallest);
  for (int64_t y = 0; y < call.maps.height; y++) make_row(y, row_of(map, y));
}

// Interpolation is convex but for its rounding, which is far smaller than the margin.
void DecidedMap::find_low_rows(double below) {
  constexpr double MARGIN = 1e-5;
  const double bound = below + MARGIN * std::fabs(below) + FLT_MIN;
  low_rows_.clear();
  for (const TestedGrid* grid = grids_; grid != grids_ + count_; grid++) {
    for (int64_t row = 0; row < grid->height; row++) {
      const float least = kernels_.smallest(grid->values + row * grid->width, grid->width);
      low_rows_.push_back(!(static_cast<double>(least) >= bound));
    }
  }
}

bool DecidedMap::may_be_below(int64_t y) const {
  const uint8_t* low = low_rows_.data();
  for (int32_t grid = 0; grid < count_; grid++) {
    const int64_t height = grids_[grid].height;
    const int64_t first = upsampler_of_[grid]->first_row(y);
    if (low[first] != 0 || low[std::min(first + 1, height - 1)] != 0) return true;
    low += height;
  }
  return false;
}

bool DecidedMap::decided(const SegmentCall& call, int64_t image, const float* painted,
                         float smallest, double below, float* map) {
  start(call, image, painted, smallest);
  TestedGrid* const end = grids_ + count_;
  const TestedGrid* const grid = std::find_if(grids_, end, [&](const TestedGrid& of) {
    return kernels_.smallest(of.values, of.height * of.width) == smallest;
  });
  if (grid == end) return false;
  deciding_.find(*grid, smallest, below);
  find_low_rows(below);
  Pixel lowest = {INFINITY, -1, -1, -1};
  if (!scan(below, map, &lowest)) return false;
  if (regions_.smallest() > smallest) {
    if (lowest.label < 0) {
      if (!scan_levelled(below, map)) return false;
    } else {
      regions_.lower(lowest.label, smallest, lowest.y, lowest.x);
      if (map != nullptr) row_of(map, lowest.y)[lowest.x] = smallest;
    }
  }
  regions_.finish();
  return true;
}

/// Makes the rows and labels them. lowest: the deciding region's lowest pixel below the threshold,
/// if there is one.
bool DecidedMap::scan(double below, float* map, Pixel* lowest) {
  const int64_t height = call_->maps.height, width = call_->maps.width;
  regions_.start(static_cast<int32_t>(height), static_cast<int32_t>(width), below, CONNECTIVITY);
  for (int64_t y = 0; y < height; y++) {
    const bool low = may_be_below(y);
    float* const row = row_of(map, y);
    if (low || map != nullptr) make_row(y, row);
    if (!low) {
      regions_.skip_row();
      continue;
    }
    if (!regions_.add_row(row)) return false;
    if (!deciding_.touches_row(y, height)) continue;
    int64_t at = -1;
    deciding_.each_pixel(y, height, width, [&](int64_t x, float) {
      const bool lower =
          row[x] < below &&
          (at < 0 ? row[x] < lowest->value : row[x] < row[at] || (row[x] == row[at] && x < at));
      if (lower) at = x;
    });
    if (at < 0) continue;
    const int32_t x = static_cast<int32_t>(at);
    *lowest = {row[x], static_cast<int32_t>(y), x, regions_.label_at(x)};
  }
  return true;
}

/// Makes the rows of which the deciding region was levelled out, with its pixels, and labels them.
bool DecidedMap::scan_levelled(double below, float* map) {
  const int64_t height = call_->maps.height, width = call_->maps.width;
  regions_.start(static_cast<int32_t>(height), static_cast<int32_t>(width), below, CONNECTIVITY);
  for (int64_t y = 0; y < height; y++) {
    const bool touched = deciding_.touches_row(y, height);
    if (!touched && !may_be_below(y)) {
      regions_.skip_row();
      continue;
    }
    float* const row = row_of(map, y);
    if (map == nullptr) make_row(y, row);
    if (touched) {
      deciding_.each_pixel(y, height, width,
                           [&](int64_t x, float value) { row[x] = std::min(row[x], value); });
      call_->view.blank_row(image_, y, row);
    }
    if (!regions_.add_row(row)) return false;
  }
  return true;
}

}  // namespace flowline
