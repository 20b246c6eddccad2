#include "checks/argument_checks.hpp"

#include <cmath>

#include "checks/status.hpp"
#include "flowline/flowline.h"

namespace flowline {

Name Name::member(const char* name) const {
  Name result = *this;
  (member_ == nullptr ? result.member_ : result.inner_) = name;
  return result;
}

std::string Name::text() const {
  std::string text = argument_;
  if (index_ >= 0) text += "[" + std::to_string(index_) + "]";
  if (member_ != nullptr) text += std::string(".") + member_;
  if (inner_ != nullptr) text += std::string(".") + inner_;
  return text;
}

void require_between(const Name& name, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return;
  const std::string bound =
      low == high ? std::to_string(low) : std::to_string(low) + " to " + std::to_string(high);
  invalid(name.text() + " must be " + bound + ", got " + std::to_string(value));
}

void require_aligned(const Name& name, const void* pointer, size_t alignment) {
  if (reinterpret_cast<uintptr_t>(pointer) % alignment == 0) return;
  invalid(name.text() + " must be aligned to " + std::to_string(alignment) + " bytes");
}

void require_pointer(const Name& name, const void* pointer, size_t alignment) {
  if (pointer == nullptr) invalid(name.text() + " must not be NULL");
  require_aligned(name, pointer, alignment);
}

void require_map(int64_t height, int64_t width) {
  require_between("height", height, 1, MOST_PIXELS);
  require_between("width", width, 1, MOST_PIXELS);
  require_between("height * width", height * width, 1, MOST_PIXELS);
}

void require_connectivity(int32_t connectivity) {
  if (connectivity == 4 || connectivity == 8) return;
  invalid("connectivity must be 4 or 8, got " + std::to_string(connectivity));
}

void require_finite_value(const Name& name, float value) {
  if (std::isfinite(value)) return;
  invalid(name.text() + " must be finite, got " + std::to_string(value));
}

void require_positive(const Name& name, float value) {
  if (std::isfinite(value) && value > 0.0f) return;
  invalid(name.text() + " must be positive and finite, got " + std::to_string(value));
}

}  // namespace flowline
