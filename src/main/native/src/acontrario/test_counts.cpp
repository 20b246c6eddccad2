#include "acontrario/test_counts.hpp"

#include <numeric>

#include "acontrario/number_of_tests.hpp"

namespace flowline {

void TestCounts::reserve(int64_t images, int64_t scales) {
  pixels_.reserve(static_cast<size_t>(images * scales));
  total_.reserve(static_cast<size_t>(images));
  published_.reserve(static_cast<size_t>(images));
  known_.reserve(static_cast<size_t>(scales));
  counted_.reserve(static_cast<size_t>(scales));
}

void TestCounts::count(const FieldOfView& view, const flowline_tensor* latents, int64_t scales) {
  by_image_ = view.by_image();
  scales_ = scales;
  pixels_.clear();
  total_.clear();
  published_.clear();
  const int64_t images = by_image_ ? latents[0].batch : 1;
  for (int64_t image = 0; image < images; image++) {
    for (int64_t scale = 0; scale < scales; scale++) {
      pixels_.push_back(view.tested(image, latents[scale].height, latents[scale].width));
    }
    const int64_t* mine = pixels_.data() + image * scales_;
    total_.push_back(std::accumulate(mine, mine + scales_, int64_t{0}));
    published_.push_back(log10_tests_of(image));
  }
}

// A scale of which no position is tested takes no part.
double TestCounts::log10_tests_of(int64_t row) {
  counted_.clear();
  for (int64_t scale = 0; scale < scales_; scale++) {
    const int64_t pixels = pixels_[static_cast<size_t>(row * scales_ + scale)];
    if (pixels > 0) counted_.push_back(pixels);
  }
  if (counted_.empty()) return 0.0;
  if (counted_ != known_) {
    known_.clear();
    log10_known_ = log10_number_of_tests(counted_.data(), static_cast<int32_t>(counted_.size()));
    known_ = counted_;
  }
  return log10_known_;
}

}  // namespace flowline
