#ifndef FLOWLINE_BACKEND_HOST_POINTERS_HPP
#define FLOWLINE_BACKEND_HOST_POINTERS_HPP

#include "checks/argument_checks.hpp"

namespace flowline {

/// Tells pointers that the host can read from those of a CUDA device, by asking the CUDA driver if
/// the process has loaded one. Without a driver it costs next to nothing.
class HostPointers {
 public:
  /// cuPointerGetAttribute of the driver API.
  using PointerAttribute = int (*)(void* data, int attribute, unsigned long long address);

  HostPointers();

  /// Throws FLOWLINE_INVALID_ARGUMENT naming the argument if the pointer is memory of a CUDA device
  /// that the host cannot read. NULL passes.
  void require(const Name& name, const void* pointer) const;

 private:
  PointerAttribute attribute_;  // nullptr: no driver is loaded
};

}  // namespace flowline
#endif
