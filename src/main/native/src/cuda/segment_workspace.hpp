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

/// Lays out, likewise, the outputs that a call asks for.
inline void lay_out_outputs(const SegmentCall& call, Arena* memory, flowline_maps* there) {
  const int64_t batch = call.batch();
  const auto take = [&](const auto* wanted, auto** array, int64_t count) {
    *array = nullptr;
    if (wanted != nullptr) memory->take(array, count);
  };
  *there = call.maps;  // the sizes
  take(call.maps.log10_nfa, &there->log10_nfa, batch * call.map_pixels());
  take(call.maps.min_log10_nfa, &there->min_log10_nfa, batch);
  take(call.maps.anomaly_map, &there->anomaly_map, batch * call.map_pixels());
  take(call.maps.anomaly_score, &there->anomaly_score, batch);
  take(call.maps.fused_map, &there->fused_map, batch * call.positions_of(0));
  take(call.maps.mean_energies, &there->mean_energies, batch * call.scales);
  take(call.maps.channel_means, &there->channel_means, batch * call.channels());
}

}  // namespace flowline
#endif
