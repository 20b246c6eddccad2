// The guard band: Student's t against tables, algorithm S against the factors that ISO 5725-5 prints,
// and the promise of the band on repeats that are drawn.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <random>
#include <vector>

#include "acontrario/student.hpp"
#include "check.hpp"
#include "math/square_root.hpp"

namespace {

bool near(double value, double expected, double tolerance) {
  return std::abs(value - expected) <= tolerance * std::abs(expected);
}

// One-sided quantiles as tables have them, and where there is a closed form: t of 1 degree of freedom
// is Cauchy's, of 2 t / sqrt(2 + t^2) = 2 P - 1.
void quantiles() {
  using flowline::student_quantile;
  CHECK(near(student_quantile(0.95, 5), 2.0150483733330233, 1e-12));
  CHECK(near(student_quantile(0.95, 10), 1.812461122811676, 1e-12));
  CHECK(near(student_quantile(0.95, 30), 1.697260886593957, 1e-12));
  CHECK(near(student_quantile(0.99, 20), 2.527977002741573, 1e-12));
  CHECK(near(student_quantile(0.975, 100), 1.9839715185235518, 1e-12));
  CHECK(near(student_quantile(0.95, 1e7), 1.6448537793284017, 1e-7));
  for (double p : {0.6, 0.75, 0.9, 0.95, 0.99, 0.999999}) {
    CHECK(near(student_quantile(p, 1), std::tan(M_PI * (p - 0.5)), 1e-9));
    const double u = 2 * p - 1;
    CHECK(near(student_quantile(p, 2), u * std::sqrt(2 / (1 - u * u)), 1e-9));
  }
  CHECK(student_quantile(0.5, 7) < 1e-12);
  CHECK(near(student_quantile(0.95, 5.5), 1.9752797040389098, 1e-12));  // and need not be whole
  for (double x : {1e-300, 1e-5, 0.3, 2.0, 81.0, 1e12}) {
    CHECK(near(flowline::square_root(x), std::sqrt(x), 4e-16));
  }
  CHECK(flowline::square_root(0) == 0);
}

struct Repeats {
  std::vector<float> scores;
  std::vector<int32_t> part;

