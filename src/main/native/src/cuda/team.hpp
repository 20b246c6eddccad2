#ifndef FLOWLINE_CUDA_TEAM_HPP
#define FLOWLINE_CUDA_TEAM_HPP

#include <cooperative_groups.h>

#include <cstdint>

namespace flowline {

/// The threads that work through a kernel together, phase by phase. A kernel is written once, as a
/// function of a Team:
///
///     int32_t threads() const       how many there are
///     void each(count, body)        body(i) for every i in 0..count-1, thread t those that are t
///                                   modulo threads(), ascending; then a barrier
///
/// Outside of the bodies all threads run the same code on the same values: what they branch on
/// there is an argument, or memory that no phase is writing.
///
/// These are the device's; emulation.hpp has the host's.

/// One thread block.
class BlockTeam {
 public:
  __device__ int32_t threads() const { return static_cast<int32_t>(blockDim.x); }

  template <class Body>
  __device__ void each(int32_t count, Body&& body) const {
    for (int32_t i = static_cast<int32_t>(threadIdx.x); i < count; i += threads()) body(i);
    __syncthreads();
  }
};

/// All blocks of a cooperative launch.
class GridTeam {
 public:
  __device__ int32_t threads() const { return static_cast<int32_t>(gridDim.x * blockDim.x); }

  template <class Body>
  __device__ void each(int32_t count, Body&& body) const {
    // Unsigned, so that the last step does not overflow.
    const uint32_t step = gridDim.x * blockDim.x;
    for (uint32_t i = blockIdx.x * blockDim.x + threadIdx.x; i < static_cast<uint32_t>(count);
         i += step) {
      body(static_cast<int32_t>(i));
    }
    cooperative_groups::this_grid().sync();
  }
};

}  // namespace flowline
#endif
