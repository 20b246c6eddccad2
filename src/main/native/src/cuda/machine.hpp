#ifndef FLOWLINE_CUDA_MACHINE_HPP
#define FLOWLINE_CUDA_MACHINE_HPP

#include <cstdint>

#include "cuda/device_code.hpp"

namespace flowline {

/// What engine.hpp runs kernels on, a CUDA device or its emulation; a Machine has
///
///     void* workspace(bytes)          at least so much memory, of which what was there is lost if it
///                                     has to grow; aligned to 256 bytes
///     int64_t most_shared()           the most shared memory that one block can have, in bytes
///     int32_t blocks_at_once()        about how many blocks keep it busy
///     void launch(kernel, blocks, shared)    kernel(team, block, shared memory) for block in
///                                     0..blocks-1, each by a team of Kernel::THREADS threads
///     void launch_grid(kernel)        kernel(team, 0, nullptr), once, by as many threads as there are
///     int32_t grid_threads<Kernel>()  how many that is
///
/// Launches are in order. A kernel is a structure: its members are its arguments, of which a launch
/// takes a copy.

/// Small data from the host to the device, inside of the launch: no copy that could outlast the call,
/// and a captured graph holds it.
struct UploadKernel {
  static constexpr int32_t THREADS = 256;
  static constexpr int32_t WORDS = 960;

  uint32_t word[WORDS];
  int32_t words;
  uint32_t* to;

  template <class Team>
  FLOWLINE_DEVICE void operator()(const Team& team, int64_t, char*) const {
    team.each(words, [&](int32_t i) { to[i] = word[i]; });
  }
};

/// The words that a call counts in, made ready.
struct ClearKernel {
  static constexpr int32_t THREADS = 256;

  uint32_t* not_finite;     ///< (batch), to 0
  uint32_t* lowest;         ///< (batch), to rank_of(FLT_MAX)
  uint32_t* anomaly_score;  ///< (batch), to 0; nullptr if it is not wanted
  uint32_t highest_rank;
  int64_t batch;

  template <class Team>
  FLOWLINE_DEVICE void operator()(const Team& team, int64_t block, char*) const {
    const int64_t first = block * THREADS;
    team.each(static_cast<int32_t>(batch - first < THREADS ? batch - first : THREADS),
              [&](int32_t i) {
                not_finite[first + i] = 0;
                lowest[first + i] = highest_rank;
                if (anomaly_score != nullptr) anomaly_score[first + i] = 0;
              });
  }
};

}  // namespace flowline
#endif
