#ifndef FLOWLINE_ACONTRARIO_EXCESS_HPP
#define FLOWLINE_ACONTRARIO_EXCESS_HPP

namespace flowline {

/// Natural logarithm by additions, multiplications and one division: the same bits on every
/// platform. x >= 0; log 0 = -infinity.
double natural_log(double x);

/// t - 1 - ln t for t = energy / channels, the rate of the chi-square's Chernoff bound: 0 at t = 1,
/// positive elsewhere, +infinity at t = 0. Evaluated as d - log1p(d), d = (energy - channels) /
/// channels, accurate to a few units in the last place even where d is tiny.
double excess(double energy, double channels);

constexpr double LOG10_E = 0.43429448190325182765;

}  // namespace flowline
#endif
