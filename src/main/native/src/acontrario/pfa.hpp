#ifndef FLOWLINE_ACONTRARIO_PFA_HPP
#define FLOWLINE_ACONTRARIO_PFA_HPP

#include <cstdint>

#include "acontrario/chi_square_tail.hpp"
#include "flowline/flowline.h"
#include "math/excess.hpp"

namespace flowline {

/// log10 of the bound on the probability that one pixel reaches `energy` under the null hypothesis;
/// a region's is this times its pixels. pfa_bound: FLOWLINE_PFA_...
FLOWLINE_HOST_DEVICE double log10_pfa_of_pixel(int32_t pfa_bound, double channels, double energy) {
  if (pfa_bound == FLOWLINE_PFA_EXACT) return log10_chi_square_tail(channels, energy);
  if (pfa_bound == FLOWLINE_PFA_CHERNOFF && energy <= channels) return 0.0;
  return 0.0 - channels / 2 * excess(energy, channels) * LOG10_E;
}

}  // namespace flowline
#endif
