#ifndef FLOWLINE_TEST_GARBAGE_HEAP_HPP
#define FLOWLINE_TEST_GARBAGE_HEAP_HPP

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

/// A source for lay_out: every array by itself, so that AddressSanitizer sees its ends, and full of
/// garbage.
class GarbageHeap {
 public:
  template <class Element>
  void take(Element** array, int64_t count) {
    const size_t bytes = static_cast<size_t>(count) * sizeof(Element);
    pieces_.emplace_back(new char[bytes]);
    std::memset(pieces_.back().get(), 0xa5, bytes);
    *array = reinterpret_cast<Element*>(pieces_.back().get());
  }

 private:
  std::vector<std::unique_ptr<char[]>> pieces_;
};

#endif
