#ifndef FLOWLINE_API_MAP_CHECKS_HPP
#define FLOWLINE_API_MAP_CHECKS_HPP

#include <cstdint>

#include "checks/argument_checks.hpp"

namespace flowline {

/// Throws FLOWLINE_NOT_FINITE naming the array and the position if a value of a map is NaN or
/// infinite.
void require_finite(const Name& name, const float* map, int64_t height, int64_t width);

/// Throws FLOWLINE_NOT_FINITE naming the array and the position if a value of a map is NaN.
/// Infinite values pass.
void require_no_nan(const Name& name, const float* map, int64_t height, int64_t width);

}  // namespace flowline
#endif
