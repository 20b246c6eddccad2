#include "acontrario/baseline.hpp"

#include <algorithm>
#include <array>

namespace flowline {
namespace {

constexpr int32_t STEPS = 256;

/// Rises with the level: 0 to STEPS.
int32_t step_of(float level) { return static_cast<int32_t>(level * STEPS); }

}  // namespace

// Counts the levels by steps, and looks for the median among those of its step.
float Baseline::of(const float* map, int64_t positions) {
  reserve(positions);
  std::array<int32_t, STEPS + 1> count{};
  int64_t tested = 0;
  for (int64_t i = 0; i < positions; i++) {
    if (map[i] < 0.0f) continue;
    count[static_cast<size_t>(step_of(map[i]))]++;
    tested++;
  }
  int64_t above = tested - 1 - median_rank(tested);  // levels that are sorted behind the median
  int32_t step = STEPS;
  while (above >= count[static_cast<size_t>(step)]) above -= count[static_cast<size_t>(step--)];
  float* const nearest = nearest_.data();
  float* end = nearest;
  for (int64_t i = 0; i < positions; i++) {
    *end = map[i];
    end += map[i] >= 0.0f && step_of(map[i]) == step;
  }
  float* const median = end - 1 - above;
  std::nth_element(nearest, median, end);
  return baseline_at(*median);
}

void make_relative(const float* map, int64_t positions, float likelihood, float* relative) {
  for (int64_t i = 0; i < positions; i++) relative[i] = relative_level(map[i], likelihood);
}

}  // namespace flowline
