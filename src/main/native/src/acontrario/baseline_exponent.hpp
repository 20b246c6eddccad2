#ifndef FLOWLINE_ACONTRARIO_BASELINE_EXPONENT_HPP
#define FLOWLINE_ACONTRARIO_BASELINE_EXPONENT_HPP

#include <cstdint>

namespace flowline {

/// Returns the exponent of the baseline that good images show: see flowline_baseline_exponent.
/// maxima: (images, classes), relative. baselines: (images). Both checked.
float baseline_exponent_of(const float* maxima, const float* baselines, int64_t images,
                           int32_t classes);

}  // namespace flowline
#endif
