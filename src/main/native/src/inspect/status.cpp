#include "checks/status.hpp"

// This library's own copies: the messages are libflowline's, so that callers ask in one place.
namespace flowline {

void invalid(const std::string& message) { throw Error(FLOWLINE_INVALID_ARGUMENT, message); }

flowline_status fail(flowline_status status, const char* message) noexcept {
  return flowline_set_last_error(status, message);
}

flowline_status succeed() noexcept { return flowline_set_last_error(FLOWLINE_OK, ""); }

}  // namespace flowline
