#ifndef FLOWLINE_CUDA_TEAM_HPP
#define FLOWLINE_CUDA_TEAM_HPP

#include <cooperative_groups.h>

#include <cstdint>

#include "cuda/machine.hpp"

namespace flowline {

/// The Team (machine.hpp) that is one thread block of a CUDA device.
class BlockTeam {
 public:
  __device__ int32_t threads() const { return static_cast<int32_t>(blockDim.x); }

  template <class Body>
  __device__ void each(int32_t count, Body&& body) const {
    for (int32_t i = static_cast<int32_t>(threadIdx.x); i < count; i += threads()) body(i);
    __syncthreads();
  }
};

/// The Team that is all blocks of a cooperative launch.
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

static_assert(is_team<BlockTeam>::value && is_team<GridTeam>::value, "see machine.hpp");

}  // namespace flowline
#endif
