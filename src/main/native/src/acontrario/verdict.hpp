#ifndef FLOWLINE_ACONTRARIO_VERDICT_HPP
#define FLOWLINE_ACONTRARIO_VERDICT_HPP

#include <cfloat>
#include <cmath>

#include "flowline/flowline.h"

namespace flowline {

/// The one rule of verdict, see flowline_decide.
inline flowline_verdict verdict_of(float min_log10_nfa, double log10_epsilon) {
  if (!(min_log10_nfa < FLT_MAX) || std::isnan(log10_epsilon)) return FLOWLINE_NOT_INSPECTED;
  return min_log10_nfa < log10_epsilon ? FLOWLINE_DEFECT : FLOWLINE_GOOD;
}

}  // namespace flowline
#endif
