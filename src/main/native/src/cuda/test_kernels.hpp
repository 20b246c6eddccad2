#ifndef FLOWLINE_CUDA_TEST_KERNELS_HPP
#define FLOWLINE_CUDA_TEST_KERNELS_HPP

#include <cstdint>

#include "cuda/device_field_of_view.hpp"
#include "cuda/nodes.hpp"
#include "cuda/scale_arrays.hpp"

namespace flowline {

/// The common part of the tests of a call. Each map that is tested is a job of one team: beside
/// these members Tests has
///
///     int64_t jobs() const
///     void do_job(team, job, memory) const      memory: of the team's arrays
struct TestJobs {
  int64_t batch;
  const TestCost* cost;  ///< (1 or batch, scales of the call)
  int64_t cost_stride;   ///< 0: all images are alike
  DeviceFieldOfView view;
  const uint32_t* not_finite;  ///< by image: it is left alone
  uint32_t* lowest;            ///< by image, the smallest value painted, as rank_of
  char* memory;                ///< of the teams' arrays, where they are in global memory
  int64_t memory_stride;       ///< bytes, from one team's to the next

  FLOWLINE_DEVICE static ScaleArrays arrays_in(char* memory_of_team, int32_t positions) {
    ScaleArrays arrays;
    Arena memory(memory_of_team);
    lay_out(memory, positions, &arrays);
    return arrays;
  }
};

/// Runs tests by single blocks, with their arrays in shared memory or, if they are too large, in
/// global memory.
template <class Tests, bool SHARED>
struct BlockTestKernel {
  static constexpr int32_t THREADS = 512;
  static constexpr int32_t BLOCKS_AT_LEAST = SHARED ? 1 : 2;
  Tests tests;
  int64_t blocks;  ///< of the launch

  template <class Team>
  FLOWLINE_DEVICE void operator()(const Team& team, int64_t block, char* shared) const {
    for (int64_t job = block; job < tests.jobs(); job += blocks) {
      tests.do_job(team, job, SHARED ? shared : tests.memory + block * tests.memory_stride);
    }
  }
};

/// Runs tests by the whole device, one job after the other.
template <class Tests>
struct GridTestKernel {
  static constexpr int32_t THREADS = 512;
  static constexpr int32_t BLOCKS_AT_LEAST = 2;
  Tests tests;

  template <class Team>
  FLOWLINE_DEVICE void operator()(const Team& team, int64_t, char*) const {
    for (int64_t job = 0; job < tests.jobs(); job++) tests.do_job(team, job, tests.memory);
  }
};

}  // namespace flowline
#endif
