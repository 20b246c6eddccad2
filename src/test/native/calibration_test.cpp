// The law of good images and the threshold of a rate against their definitions: every knot by the
// formulas, with the C library's mathematics, and the ranks by sums of exact binomial coefficients.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <random>
#include <vector>

#include "check.hpp"

namespace {

double transformed(double level) { return -std::log(1 - level + 1e-5); }

/// log10 of the probability that an image reaches g, by the values of a class.
double log10_probability(std::vector<double> values, double g) {
  std::sort(values.begin(), values.end());
  const int n = static_cast<int>(values.size()), k = std::max(5, n / 2);
  const double u = values[n - k - 1];
  double excess = 0;
  for (int i = n - k; i < n; i++) excess += (values[i] - u) / k;
  if (g > u && excess > 0) {
    return std::log10((k + 1.0) / (n + 1) * std::pow(1 + (g - u) / (k * excess), -k));
  }
  const auto reached =
      std::count_if(values.begin(), values.end(), [&](double v) { return v >= g; });
  return std::log10((1.0 + static_cast<double>(reached)) / (n + 1));
}

struct Maxima {
  int images, classes;
  std::vector<float> values;

  double smallest_probability(float level, int of) const {  // no class is likelier than before
    double smallest = 0;
    for (int k = 0; k <= of; k++) {
      std::vector<double> column;
      for (int i = 0; i < images; i++) column.push_back(transformed(values[i * classes + k]));
      smallest = std::min(smallest, log10_probability(column, transformed(level)));
    }
    return smallest;
  }
};

Maxima drawn(std::mt19937_64& random) {
  Maxima maxima = {10 + static_cast<int>(random() % 90), 1 + static_cast<int>(random() % 12), {}};
  const int form = static_cast<int>(random() % 6);
  std::uniform_real_distribution<double> uniform;
  for (int i = 0; i < maxima.images; i++) {
    double level = form == 0   ? 0.3
                   : form == 1 ? uniform(random)
                               : 1 - std::exp(-0.5 - uniform(random));
    if (form == 2) level = std::floor(8 * level) / 8;  // ties
    if (form == 5) level = 1;                          // all of them
    if (form == 3 && i % 7 == 0) level = 1;            // as strange as can be
    for (int k = 0; k < maxima.classes; k++) {
      maxima.values.push_back(static_cast<float>(level));
      level *= form >= 4 ? 1 : uniform(random);
    }
  }
  return maxima;
}

void laws(uint64_t seed) {
  std::mt19937_64 random(seed);
  double worst = 0;
  for (int round = 0; round < 400; round++) {
    const Maxima maxima = drawn(random);
    std::vector<float> level(FLOWLINE_LAW_KNOTS);
    std::vector<double> table(static_cast<size_t>(maxima.classes * FLOWLINE_LAW_KNOTS));
    int32_t knots;
    CHECK(flowline_region_law_fit(maxima.values.data(), maxima.images, maxima.classes, level.data(),
                                  table.data(), &knots) == FLOWLINE_OK);
    CHECK(knots >= 2 && knots <= FLOWLINE_LAW_KNOTS && level[knots - 1] == 1.0f);
    float lowest = 1;
    for (int i = 0; i < maxima.images; i++) {
      lowest = std::min(lowest, maxima.values[(i + 1) * maxima.classes - 1]);
    }
    CHECK(level[0] == lowest || (lowest == 1.0f && knots == 2 && level[0] < 1.0f));
    for (int i = 1; i < knots; i++) CHECK(level[i] > level[i - 1]);
    for (int k = 0; k < maxima.classes; k++) {
      CHECK(table[k * knots] == 0);
      double smallest = 0;
      for (int i = 1; i < knots; i++) {
        smallest = std::min(smallest, maxima.smallest_probability(level[i], k));
        worst = std::max(worst, std::fabs(table[k * knots + i] - smallest));
      }
    }
    // A valid law, as it is.
    Context context;
    const float latent[4] = {0.5f, -1, 2, 0};
    const flowline_tensor scale = {sizeof scale, FLOWLINE_FLOAT32, latent, 1, 1, 2, 2, 0, 0, 0, 0};
    const flowline_region_law law = {sizeof law, maxima.classes, knots,
                                     0,          level.data(),   table.data()};
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.law = &law;
    float log10_nfa[4];
    const flowline_maps maps = {sizeof maps, 0, 2, 2, log10_nfa, nullptr, nullptr, nullptr};
    CHECK(flowline_segment(context, &scale, 1, &options, &maps) == FLOWLINE_OK);
  }
  std::printf("laws, seed %llu: largest difference of a log10 PFA %.2g\n",
              static_cast<unsigned long long>(seed), worst);
  CHECK(worst < 1e-9);
}

/// The highest levels, relative to the baseline to the power of an exponent.
Maxima with_exponent(Maxima maxima, const std::vector<float>& baselines, float exponent) {
  for (int i = 0; i < maxima.images * maxima.classes; i++) {
    const float baseline = baselines[i / maxima.classes];
    const float half = std::sqrt(baseline), fourth = std::sqrt(half);
    const float powers[] = {1, fourth, half, half * fourth, baseline};
    const float unit = powers[static_cast<int>(4 * exponent)];
    const float likelihood = 2 * baseline * (1 - maxima.values[i]);
    maxima.values[i] = std::max(0.0f, 1 - 0.5f * (likelihood / unit));
  }
  return maxima;
}

/// The slope of least squares, rounded to quarters, in long double.
float slow_exponent(const Maxima& maxima, const std::vector<float>& baselines) {
  const auto n = static_cast<long double>(maxima.images);
  std::vector<long double> slopes;
  for (int k = 0; k < maxima.classes; k++) {
    long double x = 0, y = 0, xx = 0, xy = 0;
    for (int i = 0; i < maxima.images; i++) {
      const long double b = -std::log(static_cast<long double>(baselines[i]));
      const float likelihood = 2 * baselines[i] * (1 - maxima.values[i * maxima.classes + k]);
      const long double g = transformed(1 - likelihood);
      x += b, y += g, xx += b * b, xy += b * g;
    }
    slopes.push_back((n * xy - x * y) / (n * xx - x * x));
  }
  std::sort(slopes.begin(), slopes.end());
  const size_t m = slopes.size();
  const long double median = (slopes[(m - 1) / 2] + slopes[m / 2]) / 2;
  return static_cast<float>(std::round(4 * std::clamp(median, 0.0L, 1.0L)) / 4);
}

/// Levels of which good images share so much of what is strange about them.
void exponents(uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  int found[5] = {};
  for (int round = 0; round < 500; round++) {
    const int wanted = round % 5, images = 40 + static_cast<int>(random() % 60), classes = 7;
    Maxima maxima = drawn(random);
    maxima.images = images;
    maxima.classes = classes;
    maxima.values.clear();
    std::vector<float> baselines;
    for (int i = 0; i < images; i++) {
      const double strangeness = 0.7 + 0.1 * normal(random);
      baselines.push_back(static_cast<float>(std::exp(-strangeness)));
      double g = 3.5 + 0.25 * wanted * strangeness + 0.01 * normal(random);
      for (int k = 0; k < classes; k++, g -= 0.25) {
        const double level = 1 - std::exp(-g) / (2 * static_cast<double>(baselines.back()));
        maxima.values.push_back(static_cast<float>(std::max(0.0, level)));
      }
    }
    float exponent;
    CHECK(flowline_baseline_exponent(maxima.values.data(), baselines.data(), images, classes,
                                     &exponent) == FLOWLINE_OK);
    CHECK(exponent == slow_exponent(maxima, baselines));
    CHECK(exponent == 0.25f * static_cast<float>(wanted));
    found[static_cast<int>(4 * exponent)]++;
  }
  for (int count : found) CHECK(count == 100);
  const float saturated[] = {2e-5f, 3e-5f, 4e-5f, 9e-4f}, levels[] = {0.5f, 0.4f, 0.5f, 0.3f};
  float of_saturated;
  CHECK(flowline_baseline_exponent(levels, saturated, 4, 1, &of_saturated) == FLOWLINE_OK);
  CHECK(of_saturated == 1);
  int close = 0, all = 0;
  for (int round = 0; round < 500; round++) {  // of any form: rounding may fall to either side
    const Maxima maxima = drawn(random);
    std::vector<float> baselines;
    for (int i = 0; i < maxima.images; i++) {
      baselines.push_back(0.01f + 0.99f * std::uniform_real_distribution<float>()(random));
    }
    float exponent;
    CHECK(flowline_baseline_exponent(maxima.values.data(), baselines.data(), maxima.images,
                                     maxima.classes, &exponent) == FLOWLINE_OK);
    close += exponent == slow_exponent(maxima, baselines);
    all++;
  }
  CHECK(close >= all - 2);
}

float eighth(float x) {
  for (int i = 0; i < 3; i++) x *= x;
  return x;
}

/// The same, of maxima that are relative; and the class of the baselines by the same formulas.
void relative_laws(uint64_t seed) {
  std::mt19937_64 random(seed);
  double worst = 0;
  for (int round = 0; round < 200; round++) {
    Maxima maxima = drawn(random);
    std::vector<float> baselines;
    const int form = static_cast<int>(random() % 3);
    for (int i = 0; i < maxima.images; i++) {
      const double uniform = std::uniform_real_distribution<double>()(random);
      baselines.push_back(form == 0 ? 0.5f : static_cast<float>(std::exp(-8 * form * uniform)));
    }
    std::vector<float> level(FLOWLINE_LAW_KNOTS), sorted = baselines;
    std::vector<double> table(static_cast<size_t>(maxima.classes * FLOWLINE_LAW_KNOTS)),
        of_baseline(FLOWLINE_LAW_KNOTS);
    int32_t knots;
    float baseline;
    const float exponent = 0.25f * static_cast<float>(random() % 5);
    CHECK(flowline_relative_law_fit(maxima.values.data(), baselines.data(), maxima.images,
                                    maxima.classes, exponent, level.data(), table.data(), &knots,
                                    &baseline, of_baseline.data()) == FLOWLINE_OK);
    if (exponent != 1) maxima = with_exponent(maxima, baselines, exponent);
    std::sort(sorted.begin(), sorted.end());
    CHECK(baseline == sorted[static_cast<size_t>(maxima.images - 1) / 2]);
    float lowest = 1;
    std::vector<double> column;
    for (int i = 0; i < maxima.images; i++) {
      const float of_image = std::max(0.5f, 1 - eighth(baselines[i] / baseline) / 2);
      lowest = std::min({lowest, of_image, maxima.values[(i + 1) * maxima.classes - 1]});
      column.push_back(transformed(of_image));
    }
    CHECK(level[0] == lowest && of_baseline[0] == 0);
    double smallest = 0;
    for (int i = 1; i < knots; i++) {
      smallest = std::min(smallest, maxima.smallest_probability(level[i], 0));
      worst = std::max(worst, std::fabs(table[i] - smallest));
      const double expected = log10_probability(column, transformed(level[i]));
      CHECK(of_baseline[i] <= of_baseline[i - 1]);
      worst = std::max(worst, std::fabs(of_baseline[i] - std::min(0.0, expected)));
    }
  }
  std::printf("relative laws, seed %llu: largest difference of a log10 PFA %.2g\n",
              static_cast<unsigned long long>(seed), worst);
  CHECK(worst < 1e-9);
}

/// P(Bin(n, p) >= j) from Pascal's triangle, n at most 60: every coefficient is exact to 1 ulp.
double at_least(int j, int n, double p) {
  std::vector<double> row = {1};
  for (int i = 0; i < n; i++) {
    row.push_back(1);
    for (size_t c = row.size() - 2; c > 0; c--) row[c] += row[c - 1];
  }
  double sum = 0;
  for (int k = j; k <= n; k++) {
    sum += row[static_cast<size_t>(k)] * std::pow(p, k) * std::pow(1 - p, n - k);
  }
  return sum;
}

void thresholds(uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform;
  int too_few = 0;
  for (int round = 0; round < 3000; round++) {
    const int n = 1 + static_cast<int>(random() % 60);
    std::vector<float> smallest;
    for (int i = 0; i < n; i++) smallest.push_back(static_cast<float>(random() % 40) - 20.0f);
    const double rate = std::pow(10, -2.5 * uniform(random)) * 0.999;
    const double confidence = round % 2 == 0   ? 0
                              : round % 5 == 0 ? std::pow(10, -6 * uniform(random))
                                               : 0.5 + 0.499 * uniform(random);
    float threshold;
    double promised;
    const flowline_status status =
        flowline_log10_epsilon(smallest.data(), n, rate, confidence, &threshold, &promised);
    int j = 0;
    while (j < n && (confidence == 0 ? (j + 1.0) / (n + 1) <= rate + 1e-11
                                     : at_least(j + 1, n, rate) >= confidence)) {
      j++;
    }
    too_few += j == 0;
    CHECK(status == (j == 0 ? FLOWLINE_TOO_FEW_IMAGES : FLOWLINE_OK));
    CHECK(j == 0 || promised <= rate + 1e-9);
    CHECK(j > 0 || promised > rate);
    j = std::max(1, j);
    std::sort(smallest.begin(), smallest.end());
    CHECK(threshold == smallest[static_cast<size_t>(j - 1)]);
    if (confidence == 0) {
      CHECK(std::fabs(promised - j / (n + 1.0)) < 1e-15);
    } else {
      CHECK(std::fabs(at_least(j, n, promised) - confidence) < 1e-11);
    }
  }
  CHECK(too_few > 300);
  // Wilks: of 59 images the smallest promises 5 % with a confidence of 0.95, of 58 it does not.
  std::vector<float> many(1 << 20, 0.0f);
  float threshold;
  double promised;
  CHECK(flowline_log10_epsilon(many.data(), 59, 0.05, 0.95, &threshold, &promised) == FLOWLINE_OK);
  CHECK(std::fabs(promised - (1 - std::pow(0.05, 1 / 59.0))) < 1e-12 && promised < 0.05);
  CHECK_FAILS(flowline_log10_epsilon(many.data(), 58, 0.05, 0.95, &threshold, &promised),
              FLOWLINE_TOO_FEW_IMAGES,
              "images must be at least 59 for a rate of 0.05, got 58, which guarantee 0.05034");
  CHECK(promised > 0.05 && threshold == 0);
  CHECK(flowline_log10_epsilon(many.data(), 19, 0.05, 0, &threshold, &promised) == FLOWLINE_OK);
  CHECK_FAILS(flowline_log10_epsilon(many.data(), 5, 0.05, 0, &threshold, &promised),
              FLOWLINE_TOO_FEW_IMAGES,
              "images must be at least 19 for a rate of 0.05, got 5, which guarantee 0.1667");
  CHECK_FAILS(flowline_log10_epsilon(many.data(), 5, 1e-9, 0, &threshold, &promised),
              FLOWLINE_TOO_FEW_IMAGES, "images must be at least 16777216 for");
  // Of an image of which nothing was tested there is no score.
  many[3] = FLT_MAX;
  CHECK_FAILS(flowline_log10_epsilon(many.data(), 59, 0.05, 0.95, &threshold, &promised),
              FLOWLINE_INVALID_ARGUMENT, "min_log10_nfa[3] is FLT_MAX");
  many[3] = 0;
  // Of a million the promise is nearly what was asked for.
  CHECK(flowline_log10_epsilon(many.data(), 1 << 20, 0.01, 0.95, &threshold, &promised) ==
        FLOWLINE_OK);
  CHECK(promised <= 0.01 && promised > 0.01 - 1e-6);
}

/// A p-value is a share that is counted, ties included, and decides as the threshold of the same
/// images does.
void p_values(uint64_t seed) {
  std::mt19937_64 random(seed);
  for (int round = 0; round < 3000; round++) {
    const int n = 1 + static_cast<int>(random() % 60);
    std::vector<float> smallest;
    for (int i = 0; i < n; i++) smallest.push_back(static_cast<float>(random() % 40) - 20.0f);
    const float of_image = static_cast<float>(random() % 84) / 2 - 21.0f;
    double p_value;
    CHECK(flowline_p_value(smallest.data(), n, of_image, &p_value) == FLOWLINE_OK);
    int more = n;
    for (float score : smallest) more -= score <= of_image;
    CHECK(p_value == (n + 1.0 - more) / (n + 1.0));
    for (double rate : {0.05, 0.1, 0.3}) {
      float threshold;
      double promised;
      const flowline_status status =
          flowline_log10_epsilon(smallest.data(), n, rate, 0, &threshold, &promised);
      CHECK(status == FLOWLINE_OK || status == FLOWLINE_TOO_FEW_IMAGES);
      CHECK((flowline_decide(of_image, threshold) == FLOWLINE_DEFECT) == (p_value <= promised));
    }
  }
  const float infinite[] = {-INFINITY, -1.0f};
  double all;
  CHECK(flowline_p_value(infinite, 2, -INFINITY, &all) == FLOWLINE_OK && all == 2 / 3.0);
}

}  // namespace

int main() {
  const uint64_t seed = std::random_device()();
  laws(seed);
  exponents(seed);
  relative_laws(seed);
  thresholds(seed);
  p_values(seed);
  return 0;
}
