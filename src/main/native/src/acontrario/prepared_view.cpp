#include "acontrario/prepared_view.hpp"

#include <algorithm>

#include "acontrario/packed_mask.hpp"

namespace flowline {
namespace {

/// The runs of one image. mask: its own, nullptr if it has none.
void find_runs(const FieldOfView& view, int64_t height, int64_t width, const uint8_t* mask,
               std::vector<RunsOutOfView::Run>* runs) {
  int64_t begin = -1;  // of a run that goes on
  const auto see = [&](int64_t pixel, bool out) {
    if (out == (begin >= 0)) return;
    if (out) {
      begin = pixel;
    } else {
      runs->push_back({static_cast<int32_t>(begin), static_cast<int32_t>(pixel)});
      begin = -1;
    }
  };
  for (int64_t y = 0; y < height; y++) {
    const bool inside = y >= view.top() && y < view.bottom();
    for (int64_t x = 0; x < width; x++) {
      const int64_t pixel = y * width + x;
      const bool in_view =
          inside && x >= view.left() && x < view.right() && (mask == nullptr || mask[pixel] == 0);
      see(pixel, !in_view);
    }
  }
  see(height * width, false);
}

}  // namespace

PreparedView::PreparedView(const flowline_segment_options& options, int64_t height, int64_t width,
                           int64_t batch)
    : height_(height),
      width_(width),
      batch_(options.ignore_batch_stride == 0 ? 0 : batch),
      view_(options, height, width) {
  const int64_t pixels = height * width;
  const int64_t images = std::max<int64_t>(batch_, 1);
  if (view_.mask() != nullptr) masks_.resize(static_cast<size_t>(images * pixels));
  out_.first.push_back(0);
  for (int64_t image = 0; image < images; image++) {
    uint8_t* mask = nullptr;
    if (view_.mask() != nullptr) {
      mask = masks_.data() + image * pixels;
      std::copy_n(view_.mask() + image * view_.mask_stride(), pixels, mask);
    }
    find_runs(view_, height, width, mask, &out_.runs);
    out_.first.push_back(out_.runs.size());
  }
  view_ = FieldOfView(view_, masks_.data(), out_);
}

std::vector<uint32_t> PreparedView::packed_masks() const {
  const int64_t pixels = height_ * width_;
  const int64_t masks = view_.mask() == nullptr ? 0 : std::max<int64_t>(batch_, 1);
  std::vector<uint32_t> words(static_cast<size_t>(masks * words_of_mask(pixels)));
  for (int64_t image = 0; image < masks; image++) {
    pack_mask(masks_.data() + image * pixels, pixels, words.data() + image * words_of_mask(pixels));
  }
  return words;
}

}  // namespace flowline
