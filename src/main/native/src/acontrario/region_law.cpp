#include "acontrario/region_law.hpp"

#include <cmath>
#include <string>

#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

namespace flowline {

void require_law(const RegionLaw& law) {
  for (int32_t i = 0; i < law.knots; i++) {
    require_finite_value(Name("options.law.level", i), law.level[i]);
    if (i > 0 && !(law.level[i] > law.level[i - 1])) {
      invalid(Name("options.law.level", i).text() + " must be above the one before, " +
              std::to_string(law.level[i - 1]) + ", got " + std::to_string(law.level[i]));
    }
  }
  for (int64_t at = 0; at < static_cast<int64_t>(law.classes) * law.knots; at++) {
    const double value = law.log10_pfa[at];
    const bool first = at % law.knots == 0;
    if (!(std::isfinite(value) && (first ? value == 0.0 : value <= law.log10_pfa[at - 1]))) {
      invalid(Name("options.law.log10_pfa", at).text() +
              (first ? " must be 0, that of a class's first knot"
                     : " must be finite and not above the one before, " +
                           std::to_string(law.log10_pfa[at - 1])) +
              ", got " + std::to_string(value));
    }
  }
}

}  // namespace flowline
