/* Views of elements in memory that somebody else owns; part of flowline.hpp. */
#ifndef FLOWLINE_SPAN_HPP
#define FLOWLINE_SPAN_HPP

#include <cstddef>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <vector>

#include "flowline/error.hpp"

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// A view of elements side by side that somebody else owns. An empty one gives or asks for nothing.
template <class Element>
class Span {
  using Value = std::remove_const_t<Element>;
  template <class T>
  using IfConst = std::enable_if_t<std::is_const<T>::value>;

 public:
  Span() = default;
  Span(Element* data, size_t size) : data_(data), size_(size) {}
  Span(std::vector<Value>& vector) : Span(vector.data(), vector.size()) {}  // NOLINT: a view
  template <class T = Element, class = IfConst<T>>
  Span(const std::vector<Value>& vector) : Span(vector.data(), vector.size()) {}  // NOLINT
  Span(const std::vector<Value>&&) = delete;  // it would be gone before the view
  template <size_t Size>
  Span(Element (&array)[Size]) : Span(array, Size) {}  // NOLINT
  template <size_t Size>
  Span(Element (&&)[Size]) = delete;
  Span(std::initializer_list<Value>) = delete;  // nor does a list in braces stay
  template <class T, class = std::enable_if_t<!std::is_same<T, Element>::value &&
                                              std::is_same<const T, Element>::value>>
  Span(const Span<T>& other) : Span(other.data(), other.size()) {}  // NOLINT

  Element* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// Returns the elements, which must be `needed`; nullptr if there are none and they are optional.
  Element* require_size(const char* name, size_t needed, bool optional = false) const {
    if (size_ == needed) return data_;
    if (optional && size_ == 0) return nullptr;
    detail::fail(FLOWLINE_INVALID_ARGUMENT, std::string(name) + " must have " +
                                                std::to_string(needed) + " elements, got " +
                                                std::to_string(size_));
  }

 private:
  Element* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace v0
}  // namespace flowline
#endif
