#include "api/score_checks.hpp"

#include <cfloat>
#include <cstdio>
#include <string>

#include "api/map_checks.hpp"

namespace flowline {
namespace {

std::string shortest(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

}  // namespace

void require_inspected(const Name& name, float score) {
  if (score < FLT_MAX) return;
  invalid(name.text() + " is FLT_MAX: nothing of the image was tested; leave it out");
}

void require_scores(const char* name, const float* scores, int64_t images) {
  require_no_nan(name, scores, 1, images);
  for (int64_t image = 0; image < images; image++) {
    require_inspected(Name(name, image), scores[image]);
  }
}

void require_share(const Name& name, double value) {
  if (value > 0.0 && value < 1.0) return;
  invalid(name.text() + " must be between 0 and 1, got " + std::to_string(value));
}

Error too_few(const FalseAlarmRate& asked, double rate, int64_t images, double promised) {
  const int64_t fewest = asked.fewest(MOST_SCORES);
  return Error(FLOWLINE_TOO_FEW_IMAGES, "images must be at least " + std::to_string(fewest) +
                                            " for a rate of " + shortest(rate) + ", got " +
                                            std::to_string(images) + ", which guarantee " +
                                            shortest(promised));
}

}  // namespace flowline
