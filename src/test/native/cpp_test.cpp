// flowline.hpp against flowline.h: the same results, errors with their status, views that know
// their size, a context that moves.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <flowline/flowline.hpp>
#include <limits>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "check.hpp"

namespace {

using flowline::Error;
using flowline::Span;
using flowline::Strides;
using flowline::Tensor;

static_assert(!std::is_copy_constructible<flowline::Context>::value, "a context is one's own");
static_assert(!std::is_copy_assignable<flowline::Context>::value, "a context is one's own");
static_assert(std::is_nothrow_move_constructible<flowline::Context>::value, "a context moves");
static_assert(!std::is_copy_constructible<flowline::FieldOfView>::value, "it moves");
static_assert(std::is_nothrow_move_constructible<flowline::FieldOfView>::value, "it moves");
static_assert(!std::is_copy_constructible<flowline::Convolution>::value, "it moves");
static_assert(std::is_nothrow_move_constructible<flowline::Convolution>::value, "it moves");
static_assert(!std::is_copy_constructible<flowline::FlowStage>::value, "it moves");
static_assert(std::is_nothrow_move_constructible<flowline::FlowStage>::value, "it moves");
static_assert(sizeof(Tensor) == sizeof(flowline_tensor), "an array of the one is one of the other");
static_assert(!std::is_convertible<std::vector<int>, Span<const float>>::value,
              "elements are typed");
static_assert(!std::is_convertible<const std::vector<float>&, Span<float>>::value, "const is kept");
static_assert(std::is_convertible<Span<float>, Span<const float>>::value, "const can be added");

// A view of a temporary does not compile.
static_assert(!std::is_constructible<Span<const float>, std::vector<float>>::value, "a view");
static_assert(!std::is_constructible<Span<const float>, const std::vector<float>>::value, "a view");
static_assert(!std::is_constructible<Span<float>, std::vector<float>>::value, "a view");
static_assert(!std::is_constructible<Span<const Tensor>, std::initializer_list<Tensor>>::value,
              "a view of a list would outlive it");
static_assert(!std::is_constructible<Tensor, std::vector<float>, flowline::Shape>::value, "a view");
static_assert(std::is_constructible<Tensor, std::vector<float>&, flowline::Shape>::value, "a view");
static_assert(
    !std::is_assignable<decltype((flowline::SegmentOptions().ignore)), std::vector<uint8_t>>::value,
    "a view");
static_assert(!std::is_constructible<Span<const float>, float[3]>::value, "a view");
static_assert(!std::is_constructible<Span<const float>, const float[3]>::value, "a view");
static_assert(!std::is_constructible<Span<float>, float[3]>::value, "a view");
static_assert(std::is_constructible<Span<const float>, float (&)[3]>::value,
              "of an array that stays");
static_assert(std::is_constructible<Span<float>, float (&)[3]>::value, "of an array that stays");
template <class Element, class = void>
constexpr bool IS_VIEW_OF_LIST = false;
template <class Element>
constexpr bool
    IS_VIEW_OF_LIST<Element, std::void_t<decltype(Span<const Element>(
                                 {std::declval<Element&>(), std::declval<Element&>()}))>> = true;
static_assert(!IS_VIEW_OF_LIST<Tensor> && !IS_VIEW_OF_LIST<float>, "a list does not stay");
template <class Options, class = void>
constexpr bool TAKES_LIST = false;
template <class Options>
constexpr bool
    TAKES_LIST<Options, std::void_t<decltype(std::declval<Options&>().ignore = {{1, 0, 0}})>> =
        true;
static_assert(!TAKES_LIST<flowline::SegmentOptions>, "a list does not stay");
template <class Maps, class = void>
constexpr bool HAS_VIEW = false;
template <class Maps>
constexpr bool HAS_VIEW<Maps, std::void_t<decltype(std::declval<Maps>().log10_nfa_of(0))>> = true;
static_assert(HAS_VIEW<const flowline::Maps&> && !HAS_VIEW<flowline::Maps>, "maps own their map");

template <class Call>
void throws(flowline_status status, const char* words, Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    if (error.status() == status && std::strstr(error.what(), words) != nullptr) return;
    std::fprintf(stderr, "expected %s, got %s\n", words, error.what());
    std::exit(1);
  }
  std::fprintf(stderr, "expected %s, got no error\n", words);
  std::exit(1);
}

std::vector<float> numbers(size_t count) {
  std::vector<float> z(count);
  for (size_t i = 0; i < count; i++) z[i] = static_cast<float>(i * 37 % 101) / 40 - 1;
  return z;
}

void calibration() {
  std::vector<float> maxima;
  for (int image = 0; image < 12; image++) {
    for (int k = 0; k < 3; k++) maxima.push_back(0.1f + 0.05f * static_cast<float>(image - k + 2));
  }
  std::vector<float> level(FLOWLINE_LAW_KNOTS);
  std::vector<double> log10_pfa(3 * FLOWLINE_LAW_KNOTS);
  int32_t knots;
  CHECK(flowline_region_law_fit(maxima.data(), 12, 3, level.data(), log10_pfa.data(), &knots) ==
        FLOWLINE_OK);
  level.resize(static_cast<size_t>(knots));
  log10_pfa.resize(static_cast<size_t>(3 * knots));
  const flowline::RegionLaw law = flowline::fit_region_law(maxima, 3);
  CHECK(law.level == level && law.log10_pfa == log10_pfa);
  throws(FLOWLINE_INVALID_ARGUMENT, "maxima must have a multiple of the 5 classes, got 36",
         [&] { flowline::fit_region_law(maxima, 5); });
  throws(FLOWLINE_INVALID_ARGUMENT, "images must be 4 to",
         [&] { flowline::fit_region_law(maxima, 12); });

  const std::vector<float> baselines(12, 0.5f);
  const flowline::RegionLaw relative = flowline::fit_relative_law(maxima, baselines, 3);
  CHECK(relative.level == level && relative.log10_pfa == log10_pfa && relative.baseline == 0.5f);
  CHECK(relative.baseline_exponent == 1);
  CHECK(relative.baseline_log10_pfa.size() == level.size());
  throws(FLOWLINE_INVALID_ARGUMENT, "maxima must have 12 baselines times 4 classes, got 36",
         [&] { flowline::fit_relative_law(maxima, baselines, 4); });

  std::vector<float> smallest;
  for (int i = 1; i <= 19; i++) smallest.push_back(static_cast<float>(i % 2 == 0 ? -i : i));
  const flowline::Threshold threshold = flowline::threshold(smallest, 0.1);
  CHECK(threshold.log10_epsilon == -16.0f && threshold.promised == 0.1);
  throws(FLOWLINE_TOO_FEW_IMAGES, "too few images: images must be at least 22",
         [&] { flowline::threshold(smallest, 0.1, 0.9); });
  throws(FLOWLINE_INVALID_ARGUMENT, "rate must be between 0 and 1",
         [&] { flowline::threshold(smallest, 1.0); });
  CHECK(flowline::p_value(smallest, threshold.log10_epsilon) == 3 / 20.0);  // -18 and the tie
  throws(FLOWLINE_INVALID_ARGUMENT, "of_image is FLT_MAX",
         [&] { flowline::p_value(smallest, std::numeric_limits<float>::max()); });
}

