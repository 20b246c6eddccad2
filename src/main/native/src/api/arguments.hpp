#ifndef FLOWLINE_API_ARGUMENTS_HPP
#define FLOWLINE_API_ARGUMENTS_HPP

#include <cstdint>
#include <string>
#include <vector>

#include "flowline/flowline.h"

namespace flowline {

constexpr int64_t MOST_PIXELS = int64_t{1} << 28;

/// All of these throw Error(FLOWLINE_INVALID_ARGUMENT) naming the argument, its value and its
/// bound.
void require_between(const char* name, int64_t value, int64_t low, int64_t high);
void require_pointer(const char* name, const void* pointer, size_t alignment);
void require_optional_pointer(const char* name, const void* pointer, size_t alignment);
void require_map(int64_t height, int64_t width);
void require_connectivity(int32_t connectivity);

/// FLOWLINE_NOT_FINITE naming the array and the position if a value of a map is NaN or infinite.
void require_finite(const char* name, const float* map, int64_t height, int64_t width);

int32_t threads_of(const flowline_context_options* options);
flowline_segment_options segment_options_of(const flowline_segment_options* options);

/// One latent, checked. `name` stands before the member in a message: "latents[1]".
flowline_latent latent_of(const flowline_latent* latent, const std::string& name);

}  // namespace flowline
#endif
