#include "api/map_checks.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "checks/status.hpp"
#include "flowline/flowline.h"
#include "kernels/kernels.hpp"

namespace flowline {
namespace {

[[noreturn]] void not_finite(const Name& name, const char* what, int64_t at, int64_t width) {
  throw Error(FLOWLINE_NOT_FINITE, name.text() + " is " + what + " at row " +
                                       std::to_string(at / width) + ", column " +
                                       std::to_string(at % width));
}

}  // namespace

void require_finite(const Name& name, const float* map, int64_t height, int64_t width) {
  const int64_t at =
      kernels_of(FLOWLINE_INSTRUCTION_SET_BEST)->first_not_finite(map, height * width);
  if (at >= 0) not_finite(name, "not finite", at, width);
}

void require_no_nan(const Name& name, const float* map, int64_t height, int64_t width) {
  const float* end = map + height * width;
  const float* at = std::find_if(map, end, [](float value) { return std::isnan(value); });
  if (at != end) not_finite(name, "NaN", at - map, width);
}

}  // namespace flowline
