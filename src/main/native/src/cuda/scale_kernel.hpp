#ifndef FLOWLINE_CUDA_SCALE_KERNEL_HPP
#define FLOWLINE_CUDA_SCALE_KERNEL_HPP

#include <cstdint>

#include "cuda/collapse_or_block.hpp"
#include "cuda/energy_kernel.hpp"
#include "cuda/test_kernels.hpp"

namespace flowline {

/// ScaleTest::paint (acontrario/scale_test.hpp), to the bit, by all threads of a team.
///
/// energy_at(p): the energy of position p, -1 where it is not tested. Positions take part if it is
/// above the floor. painted: (height, width). lowest: the rank of the smallest value painted
/// anywhere, which is lowered to this map's.
template <class Team, class EnergyAt>
FLOWLINE_DEVICE void paint_scale(const Team& team, int32_t height, int32_t width,
                                 EnergyAt&& energy_at, float floor, const TestCost& cost,
                                 ScaleArrays arrays, float* painted, uint32_t* lowest) {
  const int32_t positions = height * width;
  team.each(positions, [&](int32_t p) { arrays.energy[p] = energy_at(p) + 0.0f; });
  find_branches(team, height, width, floor, arrays);
  const int32_t count = sort_branches(team, positions, &arrays);
  measure_areas(team, count, arrays);
  value_nodes(team, count, cost, arrays);
  join_branches(team, count, &arrays);
  block_nodes(team, count, arrays);
  choose_regions(team, count, &arrays);
  team.each(1, [&](int32_t) { *arrays.lowest = ~uint32_t{0}; });
  team.each(positions, [&](int32_t p) {
    const uint64_t rank =
        arrays.branch[p] < 0 ? NO_VALUE : value_at(arrays, arrays.sorted_index[p]);
    painted[p] = painted_value(cost, rank == NO_VALUE ? cost.background : value_of(rank));
    const uint32_t order = rank_of(painted[p]);
    if (order < atomic::load(arrays.lowest)) atomic::lower(arrays.lowest, order);
  });
  team.each(1, [&](int32_t) { atomic::lower(lowest, *arrays.lowest); });
}

/// One scale of a batch, from its energies to its painted maps.
struct TestScale {
  const float* energy;  ///< of the first image
  float* painted;
  int64_t image_stride;  ///< of both
  int32_t height, width;
  float floor;
};

/// Tree, selection and painted map of scales of a batch. Each scale of each image is a job; the
/// larger scales come first.
struct ScaleTests : TestJobs {
  TestScale scale[MOST_SCALES];
  int32_t cost_of[MOST_SCALES];  ///< by scale, its index in a row of costs
  int32_t scales;

  FLOWLINE_BOTH int64_t jobs() const { return batch * scales; }

  template <class Team>
  FLOWLINE_DEVICE void do_job(const Team& team, int64_t job, char* memory_of_team) const {
    const int32_t s = static_cast<int32_t>(job / batch);
    const int64_t image = job % batch;
    const TestCost& judged_by = cost[image * cost_stride + cost_of[s]];
    if (not_finite[image] != 0 || !judged_by.tested) return;
    const TestScale& of = scale[s];
    const float* const energy = of.energy + image * of.image_stride;
    const auto energy_at = [&](int32_t p) {
      const bool tested = view.tests(image, p / of.width, p % of.width, of.height, of.width);
      return tested ? energy[p] : -1.0f;
    };
    paint_scale(team, of.height, of.width, energy_at, of.floor, judged_by,
                arrays_in(memory_of_team, of.height * of.width),
                of.painted + image * of.image_stride, lowest + image);
  }
};

}  // namespace flowline
#endif