void guard_bands() {
  const std::vector<float> scores = {-1.0f, -1.5f, -3.0f, -3.25f, -5.0f, -4.0f};
  const std::vector<int32_t> part = {1, 1, 2, 2, 3, 3};
  flowline_repeatability expected = {};
  expected.struct_size = sizeof expected;
  CHECK(flowline_guard_band(scores.data(), part.data(), 6, -2, 0.9, &expected) == FLOWLINE_OK);
  const flowline::Repeatability found = flowline::guard_band(scores, part, -2, 0.9);
  CHECK(found.guard_band == expected.guard_band && found.parts == 3 && found.images == 6);
  CHECK(flowline::guard_band(scores, part, -2).guard_band > found.guard_band);  // 0.95
  const std::vector<int32_t> short_part = {1, 1};
  throws(FLOWLINE_INVALID_ARGUMENT, "part must have 6 elements, got 2",
         [&] { flowline::guard_band(scores, short_part, -2); });
  using flowline::Verdict;
  CHECK(flowline::decide(-2.4f, -2, {0.5, 0.25}) == Verdict::Undecided);
  CHECK(flowline::decide(-2.6f, -2, {0.5, 0.25}) == Verdict::Defect);
  CHECK(flowline::decide(-1.7f, -2, {0.5, 0.25}) == Verdict::Good);
  CHECK(std::string(flowline::name_of(Verdict::Undecided)) == "undecided");

  std::vector<float> z(3 * 8 * 8, 1.0f);
  for (int c = 0; c < 3; c++) z[static_cast<size_t>(c * 64 + 20)] = 5.0f;
  flowline::Context context;
  const flowline::Tensor latents[] = {flowline::Tensor(z, {1, 3, 8, 8})};
  const flowline::Inspection plain = context.inspect(latents, 16, 16, 0.0)[0];
  CHECK(plain.verdict == Verdict::Defect);
  const double above = -static_cast<double>(plain.min_log10_nfa) + 0.5;
  const flowline::Inspection wide = context.inspect(latents, 16, 16, -above, {}, {0.1, 1.0})[0];
  CHECK(wide.verdict == Verdict::Undecided && wide.min_log10_nfa == plain.min_log10_nfa);
  CHECK(!wide.regions.empty() && wide.regions[0].log10_nfa == wide.min_log10_nfa);
}

void cross_validation() {
  const std::vector<float> scores = {-1, -2, -3, -4};
  const std::vector<int32_t> fold = {0, 1, 0, 1};
  const std::vector<float> of_image = {-2.5f, -1.5f}, strange = {-9, -9};
  const flowline::OutOfFold good = {scores, fold};
  CHECK(flowline::cv_plus_p_value(good, of_image) == 4 / 5.0);
  CHECK(flowline::cv_plus_decide(good, of_image, 0.2).verdict == flowline::Verdict::Good);
  const flowline::CvPlusDecision decision = flowline::cv_plus_decide(good, strange, 0.2);
  CHECK(decision.verdict == flowline::Verdict::Defect);
  CHECK(decision.promised > 0.4 && decision.promised < 0.6);
  const flowline::OutOfFoldThreshold threshold = flowline::cv_plus_threshold(good, 2, 0.4);
  CHECK(threshold.log10_epsilon == -3 && threshold.nominal == 0.4);
  throws(FLOWLINE_TOO_FEW_IMAGES, "images must be at least 19",
         [&] { flowline::cv_plus_threshold(good, 2, 0.05); });
  const std::vector<int32_t> three = {0, 1, 0};
  throws(FLOWLINE_INVALID_ARGUMENT, "fold must have 4 elements, got 3", [&] {
    flowline::cv_plus_p_value({scores, three}, of_image);
  });
}

// Sizes that no call may have are named as flowline.h names them, whichever output is asked for.
void wrong_sizes(flowline::Context* context, const Tensor* good,
                 const flowline::SegmentOptions& options) {
  std::vector<float> positions(2 * 12 * 10), pixels(2 * 24 * 20);
  std::vector<double> by_scale(2 * 2), by_channel(2 * (5 + 7));
  flowline::MapViews none, fused, energies, means, map;
  for (flowline::MapViews* views : {&none, &fused, &energies, &means, &map}) {
    views->height = 24;
    views->width = 20;
  }
  fused.fused_map = positions;
  energies.mean_energies = by_scale;
  means.channel_means = by_channel;
  map.log10_nfa = pixels;
  for (const flowline::MapViews* views : {&none, &fused, &energies, &means, &map}) {
    const auto refused = [&](int64_t Tensor::*member, int64_t value, const char* message) {
      Tensor latents[2] = {good[0], good[1]};
      latents[0].*member = value;
      throws(FLOWLINE_INVALID_ARGUMENT, message,
             [&] { context->segment_into(latents, *views, options); });
      throws(FLOWLINE_INVALID_ARGUMENT, message,
             [&] { context->reserve(latents, *views, options); });
    };
    refused(&Tensor::height, -4, "latents[0].height must be 1 to 268435456, got -4");
    refused(&Tensor::width, 0, "latents[0].width must be 1 to 268435456, got 0");
    refused(&Tensor::channels, -1, "latents[0].channels must be 1 to 268435456, got -1");
    refused(&Tensor::channels, INT64_MAX, "latents[0].channels must be 1 to 268435456, got 9");
    refused(&Tensor::batch, -2, "latents[0].batch must be 1 to 1073741824, got -2");
  }
  map.height = -24;
  throws(FLOWLINE_INVALID_ARGUMENT, "maps.height must be 1 to 268435456, got -24",
         [&] { context->segment_into(Span<const Tensor>(good, 2), map, options); });
  throws(FLOWLINE_INVALID_ARGUMENT, "maps.width must be 1 to 268435456, got -20",
         [&] { context->segment(Span<const Tensor>(good, 2), 24, -20, options); });
}

