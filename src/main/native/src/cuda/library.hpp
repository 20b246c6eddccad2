#ifndef FLOWLINE_CUDA_LIBRARY_HPP
#define FLOWLINE_CUDA_LIBRARY_HPP

#include <cstdint>

#include "call/segment_call.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// The message of an error on the device's side; it names no argument.
struct CudaMessage {
  char text[448];
};

/// The number of this interface, higher with every change of CudaLibrary, of SegmentCall, or of
/// what they contain.
constexpr int32_t CUDA_INTERFACE = 4;

/// The functions of libflowline_cuda that libflowline calls. Every call that returns a status fills
/// the message where it is not FLOWLINE_OK, makes the device current for its own time only,
/// enqueues its work on the device's stream and waits for nothing.
struct CudaLibrary {
  // First and in this order for ever, so that a library of any other build can be turned away.
  const char* version;  ///< FLOWLINE_VERSION of its build
  int32_t interface;    ///< CUDA_INTERFACE of its build
  int32_t call_bytes;   ///< sizeof(SegmentCall) in its build

  flowline_status (*devices)(int32_t* devices, CudaMessage* message);
  flowline_status (*open)(int32_t index, void* stream, void** device, CudaMessage* message);
  void (*close)(void* device);
  const char* (*name)(void* device);
  flowline_status (*set_stream)(void* device, void* stream, CudaMessage* message);

  /// Is the address in memory of this device, or managed? 1, else 0 and the message says where it
  /// lies.
  int32_t (*is_own)(void* device, const void* address, CudaMessage* message);

  /// Copies this device's memory to the host's after what the stream has to do before, and waits
  /// for it: not while the stream is captured.
  flowline_status (*read)(void* device, void* host, const void* own, int64_t bytes,
                          CudaMessage* message);

  /// Likewise the elements of a tensor of any strides, which become dense and row-major.
  flowline_status (*read_dense)(void* device, void* host, const flowline_tensor* own,
                                CudaMessage* message);

  /// Copies words of the host's to new memory of a device, and waits for the copy alone: while
  /// streams are captured, too.
  flowline_status (*hold)(int32_t index, const uint32_t* words, int64_t count, uint32_t** held,
                          CudaMessage* message);

  /// Frees such memory. Waits for the device.
  void (*release)(int32_t index, uint32_t* held);

  flowline_status (*energy)(void* device, const flowline_tensor* latent, float* energy,
                            CudaMessage* message);
  flowline_status (*reserve)(void* device, const SegmentCall* call, CudaMessage* message);
  flowline_status (*segment)(void* device, const SegmentCall* call, CudaMessage* message);
  flowline_status (*coupling_forward)(void* device, const flowline_coupling* coupling,
                                      const flowline_tensor* input, const flowline_tensor* subnet,
                                      float* output, double* log_det, CudaMessage* message);
  flowline_status (*coupling_undo_affine)(void* device, const flowline_coupling* coupling,
                                          const flowline_tensor* input, float* output,
                                          double* log_det, CudaMessage* message);
  flowline_status (*coupling_inverse)(void* device, const flowline_coupling* coupling,
                                      const flowline_tensor* latent, const flowline_tensor* subnet,
                                      double* log_det, CudaMessage* message);
};

/// The one symbol that libflowline_cuda exports, and its type.
constexpr const char* CUDA_LIBRARY_ENTRY = "flowline_cuda_library";
using CudaLibraryEntry = const CudaLibrary* (*)();

}  // namespace flowline
#endif
