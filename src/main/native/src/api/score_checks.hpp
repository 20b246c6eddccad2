#ifndef FLOWLINE_API_SCORE_CHECKS_HPP
#define FLOWLINE_API_SCORE_CHECKS_HPP

#include <cstdint>

#include "acontrario/false_alarm_rate.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

namespace flowline {

constexpr int64_t MOST_SCORES = int64_t{1} << 24;  // a confidence takes time in proportion

/// Throws if the image of a score was not inspected: such an image has none.
void require_inspected(const Name& name, float score);

/// Throws if a score is NaN or that of an image that was not inspected.
void require_scores(const char* name, const float* scores, int64_t images);

/// Throws unless 0 < value < 1.
void require_share(const Name& name, double value);

/// The error of images that cannot guarantee a rate, with how many can.
Error too_few(const FalseAlarmRate& asked, double rate, int64_t images, double promised);

}  // namespace flowline
#endif
