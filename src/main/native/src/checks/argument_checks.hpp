#ifndef FLOWLINE_CHECKS_ARGUMENT_CHECKS_HPP
#define FLOWLINE_CHECKS_ARGUMENT_CHECKS_HPP

#include <cstddef>
#include <cstdint>
#include <string>

#include "checks/limits.hpp"

namespace flowline {

/// The name of an argument in messages, "latents[1].height", "steps[2].coupling.gain"; put together
/// only when it is needed.
class Name {
 public:
  Name(const char* argument = "") : argument_(argument) {}  // NOLINT: a plain name is a Name
  Name(const char* array, int64_t index) : argument_(array), index_(index) {}
  Name member(const char* name) const;
  std::string text() const;

 private:
  const char* argument_;
  int64_t index_ = -1;
  const char* member_ = nullptr;
  const char* inner_ = nullptr;  // of the member
};

/// All of these throw Error(FLOWLINE_INVALID_ARGUMENT) naming the argument, its value and its
/// bound.
void require_between(const Name& name, int64_t value, int64_t low, int64_t high);
void require_pointer(const Name& name, const void* pointer, size_t alignment);
void require_aligned(const Name& name, const void* pointer, size_t alignment);
void require_map(int64_t height, int64_t width);
void require_connectivity(int32_t connectivity);
void require_finite_value(const Name& name, float value);
void require_positive(const Name& name, float value);  // and finite

}  // namespace flowline
#endif
