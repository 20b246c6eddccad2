#include "acontrario/pfa.hpp"

#include "acontrario/chi_square_tail.hpp"
#include "math/excess.hpp"
#include "flowline/flowline.h"

namespace flowline {

double log10_pfa_of_pixel(int32_t pfa_bound, double channels, double energy) {
  if (pfa_bound == FLOWLINE_PFA_EXACT) return log10_chi_square_tail(channels, energy);
  if (pfa_bound == FLOWLINE_PFA_CHERNOFF && energy <= channels) return 0.0;
  return 0.0 - channels / 2 * excess(energy, channels) * LOG10_E;
}

}  // namespace flowline
