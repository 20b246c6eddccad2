#include "acontrario/field_of_view.hpp"

#include <algorithm>
#include <cfloat>
#include <cstring>

namespace flowline {
namespace {

// floor((i + 1/2) pixels / positions) for ascending i, without a division each.
class Centre {
 public:
  Centre(int64_t pixels, int64_t positions)
      : step_(pixels / positions),
        remainder_step_(2 * (pixels % positions)),
        bound_(2 * positions),
        at_(pixels / bound_),
        remainder_(pixels % bound_) {}

  int64_t at() const { return at_; }

  void next() {
    at_ += step_;
    remainder_ += remainder_step_;
    if (remainder_ >= bound_) {
      remainder_ -= bound_;
      at_++;
    }
  }

 private:
  int64_t step_, remainder_step_, bound_, at_, remainder_;
};

// A mask is mostly long runs of one kind: eight pixels at a time, of which one comparison says that
// all are in view. Others are written back as they are where they are in view.
void blank_row(const uint8_t* masked, int64_t count, float* row) {
  constexpr int64_t BLOCK = 8;
  int64_t x = 0;
  for (; x + BLOCK <= count; x += BLOCK) {
    uint64_t block;
    std::memcpy(&block, masked + x, sizeof block);
    if (block == 0) continue;
    for (int64_t k = x; k < x + BLOCK; k++) row[k] = masked[k] != 0 ? FLT_MAX : row[k];
  }
  for (; x < count; x++) row[x] = masked[x] != 0 ? FLT_MAX : row[x];
}

}  // namespace

FieldOfView::FieldOfView(const flowline_segment_options& options, int64_t height, int64_t width)
    : height_(height),
      width_(width),
      top_(0),
      bottom_(height),
      left_(0),
      right_(width),
      mask_(options.ignore),
      mask_stride_(options.ignore == nullptr ? 0 : options.ignore_batch_stride) {
  if (options.roi_width > 0) {
    top_ = options.roi_y;
    bottom_ = options.roi_y + options.roi_height;
    left_ = options.roi_x;
    right_ = options.roi_x + options.roi_width;
  }
  whole_ = mask_ == nullptr && top_ == 0 && left_ == 0 && bottom_ == height && right_ == width;
}

FieldOfView::FieldOfView(const FieldOfView& of, const uint8_t* masks, const RunsOutOfView& out)
    : FieldOfView(of) {
  out_ = &out;
  whole_ = out.runs.empty();
  mask_ = whole_ || mask_ == nullptr ? nullptr : masks;
  mask_stride_ = whole_ || mask_stride_ == 0 ? 0 : height_ * width_;
}

// Calls body(position) for each that is not tested.
template <class Body>
void FieldOfView::each_untested(int64_t image, int64_t height, int64_t width, Body&& body) const {
  const uint8_t* mask = mask_ == nullptr ? nullptr : mask_ + image * mask_stride_;
  Centre row(height_, height);
  for (int64_t y = 0; y < height; y++, row.next()) {
    const bool inside = row.at() >= top_ && row.at() < bottom_;
    const uint8_t* masked = mask == nullptr ? nullptr : mask + row.at() * width_;
    Centre column(width_, width);
    for (int64_t x = 0; x < width; x++, column.next()) {
      const int64_t at = column.at();
      const bool looked_at =
          inside && at >= left_ && at < right_ && (masked == nullptr || masked[at] == 0);
      if (!looked_at) body(y * width + x);
    }
  }
}

int64_t FieldOfView::tested(int64_t image, int64_t height, int64_t width) const {
  int64_t count = height * width;
  if (!whole_) each_untested(image, height, width, [&](int64_t) { count--; });
  return count;
}

void FieldOfView::leave_out(int64_t image, int64_t height, int64_t width, float* energy) const {
  if (whole_) return;
  each_untested(image, height, width, [&](int64_t position) { energy[position] = -1.0f; });
}

void FieldOfView::blank(int64_t image, float* map) const {
  if (whole_) return;
  if (out_ != nullptr) {
    const size_t row = by_image() ? static_cast<size_t>(image) : 0;
    for (size_t i = out_->first[row]; i < out_->first[row + 1]; i++) {
      std::fill(map + out_->runs[i].begin, map + out_->runs[i].end, FLT_MAX);
    }
    return;
  }
  std::fill(map, map + top_ * width_, FLT_MAX);
  std::fill(map + bottom_ * width_, map + height_ * width_, FLT_MAX);
  for (int64_t y = top_; y < bottom_; y++) {
    float* row = map + y * width_;
    std::fill(row, row + left_, FLT_MAX);
    std::fill(row + right_, row + width_, FLT_MAX);
    if (mask_ == nullptr) continue;
    blank_row(mask_ + image * mask_stride_ + y * width_ + left_, right_ - left_, row + left_);
  }
}

}  // namespace flowline