/// options: with a region of interest and masks of both images, which give these log10_nfa.
void prepared_views(flowline::Context* context, Span<const Tensor> latents,
                    const flowline::SegmentOptions& options, const std::vector<float>& log10_nfa) {
  std::vector<uint8_t> masks(options.ignore.data(), options.ignore.data() + options.ignore.size());
  flowline::FieldOfView made =
      flowline::Context().field_of_view(24, 20, options.region_of_interest, masks);
  std::fill(masks.begin(), masks.end(), 1);
  const flowline::FieldOfView view = std::move(made);
  flowline::SegmentOptions prepared = options;
  prepared.region_of_interest = {};
  prepared.ignore = {};
  prepared.field_of_view = &view;
  CHECK(context->segment(latents, 24, 20, prepared).log10_nfa == log10_nfa);
  throws(FLOWLINE_INVALID_ARGUMENT, "options.field_of_view is of maps of 24 x 20, not 20 x 24",
         [&] { context->segment(latents, 20, 24, prepared); });
  prepared.field_of_view = &made;
  throws(FLOWLINE_INVALID_ARGUMENT, "options.field_of_view was moved from",
         [&] { context->segment(latents, 24, 20, prepared); });
  prepared.field_of_view = nullptr;
  const flowline::FieldOfView everything = context->field_of_view(24, 20, {});
  const std::vector<float> plain = context->segment(latents, 24, 20, prepared).log10_nfa;
  prepared.field_of_view = &everything;
  CHECK(context->segment(latents, 24, 20, prepared).log10_nfa == plain && plain != log10_nfa);
  const std::vector<uint8_t> short_mask(24 * 20 - 1);
  throws(FLOWLINE_INVALID_ARGUMENT, "ignore must have a multiple of the 480 pixels, got 479",
         [&] { context->field_of_view(24, 20, {}, short_mask); });
  throws(FLOWLINE_INVALID_ARGUMENT, "height must be 1 to",
         [&] { context->field_of_view(0, 20, {}, short_mask); });
}

void the_same_maps() {
  const std::vector<float> fine = numbers(2 * 5 * 12 * 10), coarse = numbers(2 * 7 * 6 * 5);
  std::vector<uint8_t> masks(2 * 24 * 20);
  for (size_t i = 0; i < masks.size(); i++) masks[i] = i % 11 == 0;
  flowline::SegmentOptions options;
  options.pfa_bound = flowline::PfaBound::Exact;
  options.number_of_tests = flowline::NumberOfTests::BySize;
  options.region_of_interest = {2, 3, 15, 20};
  options.ignore = masks;
  flowline::Context context;
  const Tensor latents[2] = {Tensor(fine, {2, 5, 12, 10}), Tensor(coarse, {2, 7, 6, 5})};
  const flowline::Maps maps = context.segment(latents, 24, 20, options, flowline::AnomalyMap::Yes);

  const flowline_tensor given[2] = {{sizeof(flowline_tensor), 0, fine.data(), 2, 5, 12, 10},
                                    {sizeof(flowline_tensor), 0, coarse.data(), 2, 7, 6, 5}};
  const flowline_segment_options how = {
      sizeof how, FLOWLINE_PFA_EXACT, FLOWLINE_TESTS_BY_SIZE, 0, 2, 3, 15, 20, masks.data(), 480};
  std::vector<float> nfa(960), smallest(2), anomaly(960), score(2);
  const flowline_maps to = {sizeof to,      0,           24, 20, nfa.data(), smallest.data(),
                            anomaly.data(), score.data()};
  Context plain;
  CHECK(flowline_segment(plain, given, 2, &how, &to) == FLOWLINE_OK);
  CHECK(maps.log10_nfa == nfa && maps.min_log10_nfa == smallest);
  CHECK(maps.anomaly_map == anomaly && maps.anomaly_score == score);
  CHECK(maps.batch == 2 && maps.height == 24 && maps.width == 20);
  const flowline::Maps without = context.segment(latents, 24, 20, options);
  CHECK(without.log10_nfa == nfa && without.anomaly_map.empty() && without.anomaly_score.empty());

  std::vector<float> only(2);
  context.reserve(latents, {24, 20, {}, only}, options);
  context.segment_into(latents, {24, 20, {}, only}, options);
  CHECK(only == smallest);

  std::vector<float> fused(2 * 12 * 10), fused_alone(fused.size());
  std::vector<double> energies(2 * 2), means(2 * (5 + 7)), energies_alone(4), means_alone(24);
  flowline_maps rest = {};
  rest.struct_size = sizeof rest;
  rest.height = 24;
  rest.width = 20;
  rest.fused_map = fused_alone.data();
  rest.mean_energies = energies_alone.data();
  rest.channel_means = means_alone.data();
  CHECK(flowline_segment(plain, given, 2, &how, &rest) == FLOWLINE_OK);
  flowline::MapViews views;
  views.height = 24;
  views.width = 20;
  views.fused_map = fused;
  views.mean_energies = energies;
  views.channel_means = means;
  context.segment_into(latents, views, options);
  CHECK(fused == fused_alone && energies == energies_alone && means == means_alone);
  views.channel_means = Span<double>(means.data(), 23);
  throws(FLOWLINE_INVALID_ARGUMENT, "maps.channel_means must have 24 elements, got 23",
         [&] { context.segment_into(latents, views, options); });
  const flowline::Maps more = context.segment(latents, 24, 20, options, flowline::AnomalyMap::No,
                                              flowline::FusedMap::Yes, flowline::Means::Yes);
  CHECK(more.fused_map == fused && more.mean_energies == energies && more.channel_means == means);
  CHECK(more.log10_nfa == nfa && more.anomaly_map.empty());
  CHECK(without.fused_map.empty() && without.mean_energies.empty() &&
        without.channel_means.empty());
  wrong_sizes(&context, latents, options);
  prepared_views(&context, latents, options, nfa);
  options.ignore = Span<const uint8_t>(masks.data(), 480);  // one for both
  CHECK(context.segment(latents, 24, 20, options).log10_nfa != nfa);

  flowline::RegionLaw law;
  law.level = {0.2f, 0.6f, 1.0f};
  law.log10_pfa = {0, -1, -2, 0, -2, -4};
  options.law = &law;
  options.smallest_region = 2;
  const flowline_region_law same_law = {sizeof same_law,     2, 3, 0, law.level.data(),
                                        law.log10_pfa.data()};
  flowline_segment_options by_law = how;
  by_law.ignore_batch_stride = 0;
  by_law.law = &same_law;
  by_law.smallest_region = 2;
  CHECK(flowline_segment(plain, given, 2, &by_law, &to) == FLOWLINE_OK);
  CHECK(context.segment(latents, 24, 20, options).log10_nfa == nfa);
  law.baseline = 0.5f;
  law.baseline_exponent = 0.75f;
  law.baseline_log10_pfa = {0, -3, -6};
  const flowline_region_law same_relative = {
      sizeof same_relative,         2, 3, 0,    law.level.data(),
      law.log10_pfa.data(),         0, 0, 0.5f, 0.75f,
      law.baseline_log10_pfa.data()};
  by_law.law = &same_relative;
  CHECK(flowline_segment(plain, given, 2, &by_law, &to) == FLOWLINE_OK);
  CHECK(context.segment(latents, 24, 20, options).log10_nfa == nfa);
  law.baseline_log10_pfa.pop_back();
  throws(FLOWLINE_INVALID_ARGUMENT, "options.law.baseline_log10_pfa must have the 3 knots, got 2",
         [&] { context.segment(latents, 24, 20, options); });
  flowline::RegionLaw none_such;
  none_such.level = {0.2f, 0.6f};
  none_such.log10_pfa = {0, -1, -2};
  options.law = &none_such;
  throws(FLOWLINE_INVALID_ARGUMENT, "options.law.log10_pfa must have a multiple of the 2 knots",
         [&] { context.segment(latents, 24, 20, options); });
  options.law = nullptr;
  options.smallest_region = 0;
  const std::vector<float> maxima = context.region_maxima(anomaly, 48, 20, 3);
  std::vector<float> expected(3);
  CHECK(flowline_region_maxima(plain, anomaly.data(), 48, 20, 3, expected.data()) == FLOWLINE_OK);
  CHECK(maxima == expected);
  const flowline::RelativeMaxima relative = context.relative_maxima(anomaly, 48, 20, 3);
  float baseline;
  CHECK(flowline_relative_maxima(plain, anomaly.data(), 48, 20, 3, expected.data(), &baseline) ==
        FLOWLINE_OK);
  CHECK(relative.maxima == expected && relative.baseline == baseline);
  calibration();
  guard_bands();
  cross_validation();

  // More regions than the first guess at their number has room for.
  std::vector<float> dots(40 * 40);
  for (size_t i = 0; i < dots.size(); i++) dots[i] = i / 40 % 2 == 0 && i % 2 == 0 ? -1.0f : 1.0f;
  const std::vector<flowline::Region> regions = context.regions(dots, 40, 40);
  CHECK(regions.size() == 400 && regions[399].x == 38 && regions[399].y == 38);
  CHECK(context.regions(dots, 40, 40, -2.0).empty());
  CHECK(context.regions(maps.log10_nfa_of(1), 24, 20, 1e30, 8).size() > 0);
  for (int64_t none : {int64_t{-1}, int64_t{2}, INT64_MAX}) {
    throws(FLOWLINE_INVALID_ARGUMENT, "image must be 0 to 1", [&] { maps.log10_nfa_of(none); });
  }
}

