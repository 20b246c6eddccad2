#ifndef FLOWLINE_ACONTRARIO_CHI_SQUARE_TAIL_HPP
#define FLOWLINE_ACONTRARIO_CHI_SQUARE_TAIL_HPP

#include <cmath>

#include "math/excess.hpp"
#include "math/exponential.hpp"

namespace flowline {

constexpr double TWO_PI = 6.28318530717958647693;
constexpr double SERIES_PRECISION = 1e-17;

/// delta(a) of Stirling's formula, Gamma(a + 1) = sqrt(2 pi a) (a / e)^a exp(delta(a)).
FLOWLINE_HOST_DEVICE double stirling_delta(double a) {
  double steps = 0.0;
  for (; a < 16.0; a += 1.0) steps += (a + 0.5) * log1p_of(1.0 / a) - 1.0;
  const double r = 1.0 / (a * a);
  return steps + (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / a;
}

/// P(a, x) x^-a e^x Gamma(a + 1) = sum of x^n / ((a + 1) ... (a + n)); DLMF 8.11.4.
FLOWLINE_HOST_DEVICE double lower_series(double a, double x) {
  double term = 1.0;
  double sum = 1.0;
  for (double n = 1.0; term > sum * SERIES_PRECISION; n += 1.0) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/// Gamma(a, x) x^-a e^x as Legendre's continued fraction, by the modified Lentz method; DLMF 8.9.2.
FLOWLINE_HOST_DEVICE double upper_fraction(double a, double x) {
  constexpr double TINY = 1e-300;
  constexpr int MOST_STEPS = 100000;
  double b = x + 1.0 - a;
  double c = 1.0 / TINY;
  double d = 1.0 / b;
  double h = d;
  for (int i = 1; i <= MOST_STEPS; i++) {
    const double numerator = -i * (i - a);
    b += 2.0;
    d = numerator * d + b;
    if (fabs(d) < TINY) d = TINY;
    c = b + numerator / c;
    if (fabs(c) < TINY) c = TINY;
    d = 1.0 / d;
    const double factor = d * c;
    h *= factor;
    if (fabs(factor - 1.0) < 2e-16) break;
  }
  return h;
}

/// log10 of P(X >= energy), X chi-square with `channels` degrees of freedom: log10 Q(channels / 2,
/// energy / 2). Taken in the log domain, so that the tail may be as thin as it likes.
FLOWLINE_HOST_DEVICE double log10_chi_square_tail(double channels, double energy) {
  if (energy <= 0.0) return 0.0;
  const double a = channels / 2;
  const double x = energy / 2;
  // x^a e^-x / Gamma(a + 1): the exponent is the Chernoff bound's, without cancellation.
  const double log_term =
      -a * excess(energy, channels) - 0.5 * natural_log(TWO_PI * a) - stirling_delta(a);
  if (x <= a) {
    return log1p_of(-exponential(log_term) * lower_series(a, x)) * LOG10_E;
  }
  return (log_term + natural_log(a * upper_fraction(a, x))) * LOG10_E;
}

}  // namespace flowline
#endif
