#include "api/tensor_shape.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "api/struct_versions.hpp"
#include "call/tensor_extent.hpp"
#include "checks/status.hpp"

namespace flowline {
namespace {

// The places of a tensor's elements, counted from the first, as four distances and their numbers.
using Dimensions = std::array<std::pair<int64_t, int64_t>, 4>;  // (stride, size)

Dimensions dimensions_of(const flowline_tensor& tensor) {
  return {{{tensor.batch_stride, tensor.batch},
           {tensor.channel_stride, tensor.channels},
           {tensor.row_stride, tensor.height},
           {tensor.column_stride, tensor.width}}};
}

bool is_broadcast(const flowline_tensor& tensor) {
  return tensor.flags == FLOWLINE_TENSOR_BROADCAST;
}

// In version 0.2 tensors had no flags, and distances of 0 were meant.
bool may_repeat(const flowline_tensor& tensor) {
  return is_broadcast(tensor) || is_older(tensor, offsetof(flowline_tensor, flags));
}

void fill_in_strides(flowline_tensor* tensor) {
  if (is_broadcast(*tensor) || tensor->batch_stride != 0 || tensor->channel_stride != 0 ||
      tensor->row_stride != 0 || tensor->column_stride != 0) {
    return;
  }
  make_dense(tensor);
}

// A distance of 0 that nobody asked for is one that was forgotten.
void require_apart(const Name& name, const flowline_tensor& tensor) {
  constexpr const char* STRIDES[] = {"batch_stride", "channel_stride", "row_stride",
                                     "column_stride"};
  const Dimensions dimensions = dimensions_of(tensor);
  for (size_t i = 0; i < dimensions.size() && !may_repeat(tensor); i++) {
    const auto& [stride, size] = dimensions[i];
    if (stride != 0 || size == 1) continue;
    invalid(name.member(STRIDES[i]).text() + " must not be 0 for " + std::to_string(size) +
            " elements, unless all strides are 0 (dense) or flags has FLOWLINE_TENSOR_BROADCAST");
  }
}

void require_known_flags(const Name& name, uint32_t flags) {
  constexpr uint32_t KNOWN = FLOWLINE_TENSOR_BROADCAST;
  if ((flags & ~KNOWN) == 0) return;
  throw Error(FLOWLINE_UNSUPPORTED,
              name.text() + " has a flag that version " FLOWLINE_VERSION " does not know, got " +
                  std::to_string(flags));
}

[[noreturn]] void too_large(const Name& name) {
  invalid(name.text() + " has more elements than memory can hold");
}

}  // namespace

bool may_be_written(const flowline_tensor& tensor) {
  Dimensions dimensions = dimensions_of(tensor);
  std::sort(dimensions.begin(), dimensions.end());
  int64_t last = 0;
  for (const auto& [stride, size] : dimensions) {
    if (size == 1) continue;
    if (stride <= last) return false;
    last += stride * (size - 1);
  }
  return true;
}

flowline_tensor tensor_of(const flowline_tensor* tensor, const Name& name, bool with_data) {
  flowline_tensor known = known_part(tensor, name);
  require_between(name.member("type"), known.type, FLOWLINE_FLOAT32, FLOWLINE_BFLOAT16);
  const int64_t bytes = size_of_element(known.type);
  if (with_data) require_pointer(name.member("data"), known.data, static_cast<size_t>(bytes));
  require_between(name.member("batch"), known.batch, 1, MOST_IMAGES);
  require_between(name.member("channels"), known.channels, 1, MOST_CHANNELS);
  require_between(name.member("height"), known.height, 1, MOST_PIXELS);
  require_between(name.member("width"), known.width, 1, MOST_PIXELS);
  require_between(name.member("height * width"), known.height * known.width, 1, MOST_PIXELS);
  const int64_t most = MOST_BYTES / bytes;
  if (known.batch > most / (known.channels * (known.height * known.width))) too_large(name);
  require_between(name.member("batch_stride"), known.batch_stride, 0, INT64_MAX);
  require_between(name.member("channel_stride"), known.channel_stride, 0, INT64_MAX);
  require_between(name.member("row_stride"), known.row_stride, 0, INT64_MAX);
  require_between(name.member("column_stride"), known.column_stride, 0, INT64_MAX);
  require_known_flags(name.member("flags"), known.flags);
  require_between(name.member("reserved"), known.reserved, 0, 0);
  fill_in_strides(&known);
  int64_t last = 0;
  for (const auto& [stride, size] : dimensions_of(known)) {
    int64_t span;
    if (__builtin_mul_overflow(stride, size - 1, &span) ||
        __builtin_add_overflow(last, span, &last) || last >= most) {
      too_large(name);
    }
  }
  require_apart(name, known);
  const uintptr_t begin = with_data ? reinterpret_cast<uintptr_t>(known.data) : 0;
  if (static_cast<uintptr_t>((last + 1) * bytes) > UINTPTR_MAX - begin) too_large(name);
  return known;
}

}  // namespace flowline
