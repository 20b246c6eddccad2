#include "acontrario/student.hpp"

#include <cmath>

#include "acontrario/chi_square_tail.hpp"
#include "math/exponential.hpp"
#include "math/logarithm.hpp"

namespace flowline {
namespace {

/// ln Gamma(a), a > 0.
double log_gamma(double a) {
  const double log_a = natural_log(a);
  return a * log_a - a + 0.5 * natural_log(TWO_PI * a) + stirling_delta(a) - log_a;
}

/// The continued fraction of I_x(a, b), by the modified Lentz method; DLMF 8.17.22.
double beta_fraction(double a, double b, double x) {
  constexpr double TINY = 1e-300;
  constexpr int MOST_STEPS = 10000;
  double c = 1.0, d = 0.0, value = 1.0;
  for (int n = 0; n <= MOST_STEPS; n++) {
    const double m = n / 2;  // whole
    const double numerator = n == 0 ? 1.0
                             : n % 2 == 0
                                 ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                                 : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1.0 + numerator * d;
    if (std::abs(d) < TINY) d = TINY;
    d = 1.0 / d;
    c = n == 0 ? 1.0 / TINY : 1.0 + numerator / c;
    if (std::abs(c) < TINY) c = TINY;
    const double factor = n == 0 ? d : c * d;
    value *= factor;
    if (n > 0 && std::abs(factor - 1.0) < 2e-16) break;
  }
  return value;
}

/// x^a (1 - x)^b / (a B(a, b)) times the fraction, for x below (a + 1) / (a + b + 2).
double lower_beta(double a, double b, double x, double rest) {
  const double log_beta = log_gamma(a) + log_gamma(b) - log_gamma(a + b);
  return exponential(a * natural_log(x) + b * natural_log(rest) - log_beta) / a *
         beta_fraction(a, b, x);
}

/// P(T > t), t > 0: half of I_x(f/2, 1/2), x = f / (f + t^2).
double student_tail(double t, double f) {
  const double x = f / (f + t * t), rest = t * t / (f + t * t), a = f / 2, b = 0.5;
  if (rest == 0.0) return 0.5;
  return 0.5 *
         (x < (a + 1) / (a + b + 2) ? lower_beta(a, b, x, rest) : 1.0 - lower_beta(b, a, rest, x));
}

}  // namespace

double student_quantile(double probability, double degrees_of_freedom) {
  const double tail = 1.0 - probability;
  double low = 0.0, high = 1.0;
  while (student_tail(high, degrees_of_freedom) > tail) high *= 2.0;
  for (;;) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) return high;
    (student_tail(middle, degrees_of_freedom) > tail ? low : high) = middle;
  }
}

}  // namespace flowline
