/* The verdict on an image and its regions; part of flowline.hpp. */
#ifndef FLOWLINE_INSPECTION_HPP
#define FLOWLINE_INSPECTION_HPP

#include <flowline/flowline.h>

#include <cstdint>
#include <vector>

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// A connected component of the pixels below the threshold; see flowline_region.
using Region = flowline_region;

/// What an inspection decides; see flowline_decide.
enum class Verdict : int32_t {
  NotInspected = FLOWLINE_NOT_INSPECTED,
  Good = FLOWLINE_GOOD,
  Defect = FLOWLINE_DEFECT,
  Undecided = FLOWLINE_UNDECIDED
};

/// The distances below and above a threshold within which an image is undecided; see
/// flowline_decide_guarded.
struct Guards {
  double below = 0.0;
  double above = 0.0;
};

/// Returns the verdict on an image from its smallest log10 NFA; see flowline_decide.
inline Verdict decide(float min_log10_nfa, double log10_epsilon) {
  return static_cast<Verdict>(flowline_decide(min_log10_nfa, log10_epsilon));
}

/// Returns the verdict on an image with a guard band; see flowline_decide_guarded.
inline Verdict decide(float min_log10_nfa, double log10_epsilon, const Guards& guards) {
  return static_cast<Verdict>(
      flowline_decide_guarded(min_log10_nfa, log10_epsilon, guards.below, guards.above));
}

/// Returns a verdict in words: "good", "defect", "undecided", "not inspected".
inline const char* name_of(Verdict verdict) {
  return verdict == Verdict::Good        ? "good"
         : verdict == Verdict::Defect    ? "defect"
         : verdict == Verdict::Undecided ? "undecided"
                                         : "not inspected";
}

/// The verdict on one image; see flowline_inspect.
struct Inspection {
  Verdict verdict;
  float min_log10_nfa;
  std::vector<Region> regions;  ///< the most meaningful first; at least one of a defect and of an
                                ///< undecided image
};

}  // namespace v0
}  // namespace flowline
#endif
