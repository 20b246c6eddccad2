#ifndef FLOWLINE_API_DEVICE_HPP
#define FLOWLINE_API_DEVICE_HPP

#include <cstdint>
#include <string>

#include "api/arguments.hpp"
#include "cuda/library.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// A CUDA device that a context computes on, by way of libflowline_cuda, which is opened when it is
/// first asked for: from this library's own folder, then by its SONAME.
///
/// All take arguments that are checked but for where their pointers point. They enqueue work on the
/// stream and return; they throw Error, FLOWLINE_UNAVAILABLE where there is no such device.
class Device {
 public:
  /// How many there are; at least 1.
  static int32_t count();

  Device(int32_t index, void* stream);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  /// "CUDA device 0, NVIDIA H200".
  const std::string& description() const { return description_; }

  void set_stream(void* stream);

  /// FLOWLINE_INVALID_ARGUMENT naming the argument unless the memory is this device's or managed.
  /// NULL passes.
  void require_own(const Name& name, const void* pointer) const;

  void energy(const flowline_tensor& latent, float* energy);
  void reserve(const CudaSegmentation& call);
  void segment(const CudaSegmentation& call);
  void coupling_forward(const flowline_coupling& coupling, const flowline_tensor& input,
                        const flowline_tensor& subnet, float* output, double* log_det);
  void coupling_undo_affine(const flowline_coupling& coupling, const flowline_tensor& input,
                            float* output, double* log_det);
  void coupling_inverse(const flowline_coupling& coupling, const flowline_tensor& latent,
                        const flowline_tensor& subnet, double* log_det);

 private:
  const CudaLibrary& library_;
  void* device_ = nullptr;
  std::string description_;
};

/// Memory that the host can read. Costs next to nothing in a process that has not loaded CUDA's
/// driver.
class HostMemory {
 public:
  /// cuPointerGetAttribute of the driver API.
  using PointerAttribute = int (*)(void* data, int attribute, unsigned long long address);

  HostMemory();

  /// FLOWLINE_INVALID_ARGUMENT naming the argument if the pointer is memory of a CUDA device that
  /// the host cannot read. NULL passes.
  void require(const Name& name, const void* pointer) const;

 private:
  PointerAttribute attribute_;  // nullptr: no driver is loaded
};

}  // namespace flowline
#endif
