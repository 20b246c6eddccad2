#ifndef FLOWLINE_CALL_TENSOR_EXTENT_HPP
#define FLOWLINE_CALL_TENSOR_EXTENT_HPP

#include <cstdint>

#include "flowline/flowline.h"

namespace flowline {

/// The size of a tensor's elements, in bytes.
inline int64_t size_of_element(int32_t type) { return type == FLOWLINE_FLOAT32 ? 4 : 2; }

/// How many elements a tensor has.
inline int64_t elements_of(const flowline_tensor& tensor) {
  return tensor.batch * tensor.channels * tensor.height * tensor.width;
}

/// Elements from a tensor's first to its last in memory, both included: with the gaps. The strides
/// are filled in.
inline int64_t extent_of(const flowline_tensor& tensor) {
  return tensor.batch_stride * (tensor.batch - 1) + tensor.channel_stride * (tensor.channels - 1) +
         tensor.row_stride * (tensor.height - 1) + tensor.column_stride * (tensor.width - 1) + 1;
}

/// Fills in the strides of a dense, row-major tensor.
inline void make_dense(flowline_tensor* tensor) {
  tensor->column_stride = 1;
  tensor->row_stride = tensor->width;
  tensor->channel_stride = tensor->width * tensor->height;
  tensor->batch_stride = tensor->channel_stride * tensor->channels;
}

}  // namespace flowline
#endif
