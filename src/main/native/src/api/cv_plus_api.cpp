#include <algorithm>
#include <string>
#include <vector>

#include "acontrario/cv_plus.hpp"
#include "acontrario/false_alarm_rate.hpp"
#include "api/bytes.hpp"
#include "api/footprint.hpp"
#include "api/score_checks.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"
#include "flowline/flowline.h"

using namespace flowline;

namespace {

constexpr double ON_AVERAGE = 0.0;  // the confidence of a promise

/// The good images of a cross-validation.
struct OutOfFold {
  const float* scores;
  const int32_t* fold;
  int64_t images;
  int32_t folds;

  void check_arguments(Footprint* memory) const {
    require_pointer("min_log10_nfa", scores, alignof(float));
    require_pointer("fold", fold, alignof(int32_t));
    require_between("images", images, 2, MOST_SCORES);
    require_between("folds", folds, 2, images);
    memory->read("min_log10_nfa", scores, bytes_of<float>(images));
    memory->read("fold", fold, bytes_of<int32_t>(images));
  }

  /// Returns how many images each fold has.
  std::vector<int64_t> checked_sizes() const {
    require_scores("min_log10_nfa", scores, images);
    std::vector<int64_t> sizes(static_cast<size_t>(folds));
    for (int64_t image = 0; image < images; image++) {
      require_between(Name("fold", image), fold[image], 0, folds - 1);
      sizes[static_cast<size_t>(fold[image])]++;
    }
    const auto empty = std::find(sizes.begin(), sizes.end(), 0);
    if (empty != sizes.end()) {
      invalid("fold must name each of the " + std::to_string(folds) + " folds, got no image of " +
              std::to_string(empty - sizes.begin()));
    }
    return sizes;
  }
};

void check_image(const float* of_image, int32_t folds, Footprint* memory) {
  require_pointer("of_image", of_image, alignof(float));
  memory->read("of_image", of_image, bytes_of<float>(folds));
}

/// j of a rate, at least 1, and whether the images are enough for it.
struct Rank {
  int64_t j;
  bool possible;
};

Rank rank_of(double rate, int64_t images) {
  const int64_t rank = FalseAlarmRate(rate, ON_AVERAGE).rank(images);
  return {std::max<int64_t>(1, rank), rank > 0};
}

void require_enough(const Rank& rank, double rate, int64_t images) {
  if (rank.possible) return;
  throw too_few(FalseAlarmRate(rate, ON_AVERAGE), rate, images,
                1.0 / (static_cast<double>(images) + 1.0));
}

}  // namespace

flowline_status flowline_cv_plus_p_value(const float* min_log10_nfa, const int32_t* fold,
                                         int64_t images, const float* of_image, int32_t folds,
                                         double* p_value) {
  return translate([&] {
    const OutOfFold good = {min_log10_nfa, fold, images, folds};
    Footprint memory;
    good.check_arguments(&memory);
    check_image(of_image, folds, &memory);
    require_pointer("p_value", p_value, alignof(double));
    memory.write("p_value", p_value, bytes_of<double>(1));
    good.checked_sizes();
    require_scores("of_image", of_image, folds);
    const int64_t count = as_extreme(min_log10_nfa, fold, images, of_image);
    *p_value = (1.0 + static_cast<double>(count)) / (static_cast<double>(images) + 1.0);
  });
}

flowline_status flowline_cv_plus_decide(const float* min_log10_nfa, const int32_t* fold,
                                        int64_t images, const float* of_image, int32_t folds,
                                        double rate, flowline_verdict* verdict, double* promised) {
  return translate([&] {
    const OutOfFold good = {min_log10_nfa, fold, images, folds};
    Footprint memory;
    good.check_arguments(&memory);
    check_image(of_image, folds, &memory);
    require_share("rate", rate);
    require_pointer("verdict", verdict, alignof(flowline_verdict));
    require_pointer("promised", promised, alignof(double));
    memory.write("verdict", verdict, bytes_of<flowline_verdict>(1));
    memory.write("promised", promised, bytes_of<double>(1));
    const std::vector<int64_t> sizes = good.checked_sizes();
    require_scores("of_image", of_image, folds);
    const Rank rank = rank_of(rate, images);
    const bool of_one_size = std::count(sizes.begin(), sizes.end(), sizes[0]) == folds;
    const int64_t count = as_extreme(min_log10_nfa, fold, images, of_image);
    *verdict = 1 + count <= rank.j ? FLOWLINE_DEFECT : FLOWLINE_GOOD;
    *promised = cv_plus_bound(rank.j, images, folds, of_one_size);
    require_enough(rank, rate, images);
  });
}

flowline_status flowline_cv_plus_log10_epsilon(const float* min_log10_nfa, const int32_t* fold,
                                               int64_t images, int32_t folds, double rate,
                                               float* log10_epsilon, double* nominal) {
  return translate([&] {
    const OutOfFold good = {min_log10_nfa, fold, images, folds};
    Footprint memory;
    good.check_arguments(&memory);
    require_share("rate", rate);
    require_pointer("log10_epsilon", log10_epsilon, alignof(float));
    require_pointer("nominal", nominal, alignof(double));
    memory.write("log10_epsilon", log10_epsilon, bytes_of<float>(1));
    memory.write("nominal", nominal, bytes_of<double>(1));
    good.checked_sizes();
    const Rank rank = rank_of(rate, images);
    std::vector<float> sorted(min_log10_nfa, min_log10_nfa + images);
    std::nth_element(sorted.begin(), sorted.begin() + (rank.j - 1), sorted.end());
    *log10_epsilon = sorted[static_cast<size_t>(rank.j - 1)];
    *nominal = FalseAlarmRate(rate, ON_AVERAGE).promised(rank.j, images);
    require_enough(rank, rate, images);
  });
}