// Of the options the two enumerations, whatever the mask and box of some map say.
void selections(const std::vector<float>& energy) {
  const std::vector<float> levels = numbers(30);
  const std::vector<uint8_t> mask(256 * 256, 1);
  flowline::SegmentOptions options;
  options.pfa_bound = flowline::PfaBound::Exact;
  options.number_of_tests = flowline::NumberOfTests::BySize;
  options.ignore = mask;
  options.region_of_interest = {100, 100, 50, 50};
  flowline_segment_options how = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  how.pfa_bound = FLOWLINE_PFA_EXACT;
  how.number_of_tests = FLOWLINE_TESTS_BY_SIZE;
  std::vector<int32_t> region(30);
  std::vector<double> log10_pfa(30);
  std::vector<float> painted(30);
  flowline::Context context;
  auto check = [&](const float* from, const float* energies, const flowline::Selection& selection) {
    CHECK(flowline_select(context.handle(), from, energies, 5, 6, 4, 30, &how, region.data(),
                          log10_pfa.data(), painted.data()) == FLOWLINE_OK);
    CHECK(selection.region_of_pixel == region && selection.log10_pfa == log10_pfa &&
          selection.painted == painted);
  };
  check(energy.data(), nullptr, context.select(energy, 5, 6, 4, 30, options));
  std::fill(log10_pfa.begin(), log10_pfa.end(), 0.0);
  check(levels.data(), energy.data(), context.select(levels, 5, 6, 4, 30, options, energy));
  throws(FLOWLINE_INVALID_ARGUMENT, "energies must have 30 elements, got 29", [&] {
    context.select(levels, 5, 6, 4, 30, options, Span<const float>(energy.data(), 29));
  });
}

void the_same_parts() {
  const std::vector<float> z = numbers(3 * 4 * 5 * 6);
  flowline::Context context;
  const flowline::Shape shape = {3, 4, 5, 6};
  std::vector<float> energy = context.energy(Tensor(z, shape));
  CHECK(energy.size() == 90);
  float expected = 0;
  for (int c = 0; c < 4; c++) expected += z[c * 30 + 7] * z[c * 30 + 7];
  CHECK(energy[7] == expected);

  // The same numbers as bfloat16, channels last: those of 6 bits are exact in it.
  std::vector<flowline::BFloat16> last(z.size());
  std::vector<float> rounded(z.size());
  for (int64_t i = 0; i < 360; i++) {
    rounded[i] = static_cast<float>(i * 37 % 61) / 16;
    uint32_t bits;
    std::memcpy(&bits, &rounded[i], sizeof bits);
    const int64_t image = i / 120, c = i / 30 % 4, position = i % 30;
    last[(image * 30 + position) * 4 + c] = static_cast<flowline::BFloat16>(bits >> 16);
  }
  CHECK(context.energy(Tensor(last.data(), shape, Strides::channels_last(shape))) ==
        context.energy(Tensor(rounded, shape)));

  energy.resize(30);
  const flowline::ComponentTree tree = context.component_tree(energy, 5, 6, 4);
  CHECK(tree.parent[0] == -1 && tree.area[0] == 30 && tree.parent.size() == tree.altitude.size());
  selections(energy);

  CHECK(std::fabs(flowline::log10_pfa(flowline::PfaBound::Chernoff, 1, 8, 2) +
                  (7 - std::log(8.0)) / std::log(10.0)) < 1e-14);
  const double all = flowline::log10_number_of_tests({784, 196});
  CHECK(all > 476 && all < 478);
  CHECK(flowline::log10_number_of_tests_by_size(784, 980, 1) < 7);
}

