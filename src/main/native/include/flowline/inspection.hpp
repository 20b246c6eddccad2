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
  Defect = FLOWLINE_DEFECT
};

/// Returns the verdict on an image from its smallest log10 NFA; see flowline_decide.
inline Verdict decide(float min_log10_nfa, double log10_epsilon) {
  return static_cast<Verdict>(flowline_decide(min_log10_nfa, log10_epsilon));
}

/// Returns a verdict in words: "good", "defect", "not inspected".
inline const char* name_of(Verdict verdict) {
  return verdict == Verdict::Good     ? "good"
         : verdict == Verdict::Defect ? "defect"
                                      : "not inspected";
}

/// The verdict on one image; see flowline_inspect.
struct Inspection {
  Verdict verdict;
  float min_log10_nfa;
  std::vector<Region> regions;  ///< the most meaningful first; at least one of a defect
};

}  // namespace v0
}  // namespace flowline
#endif
