#ifndef FLOWLINE_API_WRITTEN_ARRAYS_HPP
#define FLOWLINE_API_WRITTEN_ARRAYS_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checks/argument_checks.hpp"

namespace flowline {

/// The arrays that a call writes, however many there are. A Footprint has room for a call's few
/// arguments, and compares each with every other one.
class WrittenArrays {
 public:
  /// Begins with none. Later calls allocate nothing if there were as many before.
  void clear() { arrays_.clear(); }

  /// NULL takes no memory.
  void add(const Name& name, const void* data, int64_t bytes);

  /// Throws Error(FLOWLINE_INVALID_ARGUMENT) naming two that overlap, first the one added later.
  void require_apart();

 private:
  struct Array {
    uintptr_t begin, end;
    size_t order;
    Name name;
  };
  std::vector<Array> arrays_;
};

}  // namespace flowline
#endif
