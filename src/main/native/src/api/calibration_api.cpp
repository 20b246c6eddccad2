#include <algorithm>
#include <cfloat>
#include <cmath>
#include <string>
#include <vector>

#include "acontrario/baseline.hpp"
#include "acontrario/baseline_exponent.hpp"
#include "acontrario/connectivity.hpp"
#include "acontrario/false_alarm_rate.hpp"
#include "acontrario/law_fit.hpp"
#include "api/bytes.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"
#include "api/map_checks.hpp"
#include "api/score_checks.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"
#include "flowline/flowline.h"

using namespace flowline;

namespace {

constexpr float BELOW_ALL_TESTED = -FLT_MIN;
constexpr double LEAST_CONFIDENCE = 1e-6;  // far above the rounding of 1 - a sum

void require_maxima(const float* maxima, int64_t images, int32_t classes) {
  require_no_nan("maxima", maxima, images, classes);
  for (int64_t i = 0; i < images * classes; i++) {
    const float most = i % classes == 0 ? 1.0f : maxima[i - 1];
    if (maxima[i] >= 0.0f && maxima[i] <= most) continue;
    invalid("maxima must be in [0, 1] and not rise along the classes, got " +
            std::to_string(maxima[i]) + " in image " + std::to_string(i / classes) + ", class " +
            std::to_string(i % classes));
  }
}

void require_baselines(const float* baselines, int64_t images) {
  for (int64_t image = 0; image < images; image++) {
    if (baselines[image] > 0.0f && baselines[image] <= 1.0f) continue;
    invalid(Name("baselines", image).text() + " must be above 0 and at most 1, got " +
            std::to_string(baselines[image]));
  }
}

void require_fused(const float* map, int64_t height, int64_t width) {
  require_finite("map", map, height, width);
  const float* const end = map + height * width;
  if (const float* above = std::find_if(map, end, [](float level) { return level > 1.0f; });
      above != end) {
    invalid("map must not be above 1, got " + std::to_string(*above));
  }
  if (std::all_of(map, end, [](float level) { return level < 0.0f; })) {
    invalid("map must have a tested position, one that is not negative");
  }
}

// Levels of at least 2^k positions above a floor, by class.
void find_maxima(MapWorkspace* map_of, const float* map, int64_t height, int64_t width, float floor,
                 int32_t classes, float* maxima) {
  ComponentTree& tree = map_of->tree;
  map_of->peak_tree.build_above(floor, map, static_cast<int32_t>(height),
                                static_cast<int32_t>(width), CONNECTIVITY, &tree);
  std::fill_n(maxima, classes, -INFINITY);
  for (int32_t node = 0; node < tree.nodes(); node++) {
    for (int32_t k = 0; k < classes && (tree.area[node] >> k) != 0; k++) {
      maxima[k] = std::max(maxima[k], tree.altitude[node]);
    }
  }
}

}  // namespace

int32_t flowline_size_classes(int64_t height, int64_t width) {
  if (height < 1 || width < 1 || height > MOST_PIXELS || width > MOST_PIXELS / height) return 0;
  int32_t classes = 1;
  while (int64_t{8} << (classes - 1) <= height * width) classes++;
  return classes;
}

flowline_status flowline_region_maxima(flowline_context* context, const float* map, int64_t height,
                                       int64_t width, int32_t classes, float* maxima) {
  return translate(context, [&] {
    require_pointer("map", map, alignof(float));
    require_map(height, width);
    require_between("classes", classes, 1, MOST_CLASSES);
    require_pointer("maxima", maxima, alignof(float));
    Footprint memory;
    memory.read("map", map, bytes_of<float>(height * width));
    memory.write("maxima", maxima, bytes_of<float>(classes));
    require_finite("map", map, height, width);
    find_maxima(&context->map, map, height, width, -INFINITY, classes, maxima);
  });
}

flowline_status flowline_relative_maxima(flowline_context* context, const float* map,
                                         int64_t height, int64_t width, int32_t classes,
                                         float* maxima, float* baseline) {
  return translate(context, [&] {
    require_pointer("map", map, alignof(float));
    require_map(height, width);
    require_between("classes", classes, 1, MOST_CLASSES);
    require_pointer("maxima", maxima, alignof(float));
    require_pointer("baseline", baseline, alignof(float));
    const int64_t positions = height * width;
    Footprint memory;
    memory.read("map", map, bytes_of<float>(positions));
    memory.write("maxima", maxima, bytes_of<float>(classes));
    memory.write("baseline", baseline, bytes_of<float>(1));
    require_fused(map, height, width);
    std::vector<float> relative(static_cast<size_t>(positions));
    *baseline = Baseline().of(map, positions);
    make_relative(map, positions, *baseline, relative.data());
    find_maxima(&context->map, relative.data(), height, width, BELOW_ALL_TESTED, classes, maxima);
  });
}

flowline_status flowline_region_law_fit(const float* maxima, int64_t images, int32_t classes,
                                        float* level, double* log10_pfa, int32_t* knots) {
  return translate([&] {
    require_pointer("maxima", maxima, alignof(float));
    require_between("images", images, LEAST_LAW_IMAGES, MOST_IMAGES);
    require_between("classes", classes, 1, MOST_CLASSES);
    require_pointer("level", level, alignof(float));
    require_pointer("log10_pfa", log10_pfa, alignof(double));
    require_pointer("knots", knots, alignof(int32_t));
    Footprint memory;
    memory.read("maxima", maxima, bytes_of<float>(images * classes));
    memory.write("level", level, bytes_of<float>(FLOWLINE_LAW_KNOTS));
    memory.write("log10_pfa", log10_pfa, bytes_of<double>(classes * FLOWLINE_LAW_KNOTS));
    memory.write("knots", knots, bytes_of<int32_t>(1));
    require_maxima(maxima, images, classes);
    LawFit fit(maxima, images, classes);
    fit.write(log10_pfa);
    std::copy(fit.level().begin(), fit.level().end(), level);
    *knots = static_cast<int32_t>(fit.level().size());
  });
}

