/* The exception that errors become, and the checks of sizes; part of flowline.hpp. */
#ifndef FLOWLINE_ERROR_HPP
#define FLOWLINE_ERROR_HPP

#if __cplusplus < 201703L && (!defined(_MSVC_LANG) || _MSVC_LANG < 201703L)
#error "flowline.hpp needs C++17"
#endif

#include <flowline/flowline.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// The error of a call; status() says which kind it is.
class Error : public std::runtime_error {
 public:
  Error(flowline_status status, const std::string& message)
      : std::runtime_error(message), status_(status) {}
  flowline_status status() const noexcept { return status_; }  ///< FLOWLINE_INVALID_ARGUMENT, ...

 private:
  flowline_status status_;
};

namespace detail {

[[noreturn]] inline void fail(flowline_status status, const std::string& message) {
  throw Error(status, std::string(flowline_status_name(status)) + ": " + message);
}

inline void check(flowline_status status) {
  if (status != FLOWLINE_OK) fail(status, flowline_last_error());
}

constexpr int64_t MOST_ELEMENTS = INT64_MAX / 8;

/// Returns how many elements an array of these sizes has.
inline size_t count(std::initializer_list<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes) {
    if (size < 0 || (size > 0 && product > MOST_ELEMENTS / size)) {
      fail(FLOWLINE_INVALID_ARGUMENT,
           "a size of " + std::to_string(size) + " is negative or more than memory can hold");
    }
    product *= size;
  }
  return static_cast<size_t>(product);
}

/// Returns whether `count` has an answer above 0. flowline.h refuses other sizes and names them.
inline bool is_countable(std::initializer_list<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes) {
    if (size <= 0 || product > MOST_ELEMENTS / size) return false;
    product *= size;
  }
  return true;
}

}  // namespace detail

}  // namespace v0
}  // namespace flowline
#endif