void couplings() {
  const flowline::Shape shape = {2, 5, 3, 4};
  const std::vector<float> x = numbers(2 * 5 * 12), a = numbers(2 * 4 * 12);
  const std::vector<float> gain = {1, 2, 0.5f, 3, 1}, offset = {0, 1, -1, 2, 0};
  const std::vector<int32_t> permutation = {3, 0, 4, 1, 2};
  flowline::Coupling coupling;
  coupling.clamp = flowline::Clamp::TanhScaled;
  coupling.gain = gain;
  coupling.offset = offset;
  coupling.permutation = permutation;
  flowline::Context context;
  std::vector<float> z(x.size()), back(x.size());
  std::vector<double> log_det(2);
  const Tensor subnet(a, {2, 4, 3, 4});
  context.coupling_forward(coupling, Tensor(x, shape), subnet, z.data(), log_det);
  CHECK(z != x && log_det[0] != 0);
  context.coupling_undo_affine(coupling, Tensor(z, shape), back.data(), log_det);
  context.coupling_inverse(coupling, Tensor(back, shape), subnet, log_det);
  for (size_t i = 0; i < x.size(); i++) CHECK(std::fabs(back[i] - x[i]) < 1e-5f);
  CHECK(std::fabs(log_det[0]) < 1e-9 && std::fabs(log_det[1]) < 1e-9);

  const std::vector<float> three(3, 1.0f);
  coupling.gain = three;
  throws(FLOWLINE_INVALID_ARGUMENT, "coupling.gain must have 5 elements, got 3",
         [&] { context.coupling_forward(coupling, Tensor(x, shape), subnet, z.data()); });
}

void convolutions() {
  const flowline::Shape shape = {2, 3, 5, 4}, output = {2, 6, 5, 4};
  const std::vector<float> x = numbers(shape.elements()), weights = numbers(6 * 3 * 9);
  const std::vector<float> bias = numbers(6), added = numbers(output.elements());
  const Tensor input(x.data(), shape, Strides::channels_last(shape));
  const Tensor summand(added.data(), output, Strides::channels_last(output));
  flowline::Context context;
  flowline::Convolution made = flowline::Context().convolution(3, 6, weights, bias);
  flowline::Convolution convolution = std::move(made);
  flowline_convolution* plain = nullptr;
  CHECK(flowline_convolution_create(context.handle(), 3, 6, weights.data(), bias.data(), &plain) ==
        FLOWLINE_OK);
  std::vector<float> expected(output.elements());
  CHECK(flowline_convolution_forward(context.handle(), plain, &input, &summand, 1,
                                     expected.data()) == FLOWLINE_OK);
  CHECK(context.convolution_forward(convolution, input, flowline::Rectified::Yes, &summand) ==
        expected);
  CHECK(flowline_convolution_forward(context.handle(), plain, &input, nullptr, 0,
                                     expected.data()) == FLOWLINE_OK);
  flowline_convolution_destroy(plain);
  std::vector<float> actual(expected.size());
  context.convolution_forward_into(convolution, input, actual);
  CHECK(actual == expected && convolution.output_of(input).channels == 6);

  // An empty bias is none, also where there is memory behind it.
  std::vector<float> none(6, NAN);
  none.clear();
  const std::vector<float> zeros(6);
  CHECK(context.convolution_forward(context.convolution(3, 6, weights, none), input) ==
        context.convolution_forward(context.convolution(3, 6, weights, zeros), input));

  throws(FLOWLINE_INVALID_ARGUMENT, "weights must have 108 elements, got 162",
         [&] { context.convolution(3, 4, weights, bias); });
  throws(FLOWLINE_INVALID_ARGUMENT, "bias must have 6 elements, got 162",
         [&] { context.convolution(3, 6, weights, weights); });
  throws(FLOWLINE_INVALID_ARGUMENT, "inputs must be 1 to 65536, got -3",
         [&] { context.convolution(-3, 6, weights, bias); });
  throws(FLOWLINE_INVALID_ARGUMENT, "weights must not be NULL",
         [&] { context.convolution(3, 6, {}, bias); });
  throws(FLOWLINE_INVALID_ARGUMENT, "output must have 240 elements, got 120", [&] {
    context.convolution_forward_into(convolution, input, Span<float>(actual.data(), 120));
  });
  throws(FLOWLINE_INVALID_ARGUMENT, "input.channel_stride must be 1, got 20",
         [&] { context.convolution_forward(convolution, Tensor(x, shape)); });
  throws(FLOWLINE_INVALID_ARGUMENT, "convolution must not be NULL",
         [&] { context.convolution_forward(made, input); });
}

void linear_layers() {
  const std::vector<float> x = numbers(5 * 7), weights = numbers(20 * 7), bias = numbers(20);
  const std::vector<float> few = numbers(3 * 7), zeros(20);
  flowline::Context context;
  std::vector<float> expected(5 * 20);
  CHECK(flowline_linear(context.handle(), 5, 7, 20, x.data(), weights.data(), bias.data(),
                        expected.data()) == FLOWLINE_OK);
  CHECK(context.linear(5, 7, 20, x, weights, bias) == expected);
  CHECK(context.linear(5, 7, 20, x, weights) == context.linear(5, 7, 20, x, weights, zeros));
  throws(FLOWLINE_INVALID_ARGUMENT, "input must have 35 elements, got 20",
         [&] { context.linear(5, 7, 20, bias, weights); });
  throws(FLOWLINE_INVALID_ARGUMENT, "outputs must be 16 to 65536, got 3",
         [&] { context.linear(5, 7, 3, x, few); });
}

