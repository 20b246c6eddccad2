#ifndef FLOWLINE_ACONTRARIO_STUDENT_HPP
#define FLOWLINE_ACONTRARIO_STUDENT_HPP

namespace flowline {

/// The quantile of Student's t: P(T <= t) = probability.
/// degrees_of_freedom: above 0, not necessarily whole. probability: in [1/2, 1).
double student_quantile(double probability, double degrees_of_freedom);

}  // namespace flowline
#endif
