// flowline_log10_pfa, the numbers of tests and what calibrates: every argument, and what has to
// hold among the values.
#include <cmath>
#include <limits>
#include <vector>

#include "input.hpp"

namespace {

constexpr int64_t MOST = int64_t{1} << 28;

void pfa(Input& in) {
  const int32_t bound = in.perhaps_wild32(in.byte() % 3);
  const int64_t channels =
      in.perhaps_wild(in.often() ? in.among(1, 4096) : 1 + in.bits<uint32_t>() % MOST);
  const int64_t pixels = in.perhaps_wild(in.among(1, 1024));
  double energy = in.often() ? static_cast<double>(channels) * (0.5 + in.byte() / 64.0)
                             : static_cast<double>(in.bits<float>());
  if (in.rarely()) energy = in.bits<double>();
  const int shift = perhaps_shift(in);
  Exact<double> result(1, shift);
  double* out = in.rarely() ? nullptr : result.get();
  Verdict verdict;
  verdict.require(bound >= 0 && bound <= 2);
  verdict.require(channels >= 1 && channels <= MOST);
  verdict.require(pixels >= 1 && pixels <= MOST);
  verdict.require(std::isfinite(energy) && energy >= 0);
  verdict.require(out != nullptr && result.aligned());
  expect(flowline_log10_pfa(bound, channels, energy, pixels, out), verdict);
  if (verdict.must_fail) return;
  EXPECT(*out <= 0);  // and no NaN
  EXPECT(std::isfinite(*out) || bound == FLOWLINE_PFA_AS_RELEASED || energy > 1e300);
  double chernoff, exact, further;
  EXPECT(flowline_log10_pfa(FLOWLINE_PFA_CHERNOFF, channels, energy, 1, &chernoff) == FLOWLINE_OK);
  EXPECT(flowline_log10_pfa(FLOWLINE_PFA_EXACT, channels, energy, 1, &exact) == FLOWLINE_OK);
  EXPECT(exact <= chernoff);
  const double more = energy * (1 + in.byte() / 16.0);
  if (!std::isfinite(more)) return;
  EXPECT(flowline_log10_pfa(FLOWLINE_PFA_EXACT, channels, more, 1, &further) == FLOWLINE_OK);
  EXPECT(further <= exact + 1e-9 * std::fabs(exact));
  EXPECT(flowline_log10_pfa(FLOWLINE_PFA_CHERNOFF, channels, more, 1, &further) == FLOWLINE_OK);
  EXPECT(further <= chernoff);
}

void published(Input& in) {
  const int32_t scales = in.perhaps_wild32(in.among(1, 8));
  const int64_t held = scales >= 1 && scales <= 64 ? scales : 1;
  Exact<int64_t> pixels(held, perhaps_shift(in));
  Exact<double> result(1, perhaps_shift(in));
  Verdict verdict;
  verdict.require(scales >= 1 && scales <= 64);
  for (int64_t l = 0; l < held; l++) {
    const int64_t n = in.perhaps_wild(in.among(1, 4096));
    std::memcpy(reinterpret_cast<char*>(pixels.get()) + l * 8, &n, 8);
    verdict.require(n >= 1 && n <= MOST);
  }
  const int64_t* given = in.rarely() ? nullptr : pixels.get();
  double* out = in.rarely() ? nullptr : result.get();
  verdict.require(given != nullptr && pixels.aligned() && out != nullptr && result.aligned());
  expect(flowline_log10_number_of_tests(given, scales, out), verdict);
  if (verdict.must_fail) return;
  int64_t most = 0;
  for (int64_t l = 0; l < held; l++) most = std::max(most, pixels[l]);
  double largest;
  EXPECT(flowline_log10_number_of_tests(&most, 1, &largest) == FLOWLINE_OK);
  EXPECT(*out >= largest &&
         *out <= largest + std::log10(static_cast<double>(held)) + 1e-12 * largest);
}

void by_size(Input& in) {
  const int64_t scale = in.perhaps_wild(in.among(1, 4096));
  const int64_t total = in.perhaps_wild(scale > 0 && scale <= MOST ? scale + in.byte() : in.byte());
  const int64_t region = in.perhaps_wild(scale > 0 ? 1 + in.bits<uint16_t>() % scale : 1);
  Exact<double> result(1, perhaps_shift(in));
  double* out = in.rarely() ? nullptr : result.get();
  Verdict verdict;
  verdict.require(scale >= 1 && scale <= MOST);
  verdict.require(region >= 1 && region <= scale && scale <= total);
  verdict.require(out != nullptr && result.aligned());
  verdict.may_fail = total > 64 * MOST;  // "1 to 64 scales" of 2^28
  expect(flowline_log10_number_of_tests_by_size(scale, total, region, out), verdict);
  if (!verdict.plain()) return;
  EXPECT(*out >= std::log10(0.316915 * 4.0625) + std::log10(static_cast<double>(total)));
}

/// maxima: valid ones.
void relative_law(Input& in, const Exact<float>& maxima, int64_t images, int32_t classes) {
  Exact<float> baselines(images), level(FLOWLINE_LAW_KNOTS), baseline(1), exponent(1);
  Exact<double> table(classes * FLOWLINE_LAW_KNOTS), of_baseline(FLOWLINE_LAW_KNOTS);
  Exact<int32_t> knots(1);
  Verdict verdict;
  for (int64_t i = 0; i < images; i++) {
    baselines[i] = in.rarely() ? in.bits<float>() : static_cast<float>(1 + in.byte()) / 256.0f;
    verdict.require(baselines[i] > 0 && baselines[i] <= 1);
  }
  expect(flowline_baseline_exponent(maxima, baselines, images, classes, exponent.get()), verdict);
  if (!verdict.must_fail) EXPECT(exponent[0] >= 0 && exponent[0] <= 1);
  const float by = 0.25f * static_cast<float>(images % 5);
  expect(flowline_relative_law_fit(maxima, baselines, images, classes, by, level, table,
                                   knots.get(), baseline.get(), of_baseline),
         verdict);
  if (verdict.must_fail) return;
  EXPECT(knots[0] >= 2 && knots[0] <= FLOWLINE_LAW_KNOTS && level[knots[0] - 1] == 1.0f);
  for (int64_t i = 0; i < knots[0]; i++) {
    EXPECT(std::isfinite(of_baseline[i]) && of_baseline[i] <= (i == 0 ? 0 : of_baseline[i - 1]));
  }
}

void region_law(Input& in) {
  const int64_t images = in.perhaps_wild(in.among(4, 40));
  const int32_t classes = in.perhaps_wild32(in.among(1, 8));
  Verdict verdict;
  verdict.require(images >= 4 && images <= int64_t{1} << 30);
  verdict.require(classes >= 1 && classes <= 29);
  const bool plain = images >= 4 && images <= 64 && classes >= 1 && classes <= 29;
  if (!verdict.must_fail && !plain) return;  // more than this memory holds
  const int64_t held = plain ? images * classes : 1;
  Exact<float> maxima(held, perhaps_shift(in)), level(FLOWLINE_LAW_KNOTS, perhaps_shift(in));
  Exact<double> table((plain ? classes : 1) * FLOWLINE_LAW_KNOTS, perhaps_shift(in));
  Exact<int32_t> knots(1, perhaps_shift(in));
  float before = 1;
  for (int64_t i = 0; i < held; i++) {
    if (!plain || i % classes == 0) before = 1;
    float value = before * static_cast<float>(in.byte()) / 255.0f;
    if (in.rarely()) value = in.bits<float>();
    verdict.require(value >= 0 && value <= before);
    std::memcpy(reinterpret_cast<char*>(maxima.get()) + i * 4, &value, 4);
    before = value;
  }
  verdict.require(maxima.aligned() && level.aligned() && table.aligned() && knots.aligned());
  int32_t* out = in.rarely() ? nullptr : knots.get();
  verdict.require(out != nullptr);
  expect(flowline_region_law_fit(maxima, images, classes, level, table, out), verdict);
  if (verdict.must_fail) return;
  EXPECT(*out >= 2 && *out <= FLOWLINE_LAW_KNOTS && level[*out - 1] == 1.0f);
  for (int64_t i = 0; i < int64_t{*out} * classes; i++) {
    EXPECT(std::isfinite(table[i]) && table[i] <= (i % *out == 0 ? 0 : table[i - 1]));
    EXPECT(i < *out || table[i] <= table[i - *out]);
    EXPECT(i < 1 || i >= *out || level[i] > level[i - 1]);
  }
  relative_law(in, maxima, images, classes);
}

void classes_of(Input& in) {
  const int64_t height = in.perhaps_wild(in.among(1, 4096)),
                width = in.perhaps_wild(in.among(1, 64));
  const int32_t classes = flowline_size_classes(height, width);
  const bool map = height >= 1 && width >= 1 && height <= int64_t{1} << 28 &&
                   width <= (int64_t{1} << 28) / height;
  EXPECT(map ? classes >= 1 && classes <= 27 : classes == 0);
  if (!map) return;
  const int64_t quarter = height * width / 4;
  EXPECT(quarter < int64_t{1} << classes &&
         (classes == 1 || quarter >= int64_t{1} << (classes - 1)));
}

/// The p-value of an image. promised: at most this if and only if it is below log10_epsilon; 2 if
/// that is not known.
void p_value(Input& in, const Exact<float>& smallest, float log10_epsilon, double promised) {
  const float of_image = in.rarely() ? in.bits<float>() : -static_cast<float>(in.byte());
  Verdict verdict;
  verdict.require(of_image < std::numeric_limits<float>::max());  // and no NaN
  Exact<double> p(1, perhaps_shift(in));
  verdict.require(p.aligned());
  expect(flowline_p_value(smallest, smallest.size(), of_image, p), verdict);
  if (verdict.must_fail) return;
  const double n = static_cast<double>(smallest.size());
  EXPECT(p[0] * (n + 1) >= 1 - 1e-9 && p[0] <= 1);
  if (promised <= 1) EXPECT((of_image < log10_epsilon) == (p[0] <= promised));
}

/// The guard band of the same scores as repeats of parts.
void guard_band(Input& in, const Exact<float>& scores) {
  const double log10_epsilon = in.rarely() ? in.bits<double>() : -static_cast<double>(in.byte());
  const double confidence = in.rarely() ? in.bits<double>() : 0.5 + in.byte() / 520.0;
  Verdict verdict;
  verdict.require(scores.size() >= 4 && std::isfinite(log10_epsilon));
  verdict.require(confidence >= 0.5 && confidence <= 1 - 1e-6);
  Exact<int32_t> part(scores.size(), perhaps_shift(in));
  const int shift = perhaps_shift(in);
  int64_t images_of[4] = {};
  for (int64_t i = 0; i < part.size(); i++) {
    const int32_t name = in.byte() % 4;
    images_of[name]++;
    std::memcpy(reinterpret_cast<char*>(part.get()) + i * 4, &name, 4);
    verdict.require(std::isfinite(scores[i]) && scores[i] < std::numeric_limits<float>::max());
  }
  int parts = 0;
  for (int64_t images : images_of) {
    parts += images > 0;
    verdict.require(images != 1);
  }
  verdict.require(parts >= 2 && part.aligned() && shift == 0);
  const uint32_t size = in.rarely() ? in.bits<uint32_t>() : sizeof(flowline_repeatability);
  verdict.require(size >= sizeof(flowline_repeatability) && size <= 4096 && size % 8 == 0);
  // As much memory as it says: of a size that no structure has, the library sees that size alone.
  Exact<char> memory(size > 4096 ? sizeof size : std::max<int64_t>(size, sizeof size), shift);
  std::memset(memory.get(), 0, memory.bytes());
  std::memcpy(memory.get(), &size, sizeof size);
  auto* result = reinterpret_cast<flowline_repeatability*>(memory.get());
  expect(flowline_guard_band(scores, part, scores.size(), log10_epsilon, confidence, result),
         verdict);
  if (verdict.must_fail) return;
  for (size_t i = sizeof *result; i < memory.bytes(); i++) EXPECT(memory[i] == 0);
  const flowline_repeatability& found = *result;
  EXPECT(found.guard_band >= 0 && found.standard_deviation >= 0);
  EXPECT(found.degrees_of_freedom > 0 && found.nearest <= found.farthest);
  EXPECT(found.parts >= 1 && found.parts <= parts && found.images <= scores.size());
}

/// CV+ of the same scores as out of fold.
void cv_plus(Input& in, const Exact<float>& scores) {
  const int32_t folds = in.perhaps_wild32(in.among(2, 5));
  const int32_t held = folds >= 1 && folds <= 256 ? folds : 1;
  const double rate = in.rarely() ? in.bits<double>() : (1 + in.byte()) / 257.0;
  Exact<int32_t> fold(scores.size(), perhaps_shift(in));
  Exact<float> of_image(held, perhaps_shift(in));
  Exact<double> p(1, perhaps_shift(in));
  Verdict verdict;
  verdict.require(scores.size() >= 2 && folds >= 2 && folds <= scores.size());
  std::vector<bool> has(static_cast<size_t>(held));
  for (int64_t i = 0; i < fold.size(); i++) {
    const int32_t name = in.rarely() ? in.bits<int32_t>() : static_cast<int32_t>(i % held);
    verdict.require(name >= 0 && name < folds);
    if (name >= 0 && name < held) has[static_cast<size_t>(name)] = true;
    std::memcpy(reinterpret_cast<char*>(fold.get()) + i * 4, &name, 4);
  }
  for (bool any : has) verdict.require(any);
  for (int32_t k = 0; k < held; k++) {
    const float value = in.rarely() ? in.bits<float>() : -static_cast<float>(in.byte());
    verdict.require(value < std::numeric_limits<float>::max());  // and no NaN
    std::memcpy(reinterpret_cast<char*>(of_image.get()) + k * 4, &value, 4);
  }
  verdict.require(fold.aligned() && of_image.aligned() && p.aligned());
  expect(flowline_cv_plus_p_value(scores, fold, scores.size(), of_image, folds, p), verdict);
  if (verdict.must_fail) return;
  const double n = static_cast<double>(scores.size());
  EXPECT(p[0] * (n + 1) >= 1 - 1e-9 && p[0] <= 1);
  flowline_verdict decided;
  double bound, nominal;
  float log10_epsilon;
  const flowline_status status =
      flowline_cv_plus_decide(scores, fold, scores.size(), of_image, folds, rate, &decided, &bound);
  verdict.require(rate > 0 && rate < 1);
  if (status != FLOWLINE_TOO_FEW_IMAGES) expect(status, verdict);
  EXPECT(status == flowline_cv_plus_log10_epsilon(scores, fold, scores.size(), folds, rate,
                                                  &log10_epsilon, &nominal));
  if (verdict.must_fail) return;
  EXPECT((decided == FLOWLINE_DEFECT) == (p[0] <= nominal));
  EXPECT(bound >= nominal && bound <= 1);
}

/// The verdict with guards is the one without at both ends of the band.
void guarded(Input& in, float score, float log10_epsilon) {
  const double below = in.rarely() ? in.bits<double>() : in.byte() / 16.0;
  const double above = in.rarely() ? in.bits<double>() : in.byte() / 16.0;
  const flowline_verdict verdict = flowline_decide_guarded(score, log10_epsilon, below, above);
  if (!(below >= 0 && above >= 0)) {
    EXPECT(verdict == FLOWLINE_NOT_INSPECTED);
    return;
  }
  if (!std::isfinite(below) || !std::isfinite(above)) return;
  const flowline_verdict low = flowline_decide(score, log10_epsilon - below);
  const flowline_verdict high = flowline_decide(score, log10_epsilon + above);
  EXPECT(verdict == (low == high ? low : FLOWLINE_UNDECIDED));
}

void threshold(Input& in) {
  const int64_t images = in.perhaps_wild(in.among(1, 100));
  const double rate = in.rarely() ? in.bits<double>() : (1 + in.byte()) / 257.0;
  double confidence = in.often() ? 0 : (1 + in.byte()) / 257.0;
  if (in.rarely()) confidence = in.bits<double>();
  Verdict verdict;
  verdict.require(images >= 1 && images <= int64_t{1} << 24);
  verdict.require(rate > 0 && rate < 1);
  verdict.require(confidence == 0 || (confidence >= 1e-6 && confidence < 1));
  const bool plain = images >= 1 && images <= 4096;
  if (!verdict.must_fail && !plain) return;
  Exact<float> smallest(plain ? images : 1, perhaps_shift(in)), epsilon(1, perhaps_shift(in));
  Exact<double> promised(1, perhaps_shift(in));
  for (int64_t i = 0; i < smallest.size(); i++) {
    const float value = in.rarely() ? in.bits<float>() : -static_cast<float>(in.byte());
    verdict.require(value < std::numeric_limits<float>::max());  // and no NaN
    std::memcpy(reinterpret_cast<char*>(smallest.get()) + i * 4, &value, 4);
  }
  verdict.require(smallest.aligned() && epsilon.aligned() && promised.aligned());
  const flowline_status status =
      flowline_log10_epsilon(smallest, images, rate, confidence, epsilon, promised);
  const bool too_few = status == FLOWLINE_TOO_FEW_IMAGES;
  if (!too_few) expect(status, verdict);
  if (verdict.must_fail) return;
  EXPECT(too_few == (promised[0] > rate + 1e-9) || std::fabs(promised[0] - rate) < 2e-9);
  int64_t below = 0, up_to = 0;
  for (int64_t i = 0; i < images; i++) {
    below += smallest[i] < epsilon[0];
    up_to += smallest[i] <= epsilon[0];
  }
  const double n = static_cast<double>(images);
  EXPECT(promised[0] > 0 && promised[0] <= 1 && up_to > below);
  if (confidence == 0) EXPECT(promised[0] <= std::max(rate + 1e-9, 1 / (n + 1)));
  if (below > 0) EXPECT(promised[0] <= rate + 1e-9);
  p_value(in, smallest, epsilon[0], confidence == 0 ? promised[0] : 2);
  guarded(in, smallest[0], epsilon[0]);
  guard_band(in, smallest);
  cv_plus(in, smallest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  classes_of(in);
  switch (in.byte() % 5) {
    case 0:
      pfa(in);
      break;
    case 1:
      published(in);
      break;
    case 2:
      by_size(in);
      break;
    case 3:
      region_law(in);
      break;
    default:
      threshold(in);
  }
  return 0;
}
