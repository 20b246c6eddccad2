#include "checks/status.hpp"

#include <cstdio>

namespace flowline {
namespace {
thread_local char last_error[1024] = "";
}

void invalid(const std::string& message) { throw Error(FLOWLINE_INVALID_ARGUMENT, message); }

flowline_status fail(flowline_status status, const char* message) noexcept {
  std::snprintf(last_error, sizeof last_error, "%s", message);
  return status;
}

flowline_status succeed() noexcept {
  last_error[0] = '\0';
  return FLOWLINE_OK;
}

}  // namespace flowline

const char* flowline_version(void) { return FLOWLINE_VERSION; }

const char* flowline_last_error(void) { return flowline::last_error; }

flowline_status flowline_set_last_error(flowline_status status, const char* message) {
  return flowline::fail(status, message == nullptr ? "" : message);
}

const char* flowline_status_name(flowline_status status) {
  switch (status) {
    case FLOWLINE_OK:
      return "ok";
    case FLOWLINE_INVALID_ARGUMENT:
      return "invalid argument";
    case FLOWLINE_NOT_FINITE:
      return "not finite";
    case FLOWLINE_OUT_OF_MEMORY:
      return "out of memory";
    case FLOWLINE_UNSUPPORTED:
      return "unsupported";
    case FLOWLINE_UNAVAILABLE:
      return "unavailable";
    case FLOWLINE_TOO_FEW_IMAGES:
      return "too few images";
    case FLOWLINE_INTERNAL:
      return "internal error";
    default:
      return "unknown status";
  }
}