void attention() {
  const int64_t images = 2, tokens = 3, heads = 2, width = 16, channels = heads * width;
  // Queries, keys and values of a token lie side by side, as a linear layer leaves them.
  const std::vector<float> all = numbers(images * tokens * 3 * channels);
  const std::vector<float> mix = numbers(heads * heads), other = numbers(heads * heads + 1);
  const std::vector<float> bias = numbers(heads);
  flowline_attention plain = {sizeof plain,
                              0.5f,
                              images,
                              tokens,
                              heads,
                              width,
                              tokens * 3 * channels,
                              3 * channels,
                              all.data(),
                              all.data() + channels,
                              all.data() + 2 * channels,
                              mix.data(),
                              nullptr,
                              bias.data()};
  flowline::Context context;
  std::vector<float> expected(images * tokens * channels);
  CHECK(flowline_attention_forward(context.handle(), &plain, expected.data()) == FLOWLINE_OK);
  const auto from = [&](int64_t first) {
    return Span<const float>(all.data() + first, all.size() - first);
  };
  flowline::Attention given;
  given.scale = 0.5f;
  given.batch = images;
  given.tokens = tokens;
  given.heads = heads;
  given.head_channels = width;
  given.token_stride = 3 * channels;
  given.batch_stride = tokens * 3 * channels;
  given.queries = from(0);
  given.keys = from(channels);
  given.values = from(2 * channels);
  given.mix_scores = mix;
  given.share_bias = bias;
  CHECK(context.attention_forward(given) == expected);
  given.mix_shares = other;
  throws(FLOWLINE_INVALID_ARGUMENT, "mix_shares must have 4 elements, got 5",
         [&] { context.attention_forward(given); });
  given.mix_shares = {};
  given.values = from(2 * channels + 1);
  throws(FLOWLINE_INVALID_ARGUMENT, "values must have 512 elements, got 511",
         [&] { context.attention_forward(given); });
  given.values = {};
  throws(FLOWLINE_INVALID_ARGUMENT, "values must not be NULL",
         [&] { context.attention_forward(given); });

  // Without strides nothing lies between tokens and images.
  plain.token_stride = channels;
  plain.batch_stride = tokens * channels;
  plain.queries = plain.keys = plain.values = all.data();
  CHECK(flowline_attention_forward(context.handle(), &plain, expected.data()) == FLOWLINE_OK);
  given.token_stride = given.batch_stride = 0;
  given.queries = given.keys = given.values = from(0);
  CHECK(context.attention_forward(given) == expected);
  given.heads = 0;
  throws(FLOWLINE_INVALID_ARGUMENT, "heads must be 1 to 1024, got 0",
         [&] { context.attention_forward(given); });
}

void flow_stages() {
  const flowline::Shape shape = {2, 5, 3, 4};
  const std::vector<float> x = numbers(shape.elements()), second = numbers(4 * 7 * 9);
  const std::vector<float> first = numbers(7 * 3 * 9), bias = numbers(7), gain(5, 2.0f);
  const std::vector<int32_t> permutation = {3, 0, 4, 1, 2};
  flowline::FlowStep steps[2];
  steps[0].hidden = 7;
  steps[0].first_weights = first;
  steps[0].first_bias = bias;
  steps[0].second_weights = second;
  steps[0].coupling.gain = gain;
  steps[0].coupling.permutation = permutation;
  steps[1].kernel = 1;
  steps[1].hidden = 2;
  steps[1].first_weights = Span<const float>(first.data(), 2 * 3);
  steps[1].second_weights = Span<const float>(second.data(), 4 * 2);
  steps[1].second_bias = Span<const float>(second.data(), 4);
  const flowline_coupling couplings[] = {
      {sizeof *couplings, FLOWLINE_CLAMP_TANH, 2.0f, 0.1f, gain.data(), nullptr,
       permutation.data()},
      {sizeof *couplings, FLOWLINE_CLAMP_TANH, 2.0f, 0.1f, nullptr, nullptr, nullptr}};
  const flowline_flow_step given[] = {
      {sizeof *given, 3, 7, first.data(), bias.data(), second.data(), nullptr, couplings},
      {sizeof *given, 1, 2, first.data(), nullptr, second.data(), second.data(), couplings + 1}};
  flowline::Context context;
  flowline_flow_stage* plain = nullptr;
  CHECK(flowline_flow_stage_create(context.handle(), 5, given, 2, &plain) == FLOWLINE_OK);
  const Tensor input(x.data(), shape, Strides::channels_last(shape));
  std::vector<float> expected(x.size());
  CHECK(flowline_flow_stage_forward(context.handle(), plain, &input, expected.data()) ==
        FLOWLINE_OK);
  flowline_flow_stage_destroy(plain);
  flowline::FlowStage made = flowline::Context().flow_stage(5, steps);
  flowline::FlowStage stage = std::move(made);
  CHECK(context.flow_stage_forward(stage, input) == expected && expected != x);
  std::vector<float> in_place = x;
  context.flow_stage_forward_into(
      stage, Tensor(in_place.data(), shape, Strides::channels_last(shape)), in_place);
  CHECK(in_place == expected);

  const flowline::TrainedFlowStage trained = context.trained_flow_stage(5, steps);
  std::vector<float> output(x.size()), of_input(x.size()), gradients(2 * 500);
  std::vector<double> log_det(2), of_log_det = {1, -2};
  context.flow_stage_forward_log_det_into(trained, input, output, log_det);
  CHECK(output == expected && log_det[0] != 0 && log_det[0] != log_det[1]);
  std::vector<flowline::FlowStepGradients> views(2);
  float* at = gradients.data();
  for (size_t i = 0; i < 2; i++) {
    const flowline::FlowStepSizes& size = trained.sizes()[i];
    const auto next = [&at](size_t count) { return Span<float>((at += count) - count, count); };
    views[i] = {next(size.first_weights), next(size.first_bias), next(size.second_weights),
                next(size.second_bias),   next(size.gain),       next(size.offset)};
  }
  context.flow_stage_gradients_into(trained, input, input, of_log_det, of_input, views);
  std::vector<float> by_hand(gradients.size()), of_input_by_hand(x.size());
  float* to = by_hand.data();
  const auto array = [&to](size_t count) { return (to += count) - count; };
  float* const places[] = {array(7 * 3 * 9), array(7), array(4 * 7 * 9), array(4),
                           array(5),         array(5), array(2 * 3),     array(2),
                           array(4 * 2),     array(4), array(5),         array(5)};
  const flowline_flow_step_gradients both[] = {
      {sizeof *both, places[0], places[1], places[2], places[3], places[4], places[5]},
      {sizeof *both, places[6], places[7], places[8], places[9], places[10], places[11]}};
  CHECK(flowline_flow_stage_gradients(context.handle(), trained.handle(), &input, &input,
                                      of_log_det.data(), of_input_by_hand.data(),
                                      both) == FLOWLINE_OK);
  CHECK(gradients == by_hand && of_input == of_input_by_hand);
  CHECK(gradients[0] != 0 && of_input[0] != 0);
  std::vector<float> bias_alone(7);
  std::vector<flowline::FlowStepGradients> some(2);
  some[0].first_bias = bias_alone;
  context.flow_stage_gradients_into(trained, input, input, of_log_det, {}, some);
  CHECK(std::equal(bias_alone.begin(), bias_alone.end(), places[1]));
  some[1].gain = bias_alone;
  throws(FLOWLINE_INVALID_ARGUMENT, "gradients[1].gain must have 5 elements, got 7", [&] {
    context.flow_stage_gradients_into(trained, input, input, of_log_det, of_input, some);
  });
  throws(FLOWLINE_INVALID_ARGUMENT, "gradients must have 2 elements, got 0", [&] {
    context.flow_stage_gradients_into(trained, input, input, of_log_det, of_input, {});
  });
  throws(FLOWLINE_INVALID_ARGUMENT, "input_gradient must have 120 elements, got 7",
         [&] { context.flow_stage_gradients_into(trained, input, input, {}, bias_alone, views); });
  throws(FLOWLINE_INVALID_ARGUMENT, "log_det must have 2 elements, got 0",
         [&] { context.flow_stage_forward_log_det_into(trained, input, output, {}); });

  throws(FLOWLINE_INVALID_ARGUMENT, "stage must not be NULL",
         [&] { context.flow_stage_forward(made, input); });
  throws(FLOWLINE_INVALID_ARGUMENT, "steps must not be NULL",
         [&] { context.flow_stage(5, Span<const flowline::FlowStep>()); });
  throws(FLOWLINE_INVALID_ARGUMENT, "channels must be 2 to 65536, got 1",
         [&] { context.flow_stage(1, Span<const flowline::FlowStep>(steps + 1, 1)); });
  throws(FLOWLINE_INVALID_ARGUMENT, "coupling.gain must have 4 elements, got 5",
         [&] { context.flow_stage(4, steps); });
  steps[1].kernel = 5;
  throws(FLOWLINE_INVALID_ARGUMENT, "steps[1].kernel must be 1 or 3, got 5",
         [&] { context.flow_stage(5, steps); });
  steps[0].first_bias = first;
  throws(FLOWLINE_INVALID_ARGUMENT, "steps[0].first_bias must have 7 elements, got 189",
         [&] { context.flow_stage(5, steps); });
}

