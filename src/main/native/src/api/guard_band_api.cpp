#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "acontrario/repeatability.hpp"
#include "acontrario/student.hpp"
#include "api/bytes.hpp"
#include "api/footprint.hpp"
#include "api/map_checks.hpp"
#include "api/score_checks.hpp"
#include "api/struct_versions.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"
#include "flowline/flowline.h"
#include "math/square_root.hpp"

using namespace flowline;

namespace {

constexpr double MOST_CONFIDENCE = 1.0 - 1e-6;

void require_repeats(const std::vector<RepeatedPart>& parts) {
  if (parts.size() < 2) invalid("part must name at least two parts, got one");
  for (const RepeatedPart& part : parts) {
    if (part.images >= 2) continue;
    invalid("part must name each part at least twice, got one image of part " +
            std::to_string(part.name));
  }
}

}  // namespace

flowline_status flowline_guard_band(const float* min_log10_nfa, const int32_t* part, int64_t images,
                                    double log10_epsilon, double confidence,
                                    flowline_repeatability* repeatability) {
  return translate([&] {
    require_pointer("min_log10_nfa", min_log10_nfa, alignof(float));
    require_pointer("part", part, alignof(int32_t));
    require_between("images", images, 4, MOST_SCORES);
    if (!std::isfinite(log10_epsilon)) invalid("log10_epsilon must be finite");
    if (!(confidence >= 0.5 && confidence <= MOST_CONFIDENCE)) {
      invalid("confidence must be 0.5 to 1 - 1e-6, got " + std::to_string(confidence));
    }
    known_part(static_cast<const flowline_repeatability*>(repeatability), "repeatability");
    Footprint memory;
    memory.read("min_log10_nfa", min_log10_nfa, bytes_of<float>(images));
    memory.read("part", part, bytes_of<int32_t>(images));
    memory.write("repeatability", repeatability, sizeof *repeatability);
    require_finite("min_log10_nfa", min_log10_nfa, 1, images);
    require_scores("min_log10_nfa", min_log10_nfa, images);
    std::vector<RepeatedPart> parts = repeated_parts(min_log10_nfa, part, images);
    require_repeats(parts);
    keep_nearest(log10_epsilon, &parts);
    const PooledVariance pooled = pooled_variance(parts);
    const double deviation = square_root(pooled.variance);
    int64_t used = 0;
    for (const RepeatedPart& each : parts) used += each.images;
    repeatability->reserved = 0;
    repeatability->standard_deviation = deviation;
    repeatability->degrees_of_freedom = pooled.degrees_of_freedom;
    repeatability->guard_band = student_quantile(confidence, pooled.degrees_of_freedom) * deviation;
    repeatability->parts = static_cast<int64_t>(parts.size());
    repeatability->images = used;
    repeatability->nearest = std::abs(parts.front().mean - log10_epsilon);
    repeatability->farthest = std::abs(parts.back().mean - log10_epsilon);
  });
}
