#ifndef FLOWLINE_API_FOOTPRINT_HPP
#define FLOWLINE_API_FOOTPRINT_HPP

#include <cstdint>

#include "backend/backend.hpp"
#include "backend/host_pointers.hpp"
#include "checks/argument_checks.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// The memory of one call's arguments: all of it the backend's, or the host's if none is given, and
/// no output overlaps anything. NULL takes none.
///
/// Both throw Error(FLOWLINE_INVALID_ARGUMENT) naming the argument, and Error(FLOWLINE_INTERNAL) if
/// there are more than MOST_RANGES. Only what is certain counts as
/// an overlap: tensors with gaps may lie in each other's gaps, so that of such a one the first
/// element alone is taken.
class Footprint {
 public:
  /// The memory of one call: its latents, and the other arguments of flowline_inspect.
  static constexpr int MOST_RANGES = MOST_SCALES + 14;

  Footprint() = default;
  explicit Footprint(const Backend& backend) : device_(backend.is_host() ? nullptr : &backend) {}

  void read(const Name& name, const void* data, int64_t bytes) { add(name, data, bytes, false); }
  void write(const Name& name, const void* data, int64_t bytes) { add(name, data, bytes, true); }
  void read(const Name& name, const flowline_tensor& tensor) { add(name, tensor, false); }
  void write(const Name& name, const flowline_tensor& tensor) { add(name, tensor, true); }

  /// Checks an output as write does, and does not add it: for outputs of any number, which
  /// WrittenArrays compares with each other.
  void require_apart(const Name& name, const void* data, int64_t bytes) const {
    if (data != nullptr) range_of(name, data, bytes, true);
  }

 private:
  struct Range {
    Name name;
    uintptr_t begin, end;
    bool written;
  };

  Range range_of(const Name& name, const void* data, int64_t bytes, bool written) const;
  void add(const Name& name, const void* data, int64_t bytes, bool written);
  void add(const Name& name, const flowline_tensor& tensor, bool written);

  const Backend* device_ = nullptr;  // nullptr: host memory
  HostPointers host_;
  Range ranges_[MOST_RANGES];
  int count_ = 0;
};

}  // namespace flowline
#endif
