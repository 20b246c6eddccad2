#include "acontrario/region_law.hpp"

#include <cmath>
#include <string>

#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

namespace flowline {

namespace {

void require_rows(const char* name, const double* log10_pfa, int32_t rows, int32_t knots) {
  for (int64_t at = 0; at < static_cast<int64_t>(rows) * knots; at++) {
    const double value = log10_pfa[at];
    const bool first = at % knots == 0;
    if (std::isfinite(value) && (first ? value == 0.0 : value <= log10_pfa[at - 1])) continue;
    invalid(Name(name, at).text() +
            (first ? " must be 0, that of the first knot"
                   : " must be finite and not above the one before, " +
                         std::to_string(log10_pfa[at - 1])) +
            ", got " + std::to_string(value));
  }
}

}  // namespace

void require_baseline_exponent(const char* name, float exponent) {
  for (float quarters : {0.0f, 1.0f, 2.0f, 3.0f, 4.0f}) {
    if (4.0f * exponent == quarters) return;
  }
  invalid(std::string(name) + " must be 0, 0.25, 0.5, 0.75 or 1, got " + std::to_string(exponent));
}

void require_law(const RegionLaw& law) {
  for (int32_t i = 0; i < law.knots; i++) {
    require_finite_value(Name("options.law.level", i), law.level[i]);
    if (i > 0 && !(law.level[i] > law.level[i - 1])) {
      invalid(Name("options.law.level", i).text() + " must be above the one before, " +
              std::to_string(law.level[i - 1]) + ", got " + std::to_string(law.level[i]));
    }
  }
  require_rows("options.law.log10_pfa", law.log10_pfa, law.classes, law.knots);
  if (is_relative(law)) {
    require_rows("options.law.baseline_log10_pfa", law.baseline_log10_pfa, 1, law.knots);
  }
}

}  // namespace flowline
