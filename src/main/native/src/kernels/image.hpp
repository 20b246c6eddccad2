#ifndef FLOWLINE_KERNELS_IMAGE_HPP
#define FLOWLINE_KERNELS_IMAGE_HPP

#include <cstdint>

#include "flowline/flowline.h"

namespace flowline {

/// One image of a tensor: (channels, height, width) elements and the distances between them.
struct Image {
  int32_t type;      ///< FLOWLINE_FLOAT32, FLOAT16 or BFLOAT16
  const void* data;  ///< element (0, 0, 0)
  int64_t channels, height, width;
  int64_t channel_stride, row_stride, column_stride;  ///< in elements, not negative
};

/// Image `index` of a tensor whose strides are filled in.
Image image_of(const flowline_tensor& tensor, int64_t index);

}  // namespace flowline
#endif
