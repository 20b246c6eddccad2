#ifndef FLOWLINE_ACONTRARIO_VERDICT_HPP
#define FLOWLINE_ACONTRARIO_VERDICT_HPP

#include <cfloat>
#include <cmath>

#include "flowline/flowline.h"

namespace flowline {

/// A threshold with the distances below and above it within which nothing is decided.
struct GuardedThreshold {
  double log10_epsilon;
  double guard_below;
  double guard_above;

  static GuardedThreshold of(const flowline_inspection& asked) {
    return {asked.log10_epsilon, asked.guard_below, asked.guard_above};
  }
};

/// The one rule of verdict, see flowline_decide_guarded.
inline flowline_verdict verdict_of(float min_log10_nfa, const GuardedThreshold& threshold) {
  if (!(min_log10_nfa < FLT_MAX) || std::isnan(threshold.log10_epsilon) ||
      !(threshold.guard_below >= 0.0 && threshold.guard_above >= 0.0)) {
    return FLOWLINE_NOT_INSPECTED;
  }
  if (min_log10_nfa < threshold.log10_epsilon - threshold.guard_below) return FLOWLINE_DEFECT;
  return min_log10_nfa < threshold.log10_epsilon + threshold.guard_above ? FLOWLINE_UNDECIDED
                                                                         : FLOWLINE_GOOD;
}

/// Whether an image with this verdict shows regions.
inline bool has_regions(flowline_verdict verdict) {
  return verdict == FLOWLINE_DEFECT || verdict == FLOWLINE_UNDECIDED;
}

}  // namespace flowline
#endif
