#ifndef FLOWLINE_TREE_BUFFER_HPP
#define FLOWLINE_TREE_BUFFER_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace flowline {

/// Workspace: an array that grows and never shrinks, whose elements have no value until they are
/// written. Unlike a vector's, memory that is not needed is not touched.
template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable<T>::value, "elements are not constructed");

 public:
  /// Room for so many elements. Whether it grew: then what was in it is lost.
  bool reserve(size_t size) {
    if (size <= size_) return false;
    size_ = 0;
    data_.reset();
    data_.reset(new T[size]);
    size_ = size;
    prefer_large_pages(data_.get(), size * sizeof(T));
    return true;
  }
  T* data() const { return data_.get(); }
  T& operator[](size_t i) const { return data_[i]; }

 private:
  // Memory that is read all over the place wants few page table entries. What does not work costs
  // nothing but time.
  static void prefer_large_pages([[maybe_unused]] void* memory, [[maybe_unused]] size_t bytes) {
#ifdef MADV_HUGEPAGE
    constexpr uintptr_t PAGE = uintptr_t{1} << 21;
    const uintptr_t first = (reinterpret_cast<uintptr_t>(memory) + PAGE - 1) & ~(PAGE - 1);
    const uintptr_t last = (reinterpret_cast<uintptr_t>(memory) + bytes) & ~(PAGE - 1);
    if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#endif
  }

  std::unique_ptr<T[]> data_;
  size_t size_ = 0;
};

}  // namespace flowline
#endif
