#ifndef FLOWLINE_API_ARGUMENTS_HPP
#define FLOWLINE_API_ARGUMENTS_HPP

#include <cstdint>
#include <string>

#include "flowline/flowline.h"

namespace flowline {

constexpr int64_t MOST_PIXELS = int64_t{1} << 28;  // of a map
constexpr int64_t MOST_CHANNELS = int64_t{1} << 28;
constexpr int64_t MOST_IMAGES = int64_t{1} << 30;  // of a batch

/// How an argument is called in a message, "latents[1].height"; put together only when it is
/// needed.
class Name {
 public:
  Name(const char* argument) : argument_(argument) {}  // NOLINT: a plain name is a Name
  Name(const char* array, int64_t index) : argument_(array), index_(index) {}
  Name member(const char* name) const;
  std::string text() const;

 private:
  const char* argument_;
  int64_t index_ = -1;
  const char* member_ = nullptr;
};

/// All of these throw Error(FLOWLINE_INVALID_ARGUMENT) naming the argument, its value and its
/// bound.
void require_between(const Name& name, int64_t value, int64_t low, int64_t high);
void require_pointer(const Name& name, const void* pointer, size_t alignment);
void require_optional_pointer(const Name& name, const void* pointer, size_t alignment);
void require_map(int64_t height, int64_t width);
void require_connectivity(int32_t connectivity);

flowline_maps maps_of(const flowline_maps* maps);

/// FLOWLINE_NOT_FINITE naming the array and the position if a value of a map is NaN or infinite.
void require_finite(const Name& name, const float* map, int64_t height, int64_t width);

int32_t threads_of(const flowline_context_options* options);
flowline_segment_options segment_options_of(const flowline_segment_options* options);

/// One tensor, checked, its strides filled in.
flowline_tensor tensor_of(const flowline_tensor* tensor, const Name& name);

}  // namespace flowline
#endif
