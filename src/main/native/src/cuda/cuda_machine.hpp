#ifndef FLOWLINE_CUDA_CUDA_MACHINE_HPP
#define FLOWLINE_CUDA_CUDA_MACHINE_HPP

#include <cuda.h>
#include <cuda_runtime_api.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cuda/machine.hpp"
#include "cuda/team.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// The error of a call of CudaLibrary, inside of libflowline_cuda.
struct CudaError {
  flowline_status status;
  std::string text;
};

/// Throws CudaError unless all is well.
void require(cudaError_t error, const char* what);

// A kernel's structure is its launch's one argument, in constant memory. Blocks beyond the launch's
// grid are its first ones' work.
template <class Kernel>
__global__ void __launch_bounds__(Kernel::THREADS, Kernel::BLOCKS_AT_LEAST)
    run_blocks(const __grid_constant__ Kernel kernel, int64_t blocks) {
  extern __shared__ uint64_t shared[];
  for (int64_t block = blockIdx.x; block < blocks; block += gridDim.x) {
    kernel(BlockTeam(), block, reinterpret_cast<char*>(shared));
  }
}

template <class Kernel>
__global__ void __launch_bounds__(Kernel::THREADS, Kernel::BLOCKS_AT_LEAST)
    run_grid(const __grid_constant__ Kernel kernel) {
  kernel(GridTeam(), 0, nullptr);
}

/// The Machine (machine.hpp) that is a CUDA device with a stream. The device is current when its
/// members are called (see DeviceGuard).
class CudaMachine {
 public:
  CudaMachine(int32_t index, cudaStream_t stream);
  ~CudaMachine();
  CudaMachine(const CudaMachine&) = delete;
  CudaMachine& operator=(const CudaMachine&) = delete;

  int32_t index() const { return index_; }
  const char* name() const { return properties_.name; }
  void set_stream(cudaStream_t stream) { stream_ = stream; }

  /// Not to grow while the stream is captured. What it has grown out of it keeps, so that it waits
  /// for nobody to be done with it, and a graph that was captured before can still be launched.
  void* workspace(int64_t bytes);

  /// Copies device memory to the host's after the stream's work so far, and waits for it: not while
  /// the stream is captured.
  void read(void* host, const void* own, int64_t bytes) const;

  /// Throws CudaError if the stream is captured. what: cannot be done then.
  void require_no_capture(const char* what) const;

  /// What waits for the stream, in words.
  static constexpr const char* A_COPY =
      "the call copies to the host and waits, which a stream that is captured does not allow: make "
      "it before or after the capture";

  int64_t most_shared() const { return static_cast<int64_t>(properties_.sharedMemPerBlockOptin); }
  int32_t blocks_at_once() const { return 2 * properties_.multiProcessorCount; }

  template <class Kernel>
  int32_t grid_threads() const {
    const void* const function = reinterpret_cast<const void*>(run_grid<Kernel>);
    return Kernel::THREADS * grid_blocks(function, Kernel::THREADS);
  }

  /// Loads the code of a kernel, which the runtime would do at its first launch, and which a
  /// capture may not; and makes room for what its launches remember.
  template <class Kernel>
  void load() {
    load(reinterpret_cast<const void*>(run_blocks<Kernel>));
  }

  template <class Kernel>
  void load_grid() {
    load(reinterpret_cast<const void*>(run_grid<Kernel>));
    grid_threads<Kernel>();
  }

  template <class Kernel>
  void launch(const Kernel& kernel, int64_t blocks, int64_t shared) {
    constexpr int64_t MOST_BLOCKS = 0x7fffffff;
    constexpr int64_t WITHOUT_ASKING = 48 * 1024;
    const void* const function = reinterpret_cast<const void*>(run_blocks<Kernel>);
    if (shared > WITHOUT_ASKING) allow_most_shared(function);
    const unsigned int grid =
        static_cast<unsigned int>(blocks < MOST_BLOCKS ? blocks : MOST_BLOCKS);
    void* arguments[] = {const_cast<Kernel*>(&kernel), &blocks};
    require(cudaLaunchKernel(function, grid, Kernel::THREADS, arguments,
                             static_cast<size_t>(shared), stream_),
            "launch");
  }

  template <class Kernel>
  void launch_grid(const Kernel& kernel) {
    const unsigned int blocks = static_cast<unsigned int>(grid_threads<Kernel>() / Kernel::THREADS);
    void* arguments[] = {const_cast<Kernel*>(&kernel)};
    require(cudaLaunchCooperativeKernel(reinterpret_cast<const void*>(run_grid<Kernel>), blocks,
                                        Kernel::THREADS, arguments, 0, stream_),
            "launch");
  }

 private:
  void load(const void* function);
  int32_t grid_blocks(const void* function, int32_t threads) const;
  void allow_most_shared(const void* function);

  int32_t index_;
  cudaStream_t stream_;
  cudaDeviceProp properties_;
  std::vector<void*> memories_;  // the last one is the workspace
  int64_t size_ = 0;             // its bytes
  size_t loaded_ = 0;            // kernels
  std::vector<const void*> allowed_most_shared_;
  mutable std::vector<std::pair<const void*, int32_t>> grid_blocks_;  // by function, once asked for
};

static_assert(is_machine<CudaMachine>::value, "see machine.hpp");

/// Copies words of the host's to new memory of the current device, while streams are captured too:
/// by a stream of its own.
uint32_t* held_words(const uint32_t* words, int64_t count);
void release_words(uint32_t* held);  ///< waits for all that the device is doing

/// Makes a device the thread's current one, and on leaving what was: a context of the driver API's,
/// or none, which a cudaSetDevice would make one of a device that nobody asked for.
class DeviceGuard {
 public:
  explicit DeviceGuard(int32_t index);
  ~DeviceGuard();
  DeviceGuard(const DeviceGuard&) = delete;
  DeviceGuard& operator=(const DeviceGuard&) = delete;

 private:
  CUcontext before_ = nullptr;
  bool changed_ = false;
};

}  // namespace flowline
#endif
