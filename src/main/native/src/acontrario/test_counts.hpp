#ifndef FLOWLINE_ACONTRARIO_TEST_COUNTS_HPP
#define FLOWLINE_ACONTRARIO_TEST_COUNTS_HPP

#include <cstdint>
#include <vector>

#include "acontrario/field_of_view.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// How much a call tests: the positions n_l of each scale, their sum S and the published number of
/// tests. They are all images' alike, unless every image has a mask of its own.
class TestCounts {
 public:
  /// Makes room for counts of so many images, of this one or all.
  void reserve(int64_t images, int64_t scales);

  /// latents: one for each scale, of which (height, width) and the first one's batch count.
  void count(const FieldOfView& view, const flowline_tensor* latents, int64_t scales);

  int64_t scale_pixels(int64_t image, int64_t scale) const {  ///< n_l; 0: it takes no part
    return pixels_[static_cast<size_t>(row(image) * scales_ + scale)];
  }
  int64_t total_pixels(int64_t image) const {  ///< S
    return total_[static_cast<size_t>(row(image))];
  }
  double log10_published(int64_t image) const {  ///< log10 N_T; 0 where nothing is tested
    return published_[static_cast<size_t>(row(image))];
  }

 private:
  int64_t row(int64_t image) const { return by_image_ ? image : 0; }
  double log10_tests_of(int64_t row);

  bool by_image_ = false;
  int64_t scales_ = 0;
  std::vector<int64_t> pixels_;    // by image, then scale
  std::vector<int64_t> total_;     // by image
  std::vector<double> published_;  // by image

  // The last n_l of which the number of tests was taken: it is once a shape that it is computed.
  std::vector<int64_t> known_, counted_;
  double log10_known_ = 0.0;
};

}  // namespace flowline
#endif
