/* The pixels that are tested; part of flowline.hpp. */
#ifndef FLOWLINE_FIELD_OF_VIEW_HPP
#define FLOWLINE_FIELD_OF_VIEW_HPP

#include <flowline/flowline.h>

#include <cstdint>
#include <utility>

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// A box in pixels of the maps; all 0: everywhere.
struct Box {
  int64_t x = 0, y = 0, width = 0, height = 0;
};

/// A field of view that was prepared for many calls, by Context::field_of_view. It does not change:
/// any number of threads and of contexts of its device may use it. It can be moved and not copied,
/// and may outlive its context; see flowline_field_of_view_create.
class FieldOfView {
 public:
  /// Takes over what flowline_field_of_view_create made.
  explicit FieldOfView(flowline_field_of_view* handle) : handle_(handle) {}
  ~FieldOfView() { flowline_field_of_view_destroy(handle_); }
  FieldOfView(FieldOfView&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  FieldOfView& operator=(FieldOfView&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }

  /// Returns the field of view for calls of flowline.h; nullptr once it was moved from.
  const flowline_field_of_view* handle() const { return handle_; }

 private:
  flowline_field_of_view* handle_;
};

}  // namespace v0
}  // namespace flowline
#endif
