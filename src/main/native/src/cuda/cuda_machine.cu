#include <algorithm>

#include "cuda/cuda_machine.hpp"

namespace flowline {

void require(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // this call has it; the next one starts without
  const flowline_status status =
      error == cudaErrorMemoryAllocation ? FLOWLINE_OUT_OF_MEMORY : FLOWLINE_INTERNAL;
  throw CudaError{status, std::string("CUDA, ") + what + ": " + cudaGetErrorString(error)};
}

Current::Current(int32_t index) : index_(index) {
  require(cudaGetDevice(&before_), "current device");
  if (before_ != index) require(cudaSetDevice(index), "device");
}

Current::~Current() {
  if (before_ != index_) cudaSetDevice(before_);
}

CudaMachine::CudaMachine(int32_t index, cudaStream_t stream) : index_(index), stream_(stream) {
  require(cudaGetDeviceProperties(&properties_, index), "properties");
}

// cudaFree waits for all that the device is doing.
CudaMachine::~CudaMachine() {
  for (void* memory : memories_) cudaFree(memory);
}

void* CudaMachine::workspace(int64_t bytes) {
  if (bytes <= size_) return memories_.back();
  cudaStreamCaptureStatus capture = cudaStreamCaptureStatusNone;
  require(cudaStreamIsCapturing(stream_, &capture), "stream");
  if (capture != cudaStreamCaptureStatusNone) {
    throw CudaError{FLOWLINE_INVALID_ARGUMENT,
                    "the workspace must grow, which a stream that is captured does not allow: call "
                    "flowline_reserve, or make this call once, before"};
  }
  const int64_t size = std::max(bytes, size_ + size_ / 2);
  memories_.reserve(memories_.size() + 1);
  void* memory = nullptr;
  require(cudaMalloc(&memory, static_cast<size_t>(size)), "workspace");
  memories_.push_back(memory);
  size_ = size;
  return memory;
}

}  // namespace flowline
