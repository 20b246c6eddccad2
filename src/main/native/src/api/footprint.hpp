#ifndef FLOWLINE_API_FOOTPRINT_HPP
#define FLOWLINE_API_FOOTPRINT_HPP

#include <cstdint>

#include "api/arguments.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// The memory of one call's arguments, of which an output may overlap nothing. NULL takes none.
///
/// Both throw Error(FLOWLINE_INVALID_ARGUMENT) naming the two. Only what is certain counts: tensors
/// with gaps may lie in each other's gaps, so that of such a one the first element alone is taken.
class Footprint {
 public:
  void read(const Name& name, const void* data, int64_t bytes) { add(name, data, bytes, false); }
  void write(const Name& name, const void* data, int64_t bytes) { add(name, data, bytes, true); }
  void read(const Name& name, const flowline_tensor& tensor) { add(name, tensor, false); }
  void write(const Name& name, const flowline_tensor& tensor) { add(name, tensor, true); }

 private:
  struct Range {
    Name name;
    uintptr_t begin, end;
    bool written;
  };

  void add(const Name& name, const void* data, int64_t bytes, bool written);
  void add(const Name& name, const flowline_tensor& tensor, bool written);

  Range ranges_[MOST_SCALES + 8];
  int count_ = 0;
};

}  // namespace flowline
#endif
