#ifndef FLOWLINE_API_BYTES_HPP
#define FLOWLINE_API_BYTES_HPP

#include <cstdint>

namespace flowline {

/// The bytes of so many elements.
template <class Element>
constexpr int64_t bytes_of(int64_t elements) {
  return elements * static_cast<int64_t>(sizeof(Element));
}

}  // namespace flowline
#endif
