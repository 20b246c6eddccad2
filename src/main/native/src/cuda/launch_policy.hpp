#ifndef FLOWLINE_CUDA_LAUNCH_POLICY_HPP
#define FLOWLINE_CUDA_LAUNCH_POLICY_HPP

#include <algorithm>
#include <cstdint>

#include "call/segment_call.hpp"
#include "cuda/arena.hpp"
#include "cuda/scale_arrays.hpp"

namespace flowline {

/// The threads that test one map: a block in shared memory, a block in global memory, or all
/// blocks.
enum class Workers { SHARED, BLOCK, GRID };

/// Chooses who tests a map by the map's size, and counts the memory that this takes.
struct LaunchPolicy {
  static constexpr int64_t MOST_OF_A_BLOCK = 128 * 128;  // positions; beyond, the whole device

  int64_t most_shared;     ///< of one block, in bytes
  int32_t blocks_at_once;  ///< about how many keep the device busy

  static int64_t bytes_of_arrays(int64_t positions) {
    Arena counter(nullptr);
    ScaleArrays arrays;
    lay_out(counter, positions, &arrays);
    return (counter.taken() + 255) / 256 * 256;
  }

  Workers workers_for(int64_t positions) const {
    if (bytes_of_arrays(positions) <= most_shared) return Workers::SHARED;
    return positions <= MOST_OF_A_BLOCK ? Workers::BLOCK : Workers::GRID;
  }

  /// Blocks that test maps in global memory at once: what each needs is too much for all.
  int64_t global_blocks(const SegmentCall& call) const {
    return std::min<int64_t>(call.batch() * call.tested_maps(), blocks_at_once);
  }

  /// Global memory for the arrays of all maps that are tested at once.
  int64_t array_bytes(const SegmentCall& call) const {
    int64_t bytes = 0;
    for (int32_t map = 0; map < call.tested_maps(); map++) {
      const int64_t positions = call.positions_of(map);
      const Workers workers = workers_for(positions);
      if (workers == Workers::SHARED) continue;
      const int64_t blocks = workers == Workers::BLOCK ? global_blocks(call) : 1;
      bytes = std::max(bytes, blocks * bytes_of_arrays(positions));
    }
    return bytes;
  }
};

}  // namespace flowline
#endif
