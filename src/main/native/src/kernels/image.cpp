#include "kernels/image.hpp"

#include "call/tensor_extent.hpp"

namespace flowline {

Image image_of(const flowline_tensor& tensor, int64_t index) {
  const int64_t bytes = size_of_element(tensor.type);
  return {tensor.type,
          static_cast<const char*>(tensor.data) + index * tensor.batch_stride * bytes,
          tensor.channels,
          tensor.height,
          tensor.width,
          tensor.channel_stride,
          tensor.row_stride,
          tensor.column_stride};
}

}  // namespace flowline
