#ifndef FLOWLINE_INSPECT_LIBFLOWLINE_HPP
#define FLOWLINE_INSPECT_LIBFLOWLINE_HPP

#include <string>

#include "api/struct_versions.hpp"
#include "checks/status.hpp"
#include "flowline/inspect.h"

namespace flowline {

template <>
inline constexpr size_t SHORTEST<flowline_model_options> = sizeof(flowline_model_options);
template <>
inline constexpr size_t SHORTEST<flowline_judgement> = sizeof(flowline_judgement);

#if UINTPTR_MAX == UINT64_MAX
static_assert(sizeof(flowline_model_options) == 40, "the ABI");
static_assert(sizeof(flowline_judgement) == 80, "the ABI");
#endif

/// Passes an error of libflowline on, with what comes before its message.
inline void require_ok(flowline_status status, const std::string& before = "") {
  if (status != FLOWLINE_OK) throw Error(status, before + flowline_last_error());
}

}  // namespace flowline
#endif
