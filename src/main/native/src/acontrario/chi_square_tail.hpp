#ifndef FLOWLINE_ACONTRARIO_CHI_SQUARE_TAIL_HPP
#define FLOWLINE_ACONTRARIO_CHI_SQUARE_TAIL_HPP

namespace flowline {

/// log10 of P(X >= energy), X chi-square with `channels` degrees of freedom: log10 Q(channels / 2,
/// energy / 2). Taken in the log domain, so that the tail may be as thin as it likes.
double log10_chi_square_tail(double channels, double energy);

}  // namespace flowline
#endif
