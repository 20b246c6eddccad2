#ifndef FLOWLINE_TREE_BUFFER_HPP
#define FLOWLINE_TREE_BUFFER_HPP

#include <cstddef>
#include <memory>
#include <type_traits>

namespace flowline {

/// Workspace: an array that grows and never shrinks, whose elements have no value until they are
/// written. Unlike a vector's, memory that is not needed is not touched.
template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable<T>::value, "elements are not constructed");

 public:
  /// Room for so many elements; what was in it is lost if it grows.
  void reserve(size_t size) {
    if (size <= size_) return;
    size_ = 0;
    data_.reset();
    data_.reset(new T[size]);
    size_ = size;
  }
  T* data() const { return data_.get(); }
  T& operator[](size_t i) const { return data_[i]; }

 private:
  std::unique_ptr<T[]> data_;
  size_t size_ = 0;
};

}  // namespace flowline
#endif
