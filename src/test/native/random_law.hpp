#ifndef FLOWLINE_TEST_RANDOM_LAW_HPP
#define FLOWLINE_TEST_RANDOM_LAW_HPP

#include <cstdint>
#include <vector>

#include "flowline/flowline.h"

/// A law of regions that owns its arrays.
struct OwnLaw {
  std::vector<float> level;
  std::vector<double> log10_pfa;
  float baseline = 0;  // 0: not relative
  float baseline_exponent = 0;
  std::vector<double> baseline_log10_pfa;
  flowline_region_law law = {};

  const flowline_region_law* get() {
    law = {sizeof law,
           static_cast<int32_t>(log10_pfa.size() / level.size()),
           static_cast<int32_t>(level.size()),
           0,
           level.data(),
           log10_pfa.data(),
           0,
           0,
           baseline,
           baseline_exponent,
           baseline == 0 ? nullptr : baseline_log10_pfa.data()};
    return &law;
  }
};

/// A valid one, half of them relative, at times with knots below all that a map holds, or with
/// values beyond what a float
/// does. below(n): a random number from 0 to n - 1.
template <class Below>
OwnLaw random_law(Below&& below) {
  constexpr double UNITS[] = {1, 1, 1, 1e-60, 1e300};
  OwnLaw own;
  const int64_t classes = 1 + below(below(4) == 0 ? 29 : 9), knots = 2 + below(30);
  const double unit = UNITS[below(5)];
  float level = below(6) == 0 ? -3.0f : static_cast<float>(below(100)) / 200.0f - 0.1f;
  for (int64_t i = 0; i < knots; i++) {
    own.level.push_back(level);
    level += level < -1.0f && below(2) == 0 ? 3.0f : static_cast<float>(1 + below(100)) / 2000.0f;
  }
  const auto add_row = [&](std::vector<double>* rows) {
    double log10_pfa = 0.0;
    for (int64_t i = 0; i < knots; i++) {
      rows->push_back(log10_pfa);
      if (below(4) != 0) log10_pfa -= unit * static_cast<double>(below(1000)) / 700.0;
    }
  };
  for (int64_t k = 0; k < classes; k++) add_row(&own.log10_pfa);
  if (below(2) == 0) {
    constexpr float BASELINES[] = {1.0f, 0.5f, 0.3f, 1e-3f, 0x1p-24f, 1e-38f};
    own.baseline = BASELINES[below(6)];
    own.baseline_exponent = 0.25f * static_cast<float>(below(5));
    add_row(&own.baseline_log10_pfa);
  }
  return own;
}

#endif
