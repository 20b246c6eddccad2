#ifndef FLOWLINE_CUDA_SEGMENT_WORKSPACE_HPP
#define FLOWLINE_CUDA_SEGMENT_WORKSPACE_HPP

#include <cstdint>

#include "acontrario/packed_mask.hpp"
#include "call/segment_call.hpp"
#include "cuda/arena.hpp"
#include "cuda/launch_policy.hpp"
#include "cuda/nodes.hpp"

namespace flowline {

/// The device memory of a call of flowline_segment.
struct SegmentWorkspace {
  float* energy;      ///< (batch, all positions)
  float* likelihood;  ///< likewise
  float* painted;     ///< likewise, of which a law needs the finest scale's
  uint32_t* not_finite;
  uint32_t* lowest;
  uint32_t* ignored;  ///< the masks that are sent
  TestCost* cost;
  char* arrays;  ///< of maps that are too large for shared memory
};

/// Words of one mask of a call.
inline int64_t words_of_mask(const SegmentCall& call) { return words_of_mask(call.map_pixels()); }

/// Lays out the workspace in an arena, which may be one that only counts.
inline void lay_out(const SegmentCall& call, const LaunchPolicy& policy, Arena* memory,
                    SegmentWorkspace* workspace) {
  const int64_t batch = call.batch();
  const int64_t floats = batch * call.positions();
  const bool test = call.asks_for_test();
  memory->take(&workspace->energy, floats);
  memory->take(&workspace->likelihood, call.joins_scales() ? floats : 0);
  memory->take(&workspace->painted, test ? floats : 0);
  memory->take(&workspace->not_finite, batch);
  memory->take(&workspace->lowest, batch);
  memory->take(&workspace->ignored,
               call.sends_masks() ? call.count_rows() * words_of_mask(call) : 0);
  memory->take(&workspace->cost, call.count_rows() * call.scales);
  memory->take(&workspace->arrays, test ? policy.array_bytes(call) : 0);
}

}  // namespace flowline
#endif
