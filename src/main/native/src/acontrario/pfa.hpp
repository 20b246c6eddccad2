#ifndef FLOWLINE_ACONTRARIO_PFA_HPP
#define FLOWLINE_ACONTRARIO_PFA_HPP

#include <cstdint>

namespace flowline {

/// log10 of the bound on the probability that one pixel reaches `energy` under the null hypothesis;
/// a region's is this times its pixels. pfa_bound: FLOWLINE_PFA_...
double log10_pfa_of_pixel(int32_t pfa_bound, double channels, double energy);

}  // namespace flowline
#endif
