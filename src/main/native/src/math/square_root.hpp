#ifndef FLOWLINE_MATH_SQUARE_ROOT_HPP
#define FLOWLINE_MATH_SQUARE_ROOT_HPP

#include "math/exponential.hpp"
#include "math/logarithm.hpp"

namespace flowline {

/// The square root without the C library, within 1 unit in the last place. x >= 0 and finite.
inline double square_root(double x) {
  if (x == 0.0) return 0.0;
  const double near = exponential(0.5 * natural_log(x));
  return 0.5 * (near + x / near);
}

}  // namespace flowline
#endif
