#ifndef FLOWLINE_CUDA_BASELINE_HPP
#define FLOWLINE_CUDA_BASELINE_HPP

#include <cstdint>

#include "acontrario/baseline.hpp"
#include "cuda/atomics.hpp"
#include "cuda/scale_arrays.hpp"

namespace flowline {

/// Returns how many of `energy` count, which is found by all threads at once. It takes `lowest`.
template <class Team, class Counts>
FLOWLINE_DEVICE int32_t count_of(const Team& team, int32_t positions, const ScaleArrays& arrays,
                                 Counts&& counts) {
  team.each(1, [&](int32_t) { *arrays.lowest = 0; });
  const int32_t threads = team.threads();
  team.each(threads, [&](int32_t thread) {
    uint32_t own = 0;
    for (int32_t p = thread; p < positions; p += threads) own += counts(arrays.energy[p]);
    if (own > 0) atomic::add(arrays.lowest, own);
  });
  const int32_t count = static_cast<int32_t>(*arrays.lowest);
  team.each(1, [](int32_t) {});  // until all have read it
  return count;
}

/// Baseline::of (acontrario/baseline.hpp) of `energy`, to the bit: the bits of the median level, the
/// highest first, by how many levels are below.
template <class Team>
FLOWLINE_DEVICE float find_baseline(const Team& team, int32_t positions,
                                    const ScaleArrays& arrays) {
  const int32_t tested =
      count_of(team, positions, arrays, [](float level) { return !(level < 0.0f); });
  const int64_t rank = median_rank(tested);
  uint32_t found = 0;
  for (uint32_t bit = uint32_t{1} << 29; bit != 0; bit >>= 1) {
    const float tried = float_of(found | bit);
    const int32_t below = count_of(team, positions, arrays,
                                   [&](float level) { return !(level < 0.0f) && level < tried; });
    if (below <= rank) found |= bit;
  }
  return baseline_at(float_of(found));
}

}  // namespace flowline
#endif
