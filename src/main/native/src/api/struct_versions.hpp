#ifndef FLOWLINE_API_STRUCT_VERSIONS_HPP
#define FLOWLINE_API_STRUCT_VERSIONS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "checks/argument_checks.hpp"
#include "checks/status.hpp"
#include "flowline/flowline.h"

namespace flowline {

// The shortest form of each structure: that of version 0.1 up to the last member that it cannot do
// without. It never grows; what a later version adds is zero where the caller does not have it.
template <class Struct>
inline constexpr size_t SHORTEST = 0;
template <>
inline constexpr size_t SHORTEST<flowline_context_options> = offsetof(flowline_context_options,
                                                                      device);
template <>
inline constexpr size_t SHORTEST<flowline_tensor> = offsetof(flowline_tensor, batch_stride);
template <>
inline constexpr size_t SHORTEST<flowline_segment_options> = offsetof(flowline_segment_options,
                                                                      roi_x);
template <>
inline constexpr size_t SHORTEST<flowline_region_law> = offsetof(flowline_region_law, height);
template <>
inline constexpr size_t SHORTEST<flowline_maps> = offsetof(flowline_maps, min_log10_nfa);
template <>
inline constexpr size_t SHORTEST<flowline_inspection> = offsetof(flowline_inspection, maps);
template <>
inline constexpr size_t SHORTEST<flowline_repeatability> = sizeof(flowline_repeatability);
template <>
inline constexpr size_t SHORTEST<flowline_frame> = offsetof(flowline_frame, crop_x);
template <>
inline constexpr size_t SHORTEST<flowline_preprocessing> = sizeof(flowline_preprocessing);
template <>
inline constexpr size_t SHORTEST<flowline_coupling> = offsetof(flowline_coupling, gain);
template <>
inline constexpr size_t SHORTEST<flowline_flow_step> = sizeof(flowline_flow_step);
template <>
inline constexpr size_t SHORTEST<flowline_flow_step_gradients> =
    sizeof(flowline_flow_step_gradients);
template <>
inline constexpr size_t SHORTEST<flowline_attention> = sizeof(flowline_attention);

// Members are only ever added, at the end.
#if UINTPTR_MAX == UINT64_MAX
static_assert(offsetof(flowline_tensor, flags) == 80, "version 0.2 ended here");
static_assert(offsetof(flowline_region_law, height) == 32, "version 0.2 ended here");
static_assert(offsetof(flowline_segment_options, field_of_view) == 72, "version 0.2 ended here");
static_assert(offsetof(flowline_context_options, parallel) == 32, "earlier forms ended here");
static_assert(sizeof(flowline_context_options) == 40, "the ABI");
static_assert(sizeof(flowline_tensor) == 88, "the ABI");
static_assert(offsetof(flowline_region_law, baseline) == 48, "before relative laws it ended here");
static_assert(sizeof(flowline_region_law) == 64, "the ABI");
static_assert(sizeof(flowline_segment_options) == 88, "the ABI");
static_assert(sizeof(flowline_maps) == 80, "the ABI");
static_assert(sizeof(flowline_region) == 56, "the ABI");
static_assert(offsetof(flowline_inspection, guard_below) == 80, "earlier forms ended here");
static_assert(sizeof(flowline_inspection) == 96, "the ABI");
static_assert(sizeof(flowline_repeatability) == 64, "the ABI");
static_assert(sizeof(flowline_coupling) == 40, "the ABI");
static_assert(sizeof(flowline_flow_step) == 56, "the ABI");
static_assert(sizeof(flowline_flow_step_gradients) == 56, "the ABI");
static_assert(sizeof(flowline_attention) == 104, "the ABI");
static_assert(offsetof(flowline_frame, bits) == 72, "before bits of a frame it ended here");
static_assert(sizeof(flowline_frame) == 80, "the ABI");
static_assert(sizeof(flowline_preprocessing) == 48, "the ABI");
#endif

// Whether a structure is of the time before a member was added, which is then 0 and what others mean
// may be what they meant. added: the member's offset.
template <class Struct>
bool is_older(const Struct& known, size_t added) {
  return known.struct_size <= added;
}

// The caller's structure in this library's form. A longer one may ask for nothing in its surplus.
template <class Struct>
Struct known_part(const Struct* given, const Name& name) {
  static_assert(SHORTEST<Struct> != 0, "how short may it be?");
  require_pointer(name, given, alignof(Struct));
  constexpr uint32_t LONGEST = 4096;
  const uint32_t size = given->struct_size;
  require_between(name.member("struct_size"), size, SHORTEST<Struct>, LONGEST);
  // No version has such a size: it would end in the middle of a member, which may be a pointer.
  if (size % alignof(Struct) != 0) {
    invalid(name.member("struct_size").text() + " must be a multiple of " +
            std::to_string(alignof(Struct)) + ", got " + std::to_string(size));
  }
  const char* bytes = reinterpret_cast<const char*>(given);
  const uint32_t common = std::min<uint32_t>(size, sizeof(Struct));
  if (std::any_of(bytes + common, bytes + size, [](char byte) { return byte != 0; })) {
    throw Error(FLOWLINE_UNSUPPORTED,
                name.text() + " sets a member that version " FLOWLINE_VERSION " does not know");
  }
  Struct known{};
  std::memcpy(&known, given, common);
  return known;
}

// Element `index` of the caller's array of structures, all of which are as long as the first.
template <class Struct>
const Struct* element_of(const Struct* array, int64_t index, const Name& name) {
  require_pointer(name, array, alignof(Struct));
  const char* at = reinterpret_cast<const char*>(array) + index * int64_t{array->struct_size};
  const Struct* element = reinterpret_cast<const Struct*>(at);
  require_aligned(name, element, alignof(Struct));
  if (element->struct_size != array->struct_size) {
    invalid(name.member("struct_size").text() + " must be that of the first, " +
            std::to_string(array->struct_size) + ", got " + std::to_string(element->struct_size));
  }
  return element;
}

}  // namespace flowline
#endif
