#ifndef FLOWLINE_CUDA_SEGMENT_WORKSPACE_HPP
#define FLOWLINE_CUDA_SEGMENT_WORKSPACE_HPP

#include <cstdint>

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
  uint32_t* ignored;
  TestCost* cost;
  char* arrays;  ///< of maps that are too large for shared memory
};

/// Words of one mask, a bit for each pixel.
inline int64_t words_of_mask(const SegmentCall& call) { return (call.map_pixels() + 31) / 32; }

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
               call.view.mask() == nullptr ? 0 : call.count_rows() * words_of_mask(call));
  memory->take(&workspace->cost, call.count_rows() * call.scales);
  memory->take(&workspace->arrays, test ? policy.array_bytes(call) : 0);
}

}  // namespace flowline
#endif
