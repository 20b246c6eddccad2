#ifndef FLOWLINE_CUDA_LAW_KERNEL_HPP
#define FLOWLINE_CUDA_LAW_KERNEL_HPP

#include <cstdint>

#include "cuda/baseline.hpp"
#include "cuda/energy_kernel.hpp"
#include "cuda/interpolation.hpp"
#include "cuda/law_nodes.hpp"
#include "cuda/test_kernels.hpp"

namespace flowline {

/// LawTest::paint (acontrario/law_test.hpp), to the bit, by all threads of a team.
///
/// level_at(p): the fused map at position p, -1 where it is not tested. law: its arrays lie where
/// the team can read them. log10_tests: log10_tests_of(law). painted: (height, width). lowest: the
/// rank of the smallest value painted anywhere, which is lowered to this map's.
template <class Team, class LevelAt>
FLOWLINE_DEVICE void paint_by_law(const Team& team, int32_t height, int32_t width,
                                  LevelAt&& level_at, const RegionLaw& law, double log10_tests,
                                  ScaleArrays arrays, float* painted, uint32_t* lowest) {
  const int32_t positions = height * width;
  team.each(positions, [&](int32_t p) { arrays.energy[p] = level_at(p) + 0.0f; });
  double of_baseline = log10_tests;
  if (is_relative(law)) {
    const float baseline = find_baseline(team, positions, arrays);
    of_baseline = log10_nfa_of_baseline(law, log10_tests, baseline);
    const float unit = powered(baseline, law.baseline_exponent);
    team.each(positions,
              [&](int32_t p) { arrays.energy[p] = relative_level(arrays.energy[p], unit); });
  }
  find_branches(team, height, width, floor_of(law), arrays);
  const int32_t count = sort_branches(team, positions, &arrays);
  measure_areas(team, count, arrays);
  const double within = value_nodes_by_law(team, count, law, log10_tests, arrays);
  const double elsewhere = painted_elsewhere(of_baseline, within, log10_tests);
  const uint64_t* const on_the_way = follow_branches(team, count, arrays);
  team.each(1, [&](int32_t) { *arrays.lowest = ~uint32_t{0}; });
  team.each(positions, [&](int32_t p) {
    double log10_nfa = arrays.energy[p] < 0.0f ? log10_tests : elsewhere;
    if (arrays.branch[p] >= 0) {
      const int32_t index = arrays.sorted_index[p];
      const uint64_t here = arrays.best[index];
      const uint64_t there = on_the_way[arrays.first[index]];
      const double least = value_of(here < there ? here : there);
      if (least < elsewhere) log10_nfa = least;
    }
    painted[p] = painted_by_law(log10_nfa);
    const uint32_t order = rank_of(painted[p]);
    if (order < atomic::load(arrays.lowest)) atomic::lower(arrays.lowest, order);
  });
  team.each(1, [&](int32_t) { atomic::lower(lowest, *arrays.lowest); });
}

/// The fused map of every image of a batch, tested by a law of regions.
struct LawTests : TestJobs {
  MapScale scale[MOST_SCALES];  ///< on their way to the fused map
  int32_t scales;
  float share;            ///< 1 / scales
  RegionLaw law;          ///< its arrays on the device
  int32_t height, width;  ///< of the fused map
  const float* fused;     ///< (batch, height, width), if it is made already; else nullptr
  float* painted;         ///< of the first image
  int64_t image_stride;

  FLOWLINE_BOTH int64_t jobs() const { return batch; }

  template <class Team>
  FLOWLINE_DEVICE void do_job(const Team& team, int64_t image, char* memory_of_team) const {
    const TestCost& judged_by = cost[image * cost_stride];
    if (not_finite[image] != 0 || !judged_by.tested) return;
    const auto level_at = [&](int32_t p) {
      const int32_t y = p / width, x = p % width;
      if (!view.tests(image, y, x, height, width)) return -1.0f;
      return fused == nullptr ? anomaly_at(scale, scales, share, image, y, x)
                              : fused[image * height * width + p];
    };
    paint_by_law(team, height, width, level_at, law, judged_by.background,
                 arrays_in(memory_of_team, height * width), painted + image * image_stride,
                 lowest + image);
  }
};

}  // namespace flowline
#endif
