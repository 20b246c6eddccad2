#include "api/footprint.hpp"

#include "api/tensor_shape.hpp"
#include "call/tensor_extent.hpp"
#include "checks/status.hpp"

namespace flowline {

// Checked: it reaches nowhere else, and overlaps nothing.
Footprint::Range Footprint::range_of(const Name& name, const void* data, int64_t bytes,
                                     bool written) const {
  const uintptr_t begin = reinterpret_cast<uintptr_t>(data);
  if (static_cast<uintptr_t>(bytes) > UINTPTR_MAX - begin) {
    invalid(name.text() + " reaches beyond the end of memory");
  }
  device_ != nullptr ? device_->require_own(name, data) : host_.require(name, data);
  const Range range = {name, begin, begin + static_cast<uintptr_t>(bytes), written};
  for (const Range* other = ranges_; other != ranges_ + count_; other++) {
    if ((written || other->written) && range.begin < other->end && other->begin < range.end) {
      invalid(name.text() + " overlaps " + other->name.text());
    }
  }
  return range;
}

void Footprint::add(const Name& name, const void* data, int64_t bytes, bool written) {
  if (data == nullptr) return;
  const Range range = range_of(name, data, bytes, written);
  if (count_ == MOST_RANGES) {
    throw Error(FLOWLINE_INTERNAL, "no room for the memory of " + name.text());
  }
  ranges_[count_++] = range;
}

void Footprint::add(const Name& name, const flowline_tensor& tensor, bool written) {
  const int64_t extent = extent_of(tensor);
  const bool dense = extent == elements_of(tensor) && may_be_written(tensor);  // and none twice
  const int64_t certain = dense ? extent : 1;
  add(name.member("data"), tensor.data, certain * size_of_element(tensor.type), written);
}

}  // namespace flowline
