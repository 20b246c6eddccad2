#include <algorithm>
#include <memory>

#include "cuda/cuda_machine.hpp"

namespace flowline {

void require(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // this call has it; the next one starts without
  const flowline_status status =
      error == cudaErrorMemoryAllocation ? FLOWLINE_OUT_OF_MEMORY : FLOWLINE_INTERNAL;
  throw CudaError{status, std::string("CUDA, ") + what + ": " + cudaGetErrorString(error)};
}

namespace {

/// For its time the thread may do what would break a capture of somebody else's: to allocate and to
/// free has nothing to do with any stream's work.
class BesideCaptures {
 public:
  BesideCaptures() { cudaThreadExchangeStreamCaptureMode(&mode_); }
  ~BesideCaptures() { cudaThreadExchangeStreamCaptureMode(&mode_); }
  BesideCaptures(const BesideCaptures&) = delete;
  BesideCaptures& operator=(const BesideCaptures&) = delete;

 private:
  cudaStreamCaptureMode mode_ = cudaStreamCaptureModeRelaxed;
};

/// Functions of the driver API that the runtime API lacks; the driver is not linked.
struct Driver {
  CUresult (*get_current)(CUcontext*) = nullptr;
  CUresult (*set_current)(CUcontext) = nullptr;
  CUresult (*get_device)(CUdevice*) = nullptr;  // of the current context

  Driver() {
    find("cuCtxGetCurrent", reinterpret_cast<void**>(&get_current));
    find("cuCtxSetCurrent", reinterpret_cast<void**>(&set_current));
    find("cuCtxGetDevice", reinterpret_cast<void**>(&get_device));
  }

 private:
  static void find(const char* name, void** function) {
    constexpr unsigned int VERSION = 12000;  // of their signatures
    cudaDriverEntryPointQueryResult found;
    require(cudaGetDriverEntryPointByVersion(name, function, VERSION, cudaEnableDefault, &found),
            name);
    if (found != cudaDriverEntryPointSuccess) require(cudaErrorSymbolNotFound, name);
  }
};

const Driver& driver() {
  static const Driver found;
  return found;
}

}  // namespace

DeviceGuard::DeviceGuard(int32_t index) {
  CUdevice current;
  if (driver().get_current(&before_) != CUDA_SUCCESS) before_ = nullptr;
  if (before_ != nullptr && driver().get_device(&current) == CUDA_SUCCESS && current == index) {
    return;
  }
  require(cudaSetDevice(index), "device");
  changed_ = true;
}

DeviceGuard::~DeviceGuard() {
  if (changed_) driver().set_current(before_);
}

CudaMachine::CudaMachine(int32_t index, cudaStream_t stream) : index_(index), stream_(stream) {
  require(cudaGetDeviceProperties(&properties_, index), "properties");
}

// cudaFree waits for all that the device is doing.
CudaMachine::~CudaMachine() {
  const BesideCaptures beside;
  for (void* memory : memories_) cudaFree(memory);
}

void CudaMachine::load(const void* function) {
  cudaFuncAttributes attributes;
  const cudaError_t error = cudaFuncGetAttributes(&attributes, function);
  if (error == cudaErrorNoKernelImageForDevice || error == cudaErrorInvalidDeviceFunction) {
    cudaGetLastError();
    throw CudaError{FLOWLINE_UNAVAILABLE,
                    "no CUDA: libflowline_cuda was not built for this device's architecture"};
  }
  require(error, "kernels");
  allowed_most_shared_.reserve(++loaded_);
}

int32_t CudaMachine::grid_blocks(const void* function, int32_t threads) const {
  for (const auto& [known, blocks] : grid_blocks_) {
    if (known == function) return blocks;
  }
  int blocks = 0;
  require(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, function, threads, 0),
          "occupancy");
  grid_blocks_.emplace_back(function, blocks * properties_.multiProcessorCount);
  return grid_blocks_.back().second;
}

// Always the most: the limit is the function's, which other threads' contexts launch too.
void CudaMachine::allow_most_shared(const void* function) {
  if (std::find(allowed_most_shared_.begin(), allowed_most_shared_.end(), function) !=
      allowed_most_shared_.end()) {
    return;
  }
  require(cudaFuncSetAttribute(function, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(most_shared())),
          "shared memory");
  allowed_most_shared_.push_back(function);
}

void CudaMachine::read(void* host, const void* own, int64_t bytes) const {
  require_no_capture(A_COPY);
  require(cudaMemcpyAsync(host, own, static_cast<size_t>(bytes), cudaMemcpyDeviceToHost, stream_),
          "copy");
  require(cudaStreamSynchronize(stream_), "copy");
}

void CudaMachine::require_no_capture(const char* what) const {
  cudaStreamCaptureStatus capture = cudaStreamCaptureStatusNone;
  require(cudaStreamIsCapturing(stream_, &capture), "stream");
  if (capture != cudaStreamCaptureStatusNone) throw CudaError{FLOWLINE_INVALID_ARGUMENT, what};
}

void* CudaMachine::workspace(int64_t bytes) {
  if (bytes <= size_) return memories_.back();
  require_no_capture(
      "the workspace must grow, which a stream that is captured does not allow: call "
      "flowline_reserve, or make this call once, before");
  int64_t size = std::max(bytes, size_ + size_ / 2);
  memories_.reserve(memories_.size() + 1);
  void* memory = nullptr;
  const BesideCaptures beside;
  cudaError_t error = cudaMalloc(&memory, static_cast<size_t>(size));
  if (error == cudaErrorMemoryAllocation && size > bytes) {
    cudaGetLastError();
    size = bytes;  // there may be room for what is needed, if not for what is to come
    error = cudaMalloc(&memory, static_cast<size_t>(size));
  }
  require(error, "workspace");
  memories_.push_back(memory);
  size_ = size;
  return memory;
}

namespace {

/// A stream that waits for no other, not even for the default one.
class OwnStream {
 public:
  OwnStream() { require(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "stream"); }
  ~OwnStream() { cudaStreamDestroy(stream_); }
  OwnStream(const OwnStream&) = delete;
  OwnStream& operator=(const OwnStream&) = delete;

  cudaStream_t get() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

struct Release {
  void operator()(uint32_t* memory) const { cudaFree(memory); }
};

}  // namespace

uint32_t* held_words(const uint32_t* words, int64_t count) {
  const BesideCaptures beside;
  const size_t bytes = static_cast<size_t>(count) * sizeof(uint32_t);
  void* memory = nullptr;
  require(cudaMalloc(&memory, bytes), "field of view");
  std::unique_ptr<uint32_t, Release> held(static_cast<uint32_t*>(memory));
  const OwnStream stream;
  require(cudaMemcpyAsync(memory, words, bytes, cudaMemcpyHostToDevice, stream.get()), "copy");
  require(cudaStreamSynchronize(stream.get()), "copy");
  return held.release();
}

void release_words(uint32_t* held) {
  const BesideCaptures beside;
  cudaFree(held);
}

}  // namespace flowline
