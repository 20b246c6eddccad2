#ifndef FLOWLINE_TEST_DEVICE_MEMORY_CUH
#define FLOWLINE_TEST_DEVICE_MEMORY_CUH

#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#define CHECK_CUDA(call)                                                 \
  do {                                                                   \
    const cudaError_t error_of_call = (call);                            \
    if (error_of_call != cudaSuccess) {                                  \
      std::fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, \
                   cudaGetErrorString(error_of_call));                   \
      std::exit(1);                                                      \
    }                                                                    \
  } while (false)

/// An array of the current CUDA device; of no elements it is nullptr.
template <class Element>
class DeviceArray {
 public:
  explicit DeviceArray(size_t count) : count_(count) {
    if (count > 0) CHECK_CUDA(cudaMalloc(&data_, count * sizeof(Element)));
  }
  DeviceArray(const Element* values, size_t count) : DeviceArray(values == nullptr ? 0 : count) {
    if (data_ == nullptr) return;
    CHECK_CUDA(cudaMemcpy(data_, values, count * sizeof(Element), cudaMemcpyHostToDevice));
    CHECK_CUDA(cudaDeviceSynchronize());  // other streams do not wait for the last of the copy
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  Element* data() const { return data_; }

  /// Waits for the device first.
  void copy_to(Element* values) const {
    CHECK_CUDA(cudaDeviceSynchronize());
    if (data_ == nullptr) return;
    CHECK_CUDA(cudaMemcpy(values, data_, count_ * sizeof(Element), cudaMemcpyDeviceToHost));
  }

 private:
  size_t count_;
  Element* data_ = nullptr;
};

#endif