  void add(int32_t name, std::initializer_list<double> values) {
    for (double value : values) add(name, value);
  }
  void add(int32_t name, double value) {
    scores.push_back(static_cast<float>(value));
    part.push_back(name);
  }
  flowline_repeatability at(double log10_epsilon, double confidence = 0.95) const {
    flowline_repeatability result = {};
    result.struct_size = sizeof result;
    CHECK(flowline_guard_band(scores.data(), part.data(), static_cast<int64_t>(scores.size()),
                              log10_epsilon, confidence, &result) == FLOWLINE_OK);
    return result;
  }
};

/// A part of f + 1 images whose variance is v (in float32, by halves that are exact).
void add_part(Repeats* repeats, int32_t name, int f, double deviation) {
  // +d and -d about 0, and zeros: the sum of squares 2 d^2 must be f v.
  const double d = deviation * std::sqrt(f / 2.0);
  repeats->add(name, {d, -d});
  for (int i = 1; i < f; i++) repeats->add(name, 0.0);
}

// ISO 5725-5:1998, table of algorithm S: the limit factor eta and the adjustment factor xi by degrees
// of freedom. Of parts with one variance v, s = xi sqrt(v). With one more part far above the limit,
// s^2 p = xi^2 ((p - 1) v + eta^2 s^2).
void algorithm_s() {
  const double eta[] = {1.645, 1.517, 1.444, 1.395, 1.359, 1.332, 1.310, 1.292, 1.277, 1.264};
  const double xi[] = {1.097, 1.054, 1.039, 1.032, 1.027, 1.024, 1.021, 1.019, 1.018, 1.017};
  for (int f = 1; f <= 10; f++) {
    const int parts = (30 + f - 1) / f;  // fewer than 30 degrees of freedom before the last
    Repeats same, one_is_wild;
    for (int32_t name = 0; name < parts; name++) {
      add_part(&same, name, f, 0.25);
      add_part(&one_is_wild, name, f, name == 0 ? 1000.0 : 0.25);
    }
    const flowline_repeatability plain = same.at(0);
    CHECK(plain.parts == parts && plain.images == parts * (f + 1));
    CHECK(plain.nearest <= 1e-6 && plain.farthest <= 1e-6);
    CHECK(near(plain.standard_deviation, xi[f - 1] * 0.25, 1e-3));
    CHECK(
        near(plain.guard_band,
             flowline::student_quantile(0.95, plain.degrees_of_freedom) * plain.standard_deviation,
             1e-14));
    CHECK(plain.degrees_of_freedom < parts * f && plain.degrees_of_freedom > 0.7 * parts * f);
    const double square = xi[f - 1] * xi[f - 1], limit = eta[f - 1] * eta[f - 1];
    const double expected = std::sqrt(square * (parts - 1) / (parts - square * limit)) * 0.25;
    CHECK(near(one_is_wild.at(0).standard_deviation, expected, 3e-3));
  }
}

// Only parts near the threshold say what the deviation is there.
void near_the_threshold() {
  Repeats repeats;
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  for (int32_t name = 0; name < 200; name++) {
    const double mean = -0.5 * name, deviation = 0.05 + 0.02 * name;
    for (int i = 0; i < 4; i++) repeats.add(name, mean + deviation * normal(random));
  }
  for (int at : {5, 60, 190}) {
    const flowline_repeatability there = repeats.at(-0.5 * at);
    CHECK(there.parts == 10 && there.images == 40);
    CHECK(near(there.standard_deviation, 0.05 + 0.02 * at, 0.45));
    CHECK(there.nearest <= there.farthest && there.farthest < 30);
  }
  const flowline_repeatability outside = repeats.at(50.0);
  CHECK(outside.nearest > 49 && outside.farthest < 60);
}

double draw_band(std::mt19937_64* random, int parts, int images, double deviation) {
  std::normal_distribution<double> normal;
  Repeats repeats;
  for (int32_t name = 0; name < parts; name++) {
    for (int i = 0; i < images; i++) repeats.add(name * 7 - 3, deviation * normal(*random));
  }
  return repeats.at(0).guard_band;
}

// A part whose mean is at the threshold is judged as if it were beyond it with 1 - confidence: over
// the repeats that are drawn too, which is what Student's t is for.
void promise() {
  std::mt19937_64 random(11);
  std::normal_distribution<double> normal;
  struct Design {
    int parts, images;
  };
  for (const Design& design : {Design{2, 3}, Design{3, 2}, Design{6, 3}, Design{12, 5}}) {
    constexpr int ROUNDS = 20000;
    int beyond = 0, contradict = 0;
    for (int round = 0; round < ROUNDS; round++) {
      const double band = draw_band(&random, design.parts, design.images, 0.7);
      const float one = static_cast<float>(0.7 * normal(random));
      const float other = static_cast<float>(0.7 * normal(random));
      beyond += flowline_decide_guarded(one, 0, band, band) == FLOWLINE_DEFECT;
      const flowline_verdict first = flowline_decide_guarded(one, 0, band, band);
      const flowline_verdict second = flowline_decide_guarded(other, 0, band, band);
      contradict += first != second && first != FLOWLINE_UNDECIDED && second != FLOWLINE_UNDECIDED;
    }
    const double share = beyond / static_cast<double>(ROUNDS);
    // 5 standard errors; for few repeats the degrees of freedom are on the safe side.
    CHECK(share < 0.058 && share > (design.parts == 12 ? 0.042 : 0.022));
    if (design.parts >= 6) CHECK(contradict < ROUNDS * 0.012);
  }
}

void verdicts() {
  CHECK(flowline_decide_guarded(-3.5f, -3, 0.5, 1) == FLOWLINE_UNDECIDED);
  CHECK(flowline_decide_guarded(-3.6f, -3, 0.5, 1) == FLOWLINE_DEFECT);
  CHECK(flowline_decide_guarded(-2.0f, -3, 0.5, 1) == FLOWLINE_GOOD);
  CHECK(flowline_decide_guarded(-2.1f, -3, 0.5, 1) == FLOWLINE_UNDECIDED);
  CHECK(flowline_decide_guarded(-3.0f, -3, 0, 1) == FLOWLINE_UNDECIDED);
  for (float score : {-3.1f, -3.0f, -2.9f, -INFINITY, 300.0f, FLT_MAX, NAN}) {
    CHECK(flowline_decide_guarded(score, -3, 0, 0) == flowline_decide(score, -3));
  }
  CHECK(flowline_decide_guarded(-9, -3, INFINITY, 0) == FLOWLINE_UNDECIDED);
  CHECK(flowline_decide_guarded(FLT_MAX, -3, 1, INFINITY) == FLOWLINE_NOT_INSPECTED);
  CHECK(flowline_decide_guarded(-9, -3, NAN, 0) == FLOWLINE_NOT_INSPECTED);
  CHECK(flowline_decide_guarded(-9, -3, 0, NAN) == FLOWLINE_NOT_INSPECTED);
  CHECK(flowline_decide_guarded(-9, -3, -0.1, 0) == FLOWLINE_NOT_INSPECTED);
  CHECK(flowline_decide_guarded(-9, -3, 0, -0.1) == FLOWLINE_NOT_INSPECTED);
  CHECK(flowline_decide_guarded(-9, NAN, 0, 0) == FLOWLINE_NOT_INSPECTED);
}

void arguments() {
  float scores[] = {-1, -1.5f, -3, -3.25f, -5, -4};
  int32_t part[] = {4, 4, -9, -9, 0, 0};
  flowline_repeatability result = {};
  result.struct_size = sizeof result;
  const auto ask = [&](int64_t images, double log10_epsilon, double confidence) {
    return flowline_guard_band(scores, part, images, log10_epsilon, confidence, &result);
  };
  constexpr flowline_status BAD = FLOWLINE_INVALID_ARGUMENT;
  CHECK(ask(6, -2, 0.95) == FLOWLINE_OK && result.parts == 3);
  const double all = result.standard_deviation;
  std::swap(scores[0], scores[5]);
  std::swap(part[0], part[5]);
  CHECK(ask(6, -2, 0.95) == FLOWLINE_OK && result.standard_deviation == all);  // in any order
  std::swap(scores[0], scores[5]);
  std::swap(part[0], part[5]);
  CHECK_FAILS(ask(3, -2, 0.95), BAD, "images must be 4 to");
  CHECK_FAILS(ask(5, -2, 0.95), BAD,
              "part must name each part at least twice, got one image of part 0");
  CHECK_FAILS(ask(6, NAN, 0.95), BAD, "log10_epsilon must be finite");
  for (double confidence : {0.4, 1.0, static_cast<double>(NAN)}) {
    CHECK_FAILS(ask(6, -2, confidence), BAD, "confidence must be 0.5 to");
  }
  part[2] = part[3] = part[4] = part[5] = 4;
  CHECK_FAILS(ask(6, -2, 0.95), BAD, "part must name at least two parts, got one");
  part[4] = part[5] = 0;
  result.struct_size = 16;
  CHECK_FAILS(ask(6, -2, 0.95), BAD, "repeatability.struct_size");
  result.struct_size = sizeof result;
  CHECK_FAILS(flowline_guard_band(nullptr, part, 6, -2, 0.95, &result), BAD, "min_log10_nfa");
  CHECK_FAILS(flowline_guard_band(scores, nullptr, 6, -2, 0.95, &result), BAD, "part must not be");
  CHECK_FAILS(flowline_guard_band(scores, part, 6, -2, 0.95, nullptr), BAD, "repeatability");
  CHECK_FAILS(
      flowline_guard_band(reinterpret_cast<float*>(&result.guard_band), part, 4, -2, 0.95, &result),
      BAD, "overlaps");
  scores[1] = FLT_MAX;
  CHECK_FAILS(ask(6, -2, 0.95), BAD, "min_log10_nfa[1] is FLT_MAX");
  scores[1] = -INFINITY;
  CHECK_FAILS(ask(6, -2, 0.95), FLOWLINE_NOT_FINITE, "min_log10_nfa");
  scores[1] = scores[0];
  scores[3] = scores[2];
  part[2] = part[3] = -9;
  CHECK(ask(4, -2, 0.95) == FLOWLINE_OK && result.standard_deviation == 0 &&
        result.guard_band == 0);
}

}  // namespace

int main() {
  quantiles();
  algorithm_s();
  near_the_threshold();
  promise();
  verdicts();
  arguments();
  return 0;
}