void errors() {
  flowline::Context context;
  std::vector<float> z(3 * 4 * 4), map(64);
  throws(FLOWLINE_INVALID_ARGUMENT, "invalid argument: tensor must have 100 elements, got 48", [&] {
    Tensor(z, {1, 4, 5, 5});
  });
  for (int64_t bad : {int64_t{-1}, INT64_MIN, INT64_MAX}) {
    throws(FLOWLINE_INVALID_ARGUMENT, "size", [&] { Tensor(z, {bad, 2, 2, 2}); });
    throws(FLOWLINE_INVALID_ARGUMENT, "size", [&] { context.regions(map, bad, 8); });
    throws(FLOWLINE_INVALID_ARGUMENT, "", [&] {
      context.segment({Tensor(z, {1, 3, 4, 4})}, bad, 8);
    });
    throws(FLOWLINE_INVALID_ARGUMENT, "", [&] {
      context.energy(Tensor(z.data(), {1, 3, bad, 4}));
    });
  }
  throws(FLOWLINE_INVALID_ARGUMENT, "maps.log10_nfa must have 64 elements, got 63", [&] {
    context.segment_into({Tensor(z, {1, 3, 4, 4})}, {8, 8, Span<float>(map.data(), 63)});
  });
  throws(FLOWLINE_INVALID_ARGUMENT, "options.ignore must have 64 elements, got 3", [&] {
    const std::array<uint8_t, 3> mask = {};
    flowline::SegmentOptions options;
    options.ignore = Span<const uint8_t>(mask.data(), mask.size());
    context.segment({Tensor(z, {1, 3, 4, 4})}, 8, 8, options);
  });
  throws(FLOWLINE_INVALID_ARGUMENT, "invalid argument: latents must not be NULL",
         [&] { context.segment(Span<const Tensor>(), 8, 8); });
  throws(FLOWLINE_INVALID_ARGUMENT, "invalid argument: connectivity",
         [&] { context.regions(map, 8, 8, 0, 5); });
  z[20] = NAN;
  throws(FLOWLINE_NOT_FINITE, "not finite: latents[0], image 0", [&] {
    context.segment({Tensor(z, {1, 3, 4, 4})}, 8, 8);
  });
  flowline::ContextOptions options;
  options.threads = 0;
  throws(FLOWLINE_INVALID_ARGUMENT, "options.threads", [&] { flowline::Context none(options); });
  std::string why;
  if (flowline::cuda_devices(&why) == 0) {
    options.threads = 1;
    options.device = flowline::Device::Cuda;
    CHECK(!why.empty());
    throws(FLOWLINE_UNAVAILABLE, why.c_str(), [&] { flowline::Context none(options); });
  }
}

// As flowline_inspect, with few regions.
void few_regions() {
  std::vector<float> z(2 * 4 * 20 * 30, 0.5f);
  for (int i : {3 * 30 + 4, 9 * 30 + 20}) z[i] = 60.0f;
  z[4 * 600 + 15 * 30 + 7] = 50.0f;
  flowline::Context context;
  const Tensor latent(z, {2, 4, 20, 30});
  flowline_verdict verdicts[2];
  int64_t counts[2];
  flowline_region regions[2 * 3];
  const flowline_inspection asked = {sizeof asked, 0,       100,     300, -3.0,
                                     verdicts,     nullptr, regions, 3,   counts};
  CHECK(flowline_inspect(context.handle(), &latent, 1, nullptr, &asked) == FLOWLINE_OK);
  CHECK(counts[0] == 2 && counts[1] == 1);
  const auto images = context.inspect({latent}, 100, 300, -3);
  for (size_t i = 0; i < 2; i++) {
    CHECK(static_cast<int64_t>(images[i].regions.size()) == counts[i]);
    CHECK(std::memcmp(images[i].regions.data(), regions + i * 3,
                      sizeof(flowline_region) * images[i].regions.size()) == 0);
  }
}

