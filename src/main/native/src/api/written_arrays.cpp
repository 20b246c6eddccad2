#include "api/written_arrays.hpp"

#include <algorithm>

#include "checks/status.hpp"

namespace flowline {

void WrittenArrays::add(const Name& name, const void* data, int64_t bytes) {
  if (data == nullptr) return;
  const uintptr_t begin = reinterpret_cast<uintptr_t>(data);
  arrays_.push_back({begin, begin + static_cast<uintptr_t>(bytes), arrays_.size(), name});
}

void WrittenArrays::require_apart() {
  std::sort(arrays_.begin(), arrays_.end(), [](const Array& a, const Array& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.order < b.order;
  });
  // Up to the first that overlaps one before it, each ends before the next begins.
  for (size_t i = 1; i < arrays_.size(); i++) {
    const Array &a = arrays_[i - 1], &b = arrays_[i];
    if (b.begin >= a.end) continue;
    const Array &later = a.order > b.order ? a : b, &earlier = a.order > b.order ? b : a;
    invalid(later.name.text() + " overlaps " + earlier.name.text());
  }
}

}  // namespace flowline
