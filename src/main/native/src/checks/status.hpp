#ifndef FLOWLINE_CHECKS_STATUS_HPP
#define FLOWLINE_CHECKS_STATUS_HPP

#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "checks/floating_point_mode.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// The error of a call, inside the library; it never leaves it.
class Error : public std::exception {
 public:
  Error(flowline_status status, std::string message)
      : status_(status), message_(std::move(message)) {}
  flowline_status status() const noexcept { return status_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  flowline_status status_;
  std::string message_;
};

[[noreturn]] void invalid(const std::string& message);

/// Remembers the thread's message and gives the status back.
flowline_status fail(flowline_status status, const char* message) noexcept;
flowline_status succeed() noexcept;

/// Not inlined: no arithmetic of the body leaves the scope of the mode around it.
template <class Body>
__attribute__((noinline)) void run_body(Body& body) {
  body();
}

/// The one translator of exceptions into statuses: every entry point runs inside it.
template <class Body>
flowline_status translate(Body&& body) noexcept {
  const FloatingPointMode standard;
  try {
    run_body(body);
    return succeed();
  } catch (const Error& error) {
    return fail(error.status(), error.what());
  } catch (const std::bad_alloc&) {
    return fail(FLOWLINE_OUT_OF_MEMORY, "out of memory");
  } catch (const std::length_error&) {  // of a vector: more than any memory
    return fail(FLOWLINE_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& error) {
    return fail(FLOWLINE_INTERNAL, error.what());
  } catch (...) {
    return fail(FLOWLINE_INTERNAL, "unknown exception");
  }
}

}  // namespace flowline
#endif
