#include "cuda/cuda_machine.hpp"

namespace flowline {

void require(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // this call has it; the next one starts without
  const flowline_status status =
      error == cudaErrorMemoryAllocation ? FLOWLINE_OUT_OF_MEMORY : FLOWLINE_INTERNAL;
  throw CudaError{status, std::string("CUDA, ") + what + ": " + cudaGetErrorString(error)};
}

Current::Current(int32_t index) {
  require(cudaGetDevice(&before_), "current device");
  require(cudaSetDevice(index), "device");
}

Current::~Current() { cudaSetDevice(before_); }

CudaMachine::CudaMachine(int32_t index, cudaStream_t stream) : index_(index), stream_(stream) {
  require(cudaGetDeviceProperties(&properties_, index), "properties");
  int pools = 0;
  require(cudaDeviceGetAttribute(&pools, cudaDevAttrMemoryPoolsSupported, index), "properties");
  pooled_ = pools != 0;
}

CudaMachine::~CudaMachine() {
  if (workspace_ == nullptr) return;
  cudaStreamSynchronize(stream_);
  release();
}

void CudaMachine::release() noexcept {
  if (workspace_ == nullptr) return;
  if (pooled_) {
    cudaFreeAsync(workspace_, stream_);
  } else {
    cudaFree(workspace_);
  }
  workspace_ = nullptr;
  size_ = 0;
}

void* CudaMachine::workspace(int64_t bytes) {
  if (bytes <= size_) return workspace_;
  cudaStreamCaptureStatus capture = cudaStreamCaptureStatusNone;
  require(cudaStreamIsCapturing(stream_, &capture), "stream");
  if (capture != cudaStreamCaptureStatusNone) {
    throw CudaError{FLOWLINE_INVALID_ARGUMENT,
                    "the workspace must grow, which a stream that is captured does not allow: call "
                    "flowline_reserve first"};
  }
  release();
  const size_t size = static_cast<size_t>(bytes);
  require(pooled_ ? cudaMallocAsync(&workspace_, size, stream_) : cudaMalloc(&workspace_, size),
          "workspace");
  size_ = bytes;
  return workspace_;
}

}  // namespace flowline
