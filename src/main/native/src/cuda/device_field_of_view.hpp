#ifndef FLOWLINE_CUDA_DEVICE_FIELD_OF_VIEW_HPP
#define FLOWLINE_CUDA_DEVICE_FIELD_OF_VIEW_HPP

#include <cstdint>

#include "cuda/device_code.hpp"

namespace flowline {

/// FieldOfView (acontrario/field_of_view.hpp) on the device: where a call looks, in pixels of its
/// maps.
struct DeviceFieldOfView {
  int64_t height, width;
  int64_t top, bottom, left, right;  ///< of the region of interest; the last ones lie outside
  const uint32_t* ignored;           ///< a bit a pixel, row-major; nullptr: none is
  int64_t ignored_stride;            ///< words, from one image's to the next; 0: all are alike
  int32_t whole;                     ///< everything is looked at

  FLOWLINE_DEVICE bool looks_at(int64_t image, int64_t y, int64_t x) const {
    if (whole) return true;
    if (y < top || y >= bottom || x < left || x >= right) return false;
    if (ignored == nullptr) return true;
    const int64_t pixel = y * width + x;
    return (ignored[image * ignored_stride + pixel / 32] >> pixel % 32 & 1u) == 0;
  }

  /// Is position (y, x) of a scale of this size tested? Its centre's pixel decides.
  FLOWLINE_DEVICE bool tests(int64_t image, int64_t y, int64_t x, int64_t scale_height,
                             int64_t scale_width) const {
    if (whole) return true;
    return looks_at(image, (2 * y + 1) * height / (2 * scale_height),
                    (2 * x + 1) * width / (2 * scale_width));
  }
};

}  // namespace flowline
#endif
