// CV+ against its definition counted image by image, its bounds against the theorem for folds of one
// size, and its promise where the flow is a mean and the truth is known.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <random>
#include <vector>

#include "check.hpp"

namespace {

constexpr flowline_status BAD = FLOWLINE_INVALID_ARGUMENT;

struct OutOfFold {
  std::vector<float> scores;
  std::vector<int32_t> fold;
  int32_t folds = 0;

  int64_t images() const { return static_cast<int64_t>(scores.size()); }
  double p_value(const std::vector<float>& of_image) const {
    double p;
    CHECK(flowline_cv_plus_p_value(scores.data(), fold.data(), images(), of_image.data(), folds,
                                   &p) == FLOWLINE_OK);
    return p;
  }
};

OutOfFold drawn(std::mt19937_64* random) {
  OutOfFold good;
  good.folds = 2 + static_cast<int32_t>((*random)() % 6);
  const int images = good.folds + static_cast<int>((*random)() % 50);
  for (int i = 0; i < images; i++) {
    good.scores.push_back(static_cast<float>((*random)() % 20) - 12.0f);
    good.fold.push_back(i < good.folds ? i : static_cast<int32_t>((*random)() % good.folds));
  }
  return good;
}

void against_the_definition() {
  std::mt19937_64 random(3);
  for (int round = 0; round < 3000; round++) {
    const OutOfFold good = drawn(&random);
    const double n = static_cast<double>(good.images());
    std::vector<float> of_image;
    for (int k = 0; k < good.folds; k++) {
      of_image.push_back(static_cast<float>(random() % 42) / 2 - 13.0f);
    }
    double less_strange = 0;
    for (int i = 0; i < good.images(); i++) less_strange += good.scores[i] > of_image[good.fold[i]];
    const double p = good.p_value(of_image);
    CHECK(p == (n + 1 - less_strange) / (n + 1));
    for (double rate : {0.03, 0.1, 0.4}) {
      flowline_verdict verdict;
      double promised;
      const flowline_status status =
          flowline_cv_plus_decide(good.scores.data(), good.fold.data(), good.images(),
                                  of_image.data(), good.folds, rate, &verdict, &promised);
      const bool few = rate * (n + 1) < 1;
      CHECK(status == (few ? FLOWLINE_TOO_FEW_IMAGES : FLOWLINE_OK));
      const double j = few ? 1 : std::floor(rate * (n + 1) + 1e-9);
      CHECK((verdict == FLOWLINE_DEFECT) == (p <= j / (n + 1)));
      CHECK(verdict == FLOWLINE_DEFECT || verdict == FLOWLINE_GOOD);
      CHECK(promised >= j / (n + 1) && promised <= 1);
    }
    // Flows that agree are one flow.
    const std::vector<float> alike(static_cast<size_t>(good.folds), of_image[0]);
    double single;
    CHECK(flowline_p_value(good.scores.data(), good.images(), of_image[0], &single) == FLOWLINE_OK);
    CHECK(good.p_value(alike) == single);
    float threshold, split;
    double nominal, promised;
    const flowline_status status = flowline_cv_plus_log10_epsilon(
        good.scores.data(), good.fold.data(), good.images(), good.folds, 0.2, &threshold, &nominal);
    CHECK(status ==
          flowline_log10_epsilon(good.scores.data(), good.images(), 0.2, 0, &split, &promised));
    CHECK(threshold == split && nominal == promised);
  }
}

double promised(int64_t images, int32_t folds, double rate, bool of_one_size = true) {
  std::vector<float> scores(static_cast<size_t>(images), -1.0f);
  std::vector<int32_t> fold;
  for (int64_t i = 0; i < images; i++) fold.push_back(static_cast<int32_t>(i % folds));
  if (!of_one_size) fold[static_cast<size_t>(images - 1)] = 0;
  const std::vector<float> of_image(static_cast<size_t>(folds), 0.0f);
  flowline_verdict verdict;
  double bound;
  CHECK(flowline_cv_plus_decide(scores.data(), fold.data(), images, of_image.data(), folds, rate,
                                &verdict, &bound) == FLOWLINE_OK);
  return bound;
}

// Barber et al. 2021: 2 a for the jackknife+ (theorem 1), and theorem 4 for folds of one size.
void bounds() {
  CHECK(std::abs(promised(39, 39, 0.1) - 0.2) < 1e-12);
  const double a = 10 / 101.0;  // of n = 100, K = 5, m = 20: the first bound is the smaller one
  CHECK(std::abs(promised(100, 5, 0.1) - (2 * a + std::min(2 * (1 - a) * (1 - 1 / 5.0) / (20 + 1),
                                                           (1 - 0.05) / 6))) < 1e-12);
  const double b = 10 / 101.0;  // K = 50, m = 2: the second one is
  CHECK(std::abs(promised(100, 50, 0.1) - (2 * b + (1 - 0.5) / 51)) < 1e-12);
  CHECK(promised(100, 50, 0.1, false) > promised(100, 50, 0.1) + 0.1);  // which then does not hold
  CHECK(promised(4, 2, 0.9) == 1);
}

// The flow is the mean of what it was trained on, a score how far from it an image is.
void promise() {
  constexpr int ROUNDS = 20000, IMAGES = 24, FOLDS = 4;
  std::mt19937_64 random(5);
  std::exponential_distribution<double> draw;
  int alarms = 0, of_single = 0;
  double bound = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double x[IMAGES + 1], sums[FOLDS] = {}, sum = 0;
    for (double& value : x) value = draw(random);
    for (int i = 0; i < IMAGES; i++) {
      sum += x[i];
      for (int k = 0; k < FOLDS; k++) sums[k] += i % FOLDS == k ? 0 : x[i];
    }
    OutOfFold good;
    good.folds = FOLDS;
    std::vector<float> of_image;
    for (double& mean : sums) {
      mean /= IMAGES * (FOLDS - 1) / FOLDS;
      of_image.push_back(static_cast<float>(-std::abs(x[IMAGES] - mean)));
    }
    for (int i = 0; i < IMAGES; i++) {
      good.fold.push_back(i % FOLDS);
      good.scores.push_back(static_cast<float>(-std::abs(x[i] - sums[i % FOLDS])));
    }
    flowline_verdict verdict;
    float threshold;
    double nominal;
    CHECK(flowline_cv_plus_decide(good.scores.data(), good.fold.data(), IMAGES, of_image.data(),
                                  FOLDS, 0.12, &verdict, &bound) == FLOWLINE_OK);
    CHECK(flowline_cv_plus_log10_epsilon(good.scores.data(), good.fold.data(), IMAGES, FOLDS, 0.12,
                                         &threshold, &nominal) == FLOWLINE_OK);
    CHECK(nominal == 3 / 25.0);
    alarms += verdict == FLOWLINE_DEFECT;
    of_single += -std::abs(x[IMAGES] - sum / IMAGES) < threshold;
  }
  const double rate = alarms / static_cast<double>(ROUNDS);
  CHECK(rate < bound && rate > 0.09 && rate < 0.15);  // training is stable here: about 0.12
  CHECK(of_single > 0.09 * ROUNDS && of_single < 0.15 * ROUNDS);
}