flowline_status flowline_baseline_exponent(const float* maxima, const float* baselines,
                                           int64_t images, int32_t classes,
                                           float* baseline_exponent) {
  return translate([&] {
    require_pointer("maxima", maxima, alignof(float));
    require_pointer("baselines", baselines, alignof(float));
    require_between("images", images, LEAST_LAW_IMAGES, MOST_IMAGES);
    require_between("classes", classes, 1, MOST_CLASSES);
    require_pointer("baseline_exponent", baseline_exponent, alignof(float));
    Footprint memory;
    memory.read("maxima", maxima, bytes_of<float>(images * classes));
    memory.read("baselines", baselines, bytes_of<float>(images));
    memory.write("baseline_exponent", baseline_exponent, bytes_of<float>(1));
    require_maxima(maxima, images, classes);
    require_baselines(baselines, images);
    *baseline_exponent = baseline_exponent_of(maxima, baselines, images, classes);
  });
}

flowline_status flowline_relative_law_fit(const float* maxima, const float* baselines,
                                          int64_t images, int32_t classes, float baseline_exponent,
                                          float* level, double* log10_pfa, int32_t* knots,
                                          float* baseline, double* baseline_log10_pfa) {
  return translate([&] {
    require_pointer("maxima", maxima, alignof(float));
    require_pointer("baselines", baselines, alignof(float));
    require_between("images", images, LEAST_LAW_IMAGES, MOST_IMAGES);
    require_between("classes", classes, 1, MOST_CLASSES);
    require_baseline_exponent("baseline_exponent", baseline_exponent);
    require_pointer("level", level, alignof(float));
    require_pointer("log10_pfa", log10_pfa, alignof(double));
    require_pointer("knots", knots, alignof(int32_t));
    require_pointer("baseline", baseline, alignof(float));
    require_pointer("baseline_log10_pfa", baseline_log10_pfa, alignof(double));
    Footprint memory;
    memory.read("maxima", maxima, bytes_of<float>(images * classes));
    memory.read("baselines", baselines, bytes_of<float>(images));
    memory.write("level", level, bytes_of<float>(FLOWLINE_LAW_KNOTS));
    memory.write("log10_pfa", log10_pfa, bytes_of<double>(classes * FLOWLINE_LAW_KNOTS));
    memory.write("knots", knots, bytes_of<int32_t>(1));
    memory.write("baseline", baseline, bytes_of<float>(1));
    memory.write("baseline_log10_pfa", baseline_log10_pfa, bytes_of<double>(FLOWLINE_LAW_KNOTS));
    require_maxima(maxima, images, classes);
    require_baselines(baselines, images);
    LawFit fit(maxima, baselines, baseline_exponent, images, classes);
    fit.write(log10_pfa);
    fit.write_baseline(baseline_log10_pfa);
    std::copy(fit.level().begin(), fit.level().end(), level);
    *knots = static_cast<int32_t>(fit.level().size());
    *baseline = fit.baseline();
  });
}

flowline_status flowline_log10_epsilon(const float* min_log10_nfa, int64_t images, double rate,
                                       double confidence, float* log10_epsilon, double* promised) {
  return translate([&] {
    require_pointer("min_log10_nfa", min_log10_nfa, alignof(float));
    require_between("images", images, 1, MOST_SCORES);
    require_share("rate", rate);
    if (confidence != 0.0 && !(confidence >= LEAST_CONFIDENCE && confidence < 1.0)) {
      invalid("confidence must be 0 or from 1e-6 to below 1, got " + std::to_string(confidence));
    }
    require_pointer("log10_epsilon", log10_epsilon, alignof(float));
    require_pointer("promised", promised, alignof(double));
    Footprint memory;
    memory.read("min_log10_nfa", min_log10_nfa, bytes_of<float>(images));
    memory.write("log10_epsilon", log10_epsilon, bytes_of<float>(1));
    memory.write("promised", promised, bytes_of<double>(1));
    require_scores("min_log10_nfa", min_log10_nfa, images);
    const FalseAlarmRate asked(rate, confidence);
    const int64_t possible = asked.rank(images);
    const int64_t rank = std::max<int64_t>(1, possible);
    std::vector<float> sorted(min_log10_nfa, min_log10_nfa + images);
    std::nth_element(sorted.begin(), sorted.begin() + (rank - 1), sorted.end());
    *log10_epsilon = sorted[static_cast<size_t>(rank - 1)];
    *promised = asked.promised(rank, images);
    if (possible == 0) throw too_few(asked, rate, images, *promised);
  });
}

flowline_status flowline_p_value(const float* min_log10_nfa, int64_t images, float of_image,
                                 double* p_value) {
  return translate([&] {
    require_pointer("min_log10_nfa", min_log10_nfa, alignof(float));
    require_between("images", images, 1, MOST_SCORES);
    require_no_nan("of_image", &of_image, 1, 1);
    require_inspected("of_image", of_image);
    require_pointer("p_value", p_value, alignof(double));
    Footprint memory;
    memory.read("min_log10_nfa", min_log10_nfa, bytes_of<float>(images));
    memory.write("p_value", p_value, bytes_of<double>(1));
    require_scores("min_log10_nfa", min_log10_nfa, images);
    const auto as_extreme = std::count_if(min_log10_nfa, min_log10_nfa + images,
                                          [&](float score) { return score <= of_image; });
    *p_value = (1.0 + static_cast<double>(as_extreme)) / (static_cast<double>(images) + 1.0);
  });
}