// As flowline_inspect, with more regions than the first call has room for.
void the_same_inspection() {
  std::vector<float> z(2 * 4 * 20 * 30, 0.5f);
  for (int y = 0; y < 20; y += 2) {
    for (int x = 0; x < 30; x += 2)
      z[4 * 600 + y * 30 + x] = 60.0f + static_cast<float>(y * 30 + x);
  }
  flowline::Context context;
  const Tensor latent(z, {2, 4, 20, 30});
  const auto images = context.inspect({latent}, 20, 30, -3);
  flowline_verdict verdicts[2];
  int64_t counts[2];
  std::vector<flowline_region> regions(2 * 150);
  float smallest[2];
  const flowline_inspection asked = {sizeof asked,   0,   20,    30, -3.0, verdicts, smallest,
                                     regions.data(), 150, counts};
  CHECK(flowline_inspect(context.handle(), &latent, 1, nullptr, &asked) == FLOWLINE_OK);
  CHECK(images.size() == 2 && images[1].regions.size() == 150 && counts[1] == 150);
  for (size_t i = 0; i < 2; i++) {
    CHECK(static_cast<flowline_verdict>(images[i].verdict) == verdicts[i]);
    CHECK(images[i].min_log10_nfa == smallest[i]);
    CHECK(static_cast<int64_t>(images[i].regions.size()) == counts[i]);
    CHECK(counts[i] == 0 || std::memcmp(images[i].regions.data(), regions.data() + i * 150,
                                        sizeof(flowline_region) * images[i].regions.size()) == 0);
  }
  CHECK(images[0].verdict == flowline::Verdict::Good);
  CHECK(images[1].verdict == flowline::decide(images[1].min_log10_nfa, -3));
  CHECK(std::string(flowline::name_of(images[1].verdict)) == "defect");
  CHECK(std::string(flowline::name_of(flowline::Verdict::NotInspected)) == "not inspected");
  throws(FLOWLINE_INVALID_ARGUMENT, "latents must not be NULL",
         [&] { context.inspect(Span<const Tensor>(), 8, 8, 0); });
  throws(FLOWLINE_INVALID_ARGUMENT, "latents[0].batch must be 1 to 1073741824, got -1", [&] {
    context.inspect({Tensor(z.data(), {-1, 4, 20, 30})}, 8, 8, 0);
  });
  // A law for one size is refused at another.
  std::vector<float> maxima;
  for (int i = 0; i < 10 * 8; i++) maxima.push_back(0.5f);
  flowline::SegmentOptions options;
  const flowline::RegionLaw law = flowline::fit_region_law(maxima, 20, 30);
  CHECK(flowline::size_classes(20, 30) == 8 && law.log10_pfa.size() == 8 * law.level.size());
  options.law = &law;
  CHECK(context.inspect({latent}, 9, 9, -3, options).size() == 2);
  throws(FLOWLINE_INVALID_ARGUMENT, "options.law was measured on maps of 20 x 30", [&] {
    context.inspect({Tensor(z, {2, 4, 30, 20})}, 9, 9, -3, options);
  });
}

void frames() {
  flowline::Context context;
  std::vector<uint8_t> pixels(6 * 40);
  for (size_t i = 0; i < pixels.size(); i++) pixels[i] = static_cast<uint8_t>(i * 37);
  flowline::Preprocessing to;
  to.height = 5;
  to.width = 4;
  const flowline::Frame part(flowline::PixelFormat::Bgr8, pixels.data(), 6, 12, 40, {3, 1, 7, 4});
  const flowline_frame plain = {
      sizeof plain, FLOWLINE_FRAME_BGR8, pixels.data(), 6, 12, 40, 3, 1, 7, 4};
  const flowline_preprocessing same_to = {
      sizeof same_to, 0, 5, 4, {0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f}};
  std::vector<float> expected(60);
  CHECK(flowline_preprocess(context.handle(), &plain, 1, &same_to, expected.data()) == FLOWLINE_OK);
  CHECK(context.preprocess(part, to) == expected);
  const flowline::Frame whole(flowline::PixelFormat::Gray8, pixels.data(), 6, 40);
  const flowline::Frame both[] = {whole, part};
  std::vector<float> inputs(120);
  context.preprocess_into(both, to, inputs);
  CHECK(std::equal(expected.begin(), expected.end(), inputs.begin() + 60));
  // A camera of 12 bits, said of the frame.
  const flowline::Frame deep(flowline::PixelFormat::Gray16, pixels.data(), 6, 20, {}, 12);
  const flowline::Frame plain_deep(flowline::PixelFormat::Gray16, pixels.data(), 6, 20);
  flowline::Preprocessing to_12 = to;
  to_12.bits = 12;
  CHECK(context.preprocess(deep, to) == context.preprocess(plain_deep, to_12));
  CHECK(context.preprocess(deep, to) != context.preprocess(plain_deep, to));
  to.bits = 7;
  throws(FLOWLINE_INVALID_ARGUMENT, "preprocessing.bits must be 8 to 16, got 7",
         [&] { context.preprocess(part, to); });
  to.bits = 0;
  throws(FLOWLINE_INVALID_ARGUMENT, "input must have 120 elements, got 60",
         [&] { context.preprocess_into(both, to, Span<float>(inputs.data(), 60)); });
}

void moves() {
  flowline::ContextOptions options;
  options.threads = 2;
  options.instruction_set = flowline::InstructionSet::Baseline;
  flowline::Context first(options);
  CHECK(first.description().find("CPU, 2 threads") == 0);
  flowline::Context second(std::move(first));
  CHECK(first.handle() == nullptr && second.handle() != nullptr);
  throws(FLOWLINE_INVALID_ARGUMENT, "context", [&] {
    const std::vector<float> map(4);
    first.regions(map, 2, 2);
  });
  first = std::move(second);
  CHECK(first.handle() != nullptr);
  std::thread([context = std::move(first)]() mutable {
    const std::vector<float> map(4, -1.0f);
    CHECK(context.regions(map, 2, 2).size() == 1);
  }).join();
  std::vector<flowline::Context> several;
  for (int i = 0; i < 5; i++) several.emplace_back();
  CHECK(several[4].description().find("CPU, 1 thread,") == 0);
}

}  // namespace

int main() {
  CHECK(flowline::version() == flowline_version());
  the_same_maps();
  the_same_parts();
  couplings();
  convolutions();
  linear_layers();
  attention();
  flow_stages();
  errors();
  the_same_inspection();
  few_regions();
  frames();
  moves();
}