void arguments() {
  float scores[] = {-1, -2, -3, -4};
  int32_t fold[] = {0, 1, 0, 1};
  float of_image[] = {-2.5f, -1.5f, -1, -1, -1};
  double p, bound, nominal;
  float threshold;
  flowline_verdict verdict;
  const auto ask = [&](int64_t images, int32_t folds) {
    return flowline_cv_plus_p_value(scores, fold, images, of_image, folds, &p);
  };
  const auto decide = [&](int64_t images, double rate) {
    return flowline_cv_plus_decide(scores, fold, images, of_image, 2, rate, &verdict, &bound);
  };
  const auto single = [&](int64_t images, double rate) {
    return flowline_cv_plus_log10_epsilon(scores, fold, images, 2, rate, &threshold, &nominal);
  };
  CHECK(ask(4, 2) == FLOWLINE_OK && p == 4 / 5.0);
  CHECK_FAILS(ask(1, 2), BAD, "images must be 2 to");
  CHECK_FAILS(ask(4, 1), BAD, "folds must be 2 to 4");
  CHECK_FAILS(ask(4, 5), BAD, "folds must be 2 to 4");
  CHECK_FAILS(ask(4, 3), BAD, "fold must name each of the 3 folds, got no image of 2");
  for (double rate : {0.0, 1.0, static_cast<double>(NAN)}) {
    CHECK_FAILS(decide(4, rate), BAD, "rate must be between 0 and 1");
    CHECK_FAILS(single(4, rate), BAD, "rate must be between 0 and 1");
  }
  CHECK(decide(4, 0.2) == FLOWLINE_OK && single(4, 0.2) == FLOWLINE_OK && threshold == -4);
  CHECK_FAILS(decide(4, 0.1), FLOWLINE_TOO_FEW_IMAGES,
              "images must be at least 9 for a rate of 0.1");
  CHECK(verdict == FLOWLINE_GOOD && bound > 0);
  CHECK_FAILS(single(4, 0.1), FLOWLINE_TOO_FEW_IMAGES, "images must be at least 9");
  CHECK(threshold == -4 && nominal == 1 / 5.0);
  CHECK_FAILS(flowline_cv_plus_p_value(nullptr, fold, 4, of_image, 2, &p), BAD, "min_log10_nfa");
  CHECK_FAILS(flowline_cv_plus_p_value(scores, nullptr, 4, of_image, 2, &p), BAD, "fold must not");
  CHECK_FAILS(flowline_cv_plus_p_value(scores, fold, 4, nullptr, 2, &p), BAD, "of_image");
  CHECK_FAILS(flowline_cv_plus_p_value(scores, fold, 4, of_image, 2, nullptr), BAD, "p_value");
  CHECK_FAILS(flowline_cv_plus_decide(scores, fold, 4, of_image, 2, 0.2, nullptr, &bound), BAD,
              "verdict");
  CHECK_FAILS(flowline_cv_plus_decide(scores, fold, 4, of_image, 2, 0.2, &verdict, nullptr), BAD,
              "promised");
  CHECK_FAILS(flowline_cv_plus_log10_epsilon(scores, fold, 4, 2, 0.2, nullptr, &nominal), BAD,
              "log10_epsilon");
  CHECK_FAILS(flowline_cv_plus_log10_epsilon(scores, fold, 4, 2, 0.2, &threshold, nullptr), BAD,
              "nominal");
  CHECK_FAILS(flowline_cv_plus_log10_epsilon(scores, fold, 4, 2, 0.2, scores + 1, &nominal), BAD,
              "overlaps");
  of_image[1] = FLT_MAX;
  CHECK_FAILS(ask(4, 2), BAD, "of_image[1] is FLT_MAX");
  of_image[1] = NAN;
  CHECK_FAILS(ask(4, 2), FLOWLINE_NOT_FINITE, "of_image");
  of_image[1] = -1.5f;
  fold[3] = 2;
  CHECK_FAILS(ask(4, 2), BAD, "fold[3] must be 0 to 1, got 2");
  fold[3] = -1;
  CHECK_FAILS(decide(4, 0.2), BAD, "fold[3] must be 0 to 1, got -1");
  fold[3] = 1;
  scores[2] = NAN;
  CHECK_FAILS(single(4, 0.2), FLOWLINE_NOT_FINITE, "min_log10_nfa");
}

}  // namespace

int main() {
  against_the_definition();
  bounds();
  promise();
  arguments();
  return 0;
}
