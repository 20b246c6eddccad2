// libflowline_inspect without an engine: files are read, refused if they are wrong, judged by,
// recalibrated and saved.
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "flowline/inspect.h"
#include "starvation.hpp"
#include "tiny_model.hpp"

namespace {

using tiny::CHANNELS;
using tiny::SIDE;

struct Model {
  explicit Model(const std::string& content) : file(content) {
    CHECK(flowline_model_open(file.path(), &options(), &handle) == FLOWLINE_OK);
  }
  explicit Model(const tiny::Manifest& manifest) : Model(tiny::content(manifest)) {}
  ~Model() { flowline_model_close(handle); }
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  operator flowline_model*() const { return handle; }

  static const flowline_model_options& options() {
    static const flowline_model_options none = {
        sizeof none, FLOWLINE_ENGINE_NONE, 1, 1, nullptr, 0, 0, nullptr};
    return none;
  }

  tiny::File file;
  flowline_model* handle = nullptr;
};

/// The latents of a batch: noise, and in the last image a bright block of the finest scale.
struct Latents {
  explicit Latents(int64_t batch, float bright = 9) : batch(batch) {
    fine.resize(static_cast<size_t>(batch * CHANNELS * 64));
    coarse.resize(static_cast<size_t>(batch * CHANNELS * 16));
    uint32_t state = 7;
    for (auto* scale : {&fine, &coarse}) {
      for (float& z : *scale) {
        state = state * 1664525 + 1013904223;
        z = static_cast<float>(state >> 8) / (1 << 23) - 1;
      }
    }
    float* const last = fine.data() + (batch - 1) * CHANNELS * 64;
    for (int64_t c = 0; c < CHANNELS; c++) {
      for (const int64_t position : {18, 19, 26, 27}) last[c * 64 + position] = bright;
    }
    tensors[0] = {sizeof(flowline_tensor), FLOWLINE_FLOAT32, fine.data(), batch, CHANNELS, 8, 8};
    tensors[1] = {sizeof(flowline_tensor), FLOWLINE_FLOAT32, coarse.data(), batch, CHANNELS, 4, 4};
  }
  int64_t batch;
  std::vector<float> fine, coarse;
  flowline_tensor tensors[2];
};

constexpr int64_t ROOM = 4;

struct Judgements {
  explicit Judgements(int64_t count)
      : regions(static_cast<size_t>(count * ROOM)),
        log10_nfa(static_cast<size_t>(count * SIDE * SIDE)),
        anomaly_map(log10_nfa.size()),
        all(static_cast<size_t>(count)) {
    for (int64_t i = 0; i < count; i++) {
      flowline_judgement& one = all[static_cast<size_t>(i)];
      one = {};
      one.struct_size = sizeof one;
      one.regions = regions.data() + i * ROOM;
      one.capacity = ROOM;
      one.log10_nfa = log10_nfa.data() + i * SIDE * SIDE;
      one.anomaly_map = anomaly_map.data() + i * SIDE * SIDE;
    }
  }
  std::vector<flowline_region> regions;
  std::vector<float> log10_nfa, anomaly_map;
  std::vector<flowline_judgement> all;
};

/// What flowline_inspect itself says, with a law that was fitted here.
struct Expected {
  Expected(const Latents& latents, bool relative, const uint8_t* ignore, double log10_epsilon,
           double guard_above = 0, float exponent = 1)
      : judgements(latents.batch),
        verdicts(static_cast<size_t>(latents.batch)),
        smallest(verdicts.size()),
        scores(verdicts.size()),
        counts(verdicts.size()) {
    const Context context;
    const tiny::Maxima maxima;
    std::vector<float> level(FLOWLINE_LAW_KNOTS);
    std::vector<double> pfa(FLOWLINE_LAW_KNOTS * tiny::Maxima::CLASSES),
        baseline(FLOWLINE_LAW_KNOTS);
    flowline_region_law law{};
    law.struct_size = sizeof law;
    law.classes = tiny::Maxima::CLASSES;
    if (relative) {
      CHECK(flowline_relative_law_fit(maxima.values.data(), maxima.baselines.data(),
                                      tiny::Maxima::IMAGES, law.classes, exponent, level.data(),
                                      pfa.data(), &law.knots, &law.baseline,
                                      baseline.data()) == FLOWLINE_OK);
      law.baseline_log10_pfa = baseline.data();
      law.baseline_exponent = exponent;
    } else {
      CHECK(flowline_region_law_fit(maxima.values.data(), tiny::Maxima::IMAGES, law.classes,
                                    level.data(), pfa.data(), &law.knots) == FLOWLINE_OK);
    }
    law.level = level.data();
    law.log10_pfa = pfa.data();
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.law = &law;
    options.ignore = ignore;
    flowline_maps maps{};
    maps.struct_size = sizeof maps;
    maps.height = maps.width = SIDE;
    maps.log10_nfa = judgements.log10_nfa.data();
    maps.anomaly_map = judgements.anomaly_map.data();
    maps.anomaly_score = scores.data();
    flowline_inspection inspection{};
    inspection.struct_size = sizeof inspection;
    inspection.height = inspection.width = SIDE;
    inspection.log10_epsilon = log10_epsilon;
    inspection.guard_above = guard_above;
    inspection.verdict = verdicts.data();
    inspection.min_log10_nfa = smallest.data();
    inspection.regions = judgements.regions.data();
    inspection.capacity = ROOM;
    inspection.region_count = counts.data();
    inspection.maps = &maps;
    CHECK(flowline_inspect(context, latents.tensors, 2, &options, &inspection) == FLOWLINE_OK);
  }
  Judgements judgements;
  std::vector<flowline_verdict> verdicts;
  std::vector<float> smallest, scores;
  std::vector<int64_t> counts;
};

template <class Element>
bool same_bits(const std::vector<Element>& a, const std::vector<Element>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Element)) == 0;
}

void require_equal(const Judgements& is, const Expected& wanted) {
  for (size_t i = 0; i < is.all.size(); i++) {
    CHECK(is.all[i].verdict == wanted.verdicts[i]);
    CHECK(is.all[i].min_log10_nfa == wanted.smallest[i]);
    CHECK(is.all[i].anomaly_score == wanted.scores[i]);
    CHECK(is.all[i].region_count == wanted.counts[i]);
  }
  CHECK(same_bits(is.log10_nfa, wanted.judgements.log10_nfa));
  CHECK(same_bits(is.anomaly_map, wanted.judgements.anomaly_map));
}

// Without frames regions are in pixels of the maps, and all is flowline_inspect's.
void judges_as_libflowline_does() {
  const Context context(2);
  const Latents latents(3);
  for (const bool relative : {false, true}) {
    tiny::Manifest manifest;
    manifest.law = R"({"mapHeight":8,"mapWidth":8,"maxima":)" + tiny::Maxima().json +
                   (relative ? R"(,"baselines":)" + tiny::Maxima().baselines_json : "") + "}";
    const Model model(manifest);
    const Expected wanted(latents, relative, nullptr, -0.5);
    Judgements is(3);
    CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, is.all.data()) ==
          FLOWLINE_OK);
    require_equal(is, wanted);
    CHECK(is.all[2].verdict == FLOWLINE_DEFECT && is.all[2].region_count >= 1);
    CHECK(std::memcmp(is.all[2].regions, wanted.judgements.regions.data() + 2 * ROOM,
                      sizeof(flowline_region)) == 0);
    CHECK(is.all[2].log10_epsilon == -0.5 && is.all[2].promised == 0.2);
    // Of -0.75, -0.25, 0.125, 0.5.
    CHECK(is.all[2].p_value == 1.0 / 5);
  }
}

// A law that is half as relative.
void takes_the_exponent_of_the_law() {
  const Context context;
  const Latents latents(2);
  tiny::Manifest manifest;
  manifest.law = R"({"maxima":)" + tiny::Maxima().json + R"(,"baselines":)" +
                 tiny::Maxima().baselines_json + R"(,"baselineExponent":0.5})";
  const Model model(manifest);
  Judgements is(2);
  CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, is.all.data()) == FLOWLINE_OK);
  const Expected wanted(latents, true, nullptr, -0.5, 0, 0.5f);
  require_equal(is, wanted);
  CHECK(wanted.smallest[0] != Expected(latents, true, nullptr, -0.5).smallest[0]);
}

void counts_the_p_value() {
  const Context context;
  Latents latents(1, 0.5f);
  tiny::Manifest manifest;
  const auto judged = [&](const tiny::Manifest& by) {
    const Model model(by);
    Judgements is(1);
    CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, is.all.data()) ==
          FLOWLINE_OK);
    return is.all[0];
  };
  const std::string score = tiny::Maxima::text(judged(manifest).min_log10_nfa);
  // A tie counts.
  manifest.calibration = R"({"goodImages":2,"images":[{"smallestLog10Nfa":)" + score +
                         R"(},{"smallestLog10Nfa":9}],"asked":{"rate":0.2},"promised":0.2})";
  CHECK(judged(manifest).p_value == 2.0 / 3);
  manifest.calibration = R"({"goodImages":3,"images":[{"smallestLog10Nfa":-9}],"promised":0.25})";
  CHECK(std::isnan(judged(manifest).p_value) && judged(manifest).promised == 0.25);
  // Groups by their shares: a's images weigh 0.15, b's 0.7; 0.15 and the image's own 0.7 of 1.7.
  manifest.calibration =
      R"({"goodImages":3,"images":[{"smallestLog10Nfa":99,"group":"b"},)"
      R"({"smallestLog10Nfa":-99,"group":"a"},{"smallestLog10Nfa":98,"group":"a"}],)"
      R"("mix":{"a":0.3,"b":0.7},"promised":0.5})";
  CHECK(std::fabs(judged(manifest).p_value - 0.85 / 1.7) < 1e-15);
  manifest.calibration = "";
  CHECK(std::isnan(judged(manifest).p_value) && std::isnan(judged(manifest).promised));
}

// Infinite numbers, as Java writes them: a threshold that all are below, and images that nothing was
// found in.
void takes_infinite_numbers() {
  const Context context;
  const Latents latents(1, 0.5f);
  tiny::Manifest manifest;
  for (const bool below : {true, false}) {
    manifest.epsilon = below ? R"("Infinity")" : R"("-Infinity")";
    manifest.calibration =
        R"({"goodImages":3,"images":[{"smallestLog10Nfa":"-Infinity"},{"smallestLog10Nfa":99},)"
        R"({"smallestLog10Nfa":"Infinity"}],"asked":{"rate":0.2},"promised":0.2})";
    const Model model(manifest);
    Judgements is(1);
    CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, is.all.data()) ==
          FLOWLINE_OK);
    CHECK(is.all[0].verdict == (below ? FLOWLINE_DEFECT : FLOWLINE_GOOD));
    CHECK(is.all[0].p_value == 2.0 / 4);
    CHECK(std::string(flowline_model_description(model))
              .find("\"log10Epsilon\": " + manifest.epsilon) != std::string::npos);
    // They are saved as they were read.
    const float good[] = {1, 2, -INFINITY, 4};
    CHECK(flowline_model_recalibrate(model, good, 4, 0.2, 0) == FLOWLINE_OK);
  }
}

void sees_the_field_of_view() {
  const Context context;
  const Latents latents(2);
  tiny::Manifest manifest;
  // Of 8 x 8 positions the first two rows and the last are in view.
  manifest.more_of_test = R"(,"fieldOfView":{"height":8,"width":8,"runs":[16,40,8]})";
  std::vector<uint8_t> mask(SIDE * SIDE);
  for (size_t i = 0; i < mask.size(); i++) mask[i] = i >= 4 * SIDE && i < 14 * SIDE;
  const Model model(manifest);
  Judgements is(2);
  CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, is.all.data()) == FLOWLINE_OK);
  require_equal(is, Expected(latents, false, mask.data(), -0.5));
  CHECK(is.log10_nfa[5 * SIDE] == FLT_MAX && is.log10_nfa[2 * SIDE] != FLT_MAX);

  // A view of other positions than the maps have, of which none is in view where scales are coarse.
  manifest.more_of_test = R"(,"fieldOfView":{"height":1,"width":100,"runs":[0,99,1]})";
  const Model narrow(manifest);
  CHECK(flowline_judge(context, narrow, latents.tensors, 2, nullptr, is.all.data()) == FLOWLINE_OK);
  CHECK(is.all[1].verdict == FLOWLINE_NOT_INSPECTED && is.all[1].min_log10_nfa == FLT_MAX);
  CHECK(std::isnan(is.all[1].p_value) && is.all[1].region_count == 0);
}

float region_before(const Judgements& judgements, size_t image, int64_t region) {
  return judgements.all[image].regions[region - 1].log10_nfa;
}

/// A test of two zones: the upper five of eight rows of positions, and the others.
tiny::Manifest two_zones() {
  const std::string law = R"(,"law":{"maxima":)" + tiny::Maxima().json + "}}";
  tiny::Manifest manifest;
  manifest.law = "";
  manifest.more_of_test = R"(,"zones":{"height":8,"width":8,"runs":[0,40,1,24],"zones":[)"
                          R"({"name":"upper","share":0.9)" +
                          law + R"(,{"name":"lower","share":0.1)" + law + "]}";
  return manifest;
}

// Each zone as flowline_inspect judges it with the other one out of view, less log10 of its share.
void judges_zones_by_themselves() {
  const Context context;
  const Latents latents(3);
  const double share[] = {0.9, 0.1};
  std::vector<uint8_t> out[2];
  for (size_t i = 0; i < SIDE * SIDE; i++) {
    const bool upper = i < 10 * SIDE;
    out[0].push_back(!upper);
    out[1].push_back(upper);
  }
  bool in_both = false;
  for (const double epsilon : {9.0, -0.5, -3.0, -30.0}) {
    tiny::Manifest manifest = two_zones();
    manifest.epsilon = tiny::Maxima::text(epsilon);
    const Model model(manifest);
    Judgements is(3);
    CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, is.all.data()) ==
          FLOWLINE_OK);
    const Expected zones[] = {
        Expected(latents, false, out[0].data(), epsilon + std::log10(share[0])),
        Expected(latents, false, out[1].data(), epsilon + std::log10(share[1]))};
    for (size_t i = 0; i < 3; i++) {
      float smallest = FLT_MAX;
      int64_t regions = 0;
      for (size_t z = 0; z < 2; z++) {
        smallest =
            std::min(smallest, static_cast<float>(zones[z].smallest[i] - std::log10(share[z])));
        regions += zones[z].counts[i];
      }
      CHECK(is.all[i].min_log10_nfa == smallest);
      CHECK(is.all[i].verdict == (smallest < epsilon ? FLOWLINE_DEFECT : FLOWLINE_GOOD));
      CHECK(is.all[i].region_count == regions);
      in_both = in_both || (zones[0].counts[i] > 0 && zones[1].counts[i] > 0);
      for (int64_t k = 0; k < std::min(regions, ROOM); k++) {
        const flowline_region& region = is.all[i].regions[k];
        CHECK(region.zone == (region.y < 10 ? 0 : 1));
        CHECK(k == 0 ? region.log10_nfa == smallest : region.log10_nfa >= region_before(is, i, k));
      }
      for (size_t pixel = 0; pixel < SIDE * SIDE; pixel++) {
        const size_t zone = pixel < 10 * SIDE ? 0 : 1;
        const float own = zones[zone].judgements.log10_nfa[i * SIDE * SIDE + pixel];
        const float wanted =
            own == FLT_MAX ? own : static_cast<float>(own - std::log10(share[zone]));
        CHECK(is.log10_nfa[i * SIDE * SIDE + pixel] == wanted);
      }
    }
    CHECK(same_bits(is.anomaly_map, zones[0].judgements.anomaly_map) || epsilon != -0.5);
  }
  CHECK(in_both);
}

// Undecided zones of a defective image have the regions of a defect alone.
void keeps_the_guard_band_of_zones() {
  const Context context;
  const Latents latents(1);
  const auto judged = [&](const std::string& epsilon, const std::string& above) {
    tiny::Manifest manifest = two_zones();
    manifest.epsilon = epsilon;
    manifest.more = R"(,"guardBand":{"below":0,"above":)" + above + R"(,"reviewRate":{}})";
    const Model model(manifest);
    Judgements is(1);
    CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, is.all.data()) ==
          FLOWLINE_OK);
    return is.all[0];
  };
  const float smallest = judged("-0.5", "0").min_log10_nfa;
  const auto text = [](double value) { return tiny::Maxima::text(value); };
  CHECK(judged(text(smallest), "1").verdict == FLOWLINE_UNDECIDED);
  CHECK(judged(text(smallest), "1").region_count >= 1);
  CHECK(judged(text(smallest - 0.5), "1").verdict == FLOWLINE_UNDECIDED);
  CHECK(judged(text(smallest - 2), "1").verdict == FLOWLINE_GOOD);
  CHECK(judged(text(smallest - 2), "1").region_count == 0);
  const double defect = std::nextafter(smallest, 0.0f);
  CHECK(judged(text(defect), "99").verdict == FLOWLINE_DEFECT);
  CHECK(judged(text(defect), "99").region_count == judged(text(defect), "0").region_count);
}

void keeps_the_guard_band() {
  const Context context;
  const Latents latents(1);
  tiny::Manifest manifest;
  manifest.epsilon = "-30";
  manifest.more = R"(,"guardBand":{"below":0,"above":35.5,"reviewRate":{}})";
  const Model model(manifest);
  Judgements is(1);
  CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, is.all.data()) == FLOWLINE_OK);
  CHECK(is.all[0].verdict == FLOWLINE_UNDECIDED && is.all[0].region_count >= 1);
  require_equal(is, Expected(latents, false, nullptr, -30, 35.5));
}

// 16 map pixels over a part of 40 x 24 pixels that lies at (100, 50) of the frame.
void gives_regions_in_the_frames_pixels() {
  const Context context;
  const Latents latents(1);
  const Model model{tiny::Manifest()};
  Judgements in_map(1), in_frame(1);
  flowline_frame frame{};
  frame.struct_size = sizeof frame;
  frame.height = 480;
  frame.width = 640;
  frame.crop_x = 100;
  frame.crop_y = 50;
  frame.crop_width = 40;
  frame.crop_height = 24;
  CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, in_map.all.data()) ==
        FLOWLINE_OK);
  CHECK(flowline_judge(context, model, latents.tensors, 2, &frame, in_frame.all.data()) ==
        FLOWLINE_OK);
  const flowline_region& map = in_map.regions[0];
  const flowline_region& of = in_frame.regions[0];
  CHECK(map.x > 0 && map.y > 0 && map.width < 16);
  CHECK(of.x == 100 + map.x * 40 / 16 && of.y == 50 + map.y * 24 / 16);
  CHECK(of.x + of.width == 100 + static_cast<int>(std::ceil((map.x + map.width) * 2.5)));
  CHECK(of.y + of.height == 50 + static_cast<int>(std::ceil((map.y + map.height) * 1.5)));
  CHECK(of.area == std::lround(static_cast<double>(map.area) * 2.5 * 1.5));
  CHECK(std::fabs(of.centroid_x - (100 + (map.centroid_x + 0.5) * 2.5 - 0.5)) < 1e-9);
  CHECK(std::fabs(of.centroid_y - (50 + (map.centroid_y + 0.5) * 1.5 - 0.5)) < 1e-9);
  CHECK(of.peak_x == 100 + static_cast<int>((map.peak_x + 0.5) * 2.5));
  CHECK(of.log10_nfa == map.log10_nfa);
  frame.crop_width = 541;
  CHECK_FAILS(flowline_judge(context, model, latents.tensors, 2, &frame, in_frame.all.data()),
              FLOWLINE_INVALID_ARGUMENT, "frames[0].crop_width must be");
}

// What lies far apart, and is shorter, gives the same.
void takes_any_layout() {
  const Context context;
  const Latents latents(2);
  const Model model{tiny::Manifest()};
  Judgements dense(2), strided(2);
  std::vector<float> spread(2 * 64 * 5);  // (batch, height, width, channels + 2)
  for (int64_t i = 0; i < 2 * CHANNELS * 64; i++) {
    const int64_t image = i / (CHANNELS * 64), channel = i / 64 % CHANNELS, position = i % 64;
    spread[static_cast<size_t>((image * 64 + position) * 5 + channel)] =
        latents.fine[static_cast<size_t>(i)];
  }
  flowline_tensor tensors[2] = {latents.tensors[0], latents.tensors[1]};
  tensors[0].data = spread.data();
  tensors[0].batch_stride = 64 * 5;
  tensors[0].channel_stride = 1;
  tensors[0].row_stride = 8 * 5;
  tensors[0].column_stride = 5;
  CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, dense.all.data()) ==
        FLOWLINE_OK);
  CHECK(flowline_judge(context, model, tensors, 2, nullptr, strided.all.data()) == FLOWLINE_OK);
  CHECK(dense.all[1].min_log10_nfa == strided.all[1].min_log10_nfa);
  CHECK(same_bits(dense.log10_nfa, strided.log10_nfa));
}

// A batch whose second image would be the first one again.
void refuses_a_stride_that_was_forgotten() {
  const Context context;
  const Latents latents(2);
  const Model model{tiny::Manifest()};
  Judgements is(2);
  flowline_tensor tensors[2] = {latents.tensors[0], latents.tensors[1]};
  tensors[0].channel_stride = 64;
  tensors[0].row_stride = 8;
  tensors[0].column_stride = 1;
  const auto judge = [&] {
    return flowline_judge(context, model, tensors, 2, nullptr, is.all.data());
  };
  CHECK_FAILS(judge(), FLOWLINE_INVALID_ARGUMENT,
              "latents[0].batch_stride must not be 0 for 2 elements, unless all strides are 0 "
              "(dense) or flags has FLOWLINE_TENSOR_BROADCAST");
  tensors[0].flags = FLOWLINE_TENSOR_BROADCAST;
  CHECK(judge() == FLOWLINE_OK && is.all[1].verdict == FLOWLINE_GOOD);
  tensors[0].flags = 0;
  tensors[0].batch_stride = CHANNELS * 64;
  CHECK(judge() == FLOWLINE_OK && is.all[1].verdict == FLOWLINE_DEFECT);
  tensors[1].batch_stride = CHANNELS * 16;
  CHECK_FAILS(judge(), FLOWLINE_INVALID_ARGUMENT, "latents[1].channel_stride must not be 0");
}

// Tensors of before there were flags meant the strides that they had.
void takes_tensors_of_before_flags() {
  const Context context;
  const Latents latents(2);
  const Model model{tiny::Manifest()};
  Judgements dense(2), is(2);
  flowline_tensor tensors[2] = {latents.tensors[0], latents.tensors[1]};
  struct Older {
    char bytes[offsetof(flowline_tensor, flags)];
  } older[2];
  const auto judge = [&] {
    for (int i = 0; i < 2; i++) {
      tensors[i].struct_size = sizeof *older;
      std::memcpy(&older[i], &tensors[i], sizeof *older);
    }
    return flowline_judge(context, model, reinterpret_cast<const flowline_tensor*>(older), 2,
                          nullptr, is.all.data());
  };
  CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, dense.all.data()) ==
        FLOWLINE_OK);
  CHECK(judge() == FLOWLINE_OK && same_bits(is.log10_nfa, dense.log10_nfa));
  tensors[0].channel_stride = 64;
  tensors[0].row_stride = 8;
  tensors[0].column_stride = 1;
  CHECK(judge() == FLOWLINE_OK && is.all[1].verdict == FLOWLINE_GOOD);
}

void says_what_is_wrong_with_arguments() {
  const Context context;
  const Latents latents(1);
  const Model model{tiny::Manifest()};
  Judgements is(1);
  const auto judge = [&](int32_t scales) {
    return flowline_judge(context, model, latents.tensors, scales, nullptr, is.all.data());
  };
  CHECK_FAILS(judge(1), FLOWLINE_INVALID_ARGUMENT, "scales must be those of the file, 2, got 1");
  CHECK_FAILS(flowline_judge(nullptr, model, latents.tensors, 2, nullptr, is.all.data()),
              FLOWLINE_INVALID_ARGUMENT, "context must not be NULL");
  CHECK_FAILS(flowline_judge(context, nullptr, latents.tensors, 2, nullptr, is.all.data()),
              FLOWLINE_INVALID_ARGUMENT, "model must not be NULL");
  flowline_tensor swapped[2] = {latents.tensors[1], latents.tensors[0]};
  CHECK_FAILS(flowline_judge(context, model, swapped, 2, nullptr, is.all.data()),
              FLOWLINE_INVALID_ARGUMENT, "latents[0] must be 3 x 8 x 8, got 3 x 4 x 4");
  is.all[0].struct_size = 8;
  CHECK_FAILS(judge(2), FLOWLINE_INVALID_ARGUMENT, "judgements[0].struct_size");
  is.all[0].struct_size = sizeof(flowline_judgement);
  is.all[0].regions = nullptr;
  CHECK_FAILS(judge(2), FLOWLINE_INVALID_ARGUMENT, "judgements[0].regions must not be NULL");
  is.all[0].capacity = 0;
  CHECK(judge(2) == FLOWLINE_OK && is.all[0].region_count >= 1);
  Latents broken(1);
  broken.fine[5] = NAN;
  CHECK_FAILS(flowline_judge(context, model, broken.tensors, 2, nullptr, is.all.data()),
              FLOWLINE_NOT_FINITE, "not finite");
  CHECK(is.all[0].verdict == FLOWLINE_NOT_INSPECTED);
  flowline_frame frame{};
  frame.struct_size = sizeof frame;
  CHECK_FAILS(flowline_model_inspect(context, model, &frame, 1, is.all.data()),
              FLOWLINE_INVALID_ARGUMENT, "without an engine");
  flowline_preprocessing input{};
  input.struct_size = sizeof input;
  CHECK(flowline_model_preprocessing(model, &input) == FLOWLINE_OK);
  CHECK(input.height == 16 && input.width == 16 && input.bits == 0 && input.mean[1] == 0.5f &&
        input.deviation[2] == 0.25f);
  CHECK(std::strcmp(flowline_model_description(nullptr), "") == 0);
  const std::string description = flowline_model_description(model);
  for (const char* words :
       {"\"category\": \"tiny\"", "\"log10Epsilon\": -0.5", "\"images\": 24", "\"promised\": 0.2",
        "\"engine\": \"none\"", "\"modelDigest\": \"abc\""}) {
    CHECK(description.find(words) != std::string::npos);
  }
}

void refused(const std::string& content, flowline_status status, const char* words) {
  const tiny::File file(content);
  flowline_model* model = reinterpret_cast<flowline_model*>(1);
  CHECK_FAILS(flowline_model_open(file.path(), &Model::options(), &model), status, words);
  CHECK(std::string(flowline_last_error()).find(file.path()) == 0);  // which file it is
  CHECK(model == nullptr);
}

void refused(const tiny::Manifest& manifest, flowline_status status, const char* words) {
  refused(tiny::content(manifest), status, words);
}

template <class Member>
void refused_with(Member tiny::Manifest::*member, const std::string& text, const char* words,
                  flowline_status status = FLOWLINE_INVALID_ARGUMENT) {
  tiny::Manifest manifest;
  manifest.*member = text;
  refused(manifest, status, words);
}

void refuses_files() {
  constexpr flowline_status INVALID = FLOWLINE_INVALID_ARGUMENT;
  flowline_model* model;
  CHECK_FAILS(flowline_model_open("/no/such.onnx", &Model::options(), &model), INVALID,
              "/no/such.onnx cannot be opened: No such file");
  CHECK_FAILS(flowline_model_open("/tmp", &Model::options(), &model), INVALID, "/tmp is no file");
  CHECK_FAILS(flowline_model_open(nullptr, &Model::options(), &model), INVALID, "path");
  refused("", INVALID, "says nothing of a model");
  refused("PNG, or anything", INVALID, "is no ONNX file");
  refused(tiny::network(), INVALID, "says nothing of a model");
  const std::string whole = tiny::content({});
  refused(whole.substr(0, whole.size() - 1), INVALID, "is no ONNX file");
  // Metadata of 2^60 bytes, and a number that never ends.
  refused(tiny::network() + tiny::varint(14 * 8 + 2) + tiny::varint(uint64_t{1} << 60) + "abc",
          INVALID, "is no ONNX file");
  refused(std::string(30, '\xff'), INVALID, "is no ONNX file");
  refused(tiny::file({{"flowline", "[1, 2"}}), INVALID, "cannot be read");
  refused(tiny::file({{"flowline", "[1, 2]"}}), INVALID, "no JSON object");
  refused(tiny::file({{"flowline", "{}"}}), INVALID, "schema is missing");
  refused(tiny::file({{"flowline", "{\"schema\":\"\xff\"}"}}), INVALID, "cannot be read");
  refused(tiny::file({{"flowline", std::string(300000, '[')}}), INVALID, "no manifest");
  refused(tiny::file({{"flowline", std::string(20000, '[')}}), INVALID, "cannot be read");
  // The last entry of a key counts, as it does in Java.
  tiny::Manifest right;
  refused(tiny::file({{"flowline", right.json()}, {"flowline", "{}"}}), INVALID,
          "schema is missing");
  const Model last(tiny::file({{"flowline", "{}"}, {"flowline", right.json()}}));
}

void refuses_manifests() {
  using M = tiny::Manifest;
  refused_with(&M::schema, "2",
               "its schema is 2, and this library reads 1: use the one of Flowline 9.9",
               FLOWLINE_UNSUPPORTED);
  refused_with(&M::schema, "\"1\"", "schema must be a whole number");
  const auto zones = [](const std::string& runs, const std::string& list) {
    return R"(,"zones":{"height":2,"width":2,"runs":)" + runs + R"(,"zones":)" + list + "}";
  };
  const std::string a = R"({"name":"a","share":0.5})", b = R"({"name":"b","share":0.5})";
  const std::string both = "[" + a + "," + b + "]";
  refused_with(&M::more_of_test, zones("[0,4]", "[]"), "of 1 to 32 zones");
  refused_with(&M::more_of_test, zones("[0,4]", "[" + a + "]"), "shares that add up to 1");
  refused_with(&M::more_of_test, zones("[0,3]", both), "runs must be of all positions");
  refused_with(&M::more_of_test, zones("[0]", both), "runs must be of pairs");
  refused_with(&M::more_of_test, zones("[2,4]", both), "runs[0] must be a whole number");
  refused_with(&M::more_of_test, zones("[0,0,1,4]", both), "runs[1] must be a whole number");
  refused_with(&M::more_of_test, zones("[0,16777217]", both), "runs[1] must be a whole number");
  refused_with(&M::more_of_test, zones("[0,4]", R"([{"name":"a","share":-1}])"), "share must be");
  refused_with(&M::more_of_test, zones("[0,4]", R"([{"name":"a","share":1,"smallestRegion":2}])"),
               "with a law");
  tiny::Manifest no_law;
  no_law.law = "";
  no_law.more_of_test =
      zones("[0,4]", R"([{"name":"a","share":1,"law":{"maxima":[[0.5],[0.5],[0.5],[1.5]]}}])");
  refused(no_law, FLOWLINE_INVALID_ARGUMENT, "test.zones.zones[0].law: maxima");
  refused_with(&M::epsilon, "null", "test.log10Epsilon is missing");
  refused_with(&M::epsilon, "\"NaN\"", "test.log10Epsilon must be a number, got \"NaN\"");
  refused_with(&M::epsilon, "1e999", "cannot be read");
  refused_with(&M::likelihood, "1", "outputs.mapsLikelihood must be true or false, got 1");
  refused_with(&M::law, "{}", "test.law.maxima is missing");
  refused_with(&M::law, R"({"maxima":[[0.5],[0.5],[0.5]]})", "at least 4 images");
  refused_with(&M::law, R"({"maxima":[[0.5],[0.5],[0.5],["NaN"]]})", "test.law.maxima[3][0]");
  refused_with(&M::law, R"({"maxima":[[0.5],[0.5],[0.5],[1.5]]})", "test.law: maxima");
  refused_with(&M::law, R"({"maxima":[[0.5],[0.5],[0.5],[0.5,0.4]]})", "test.law.maxima[3]");
  refused_with(&M::law, R"({"maxima":[[],[],[],[]]})", "test.law.maxima");
  refused_with(&M::law, R"({"maxima":[[0.5],[0.5],[0.5],[0.5]],"baselines":[0.5]})", "baselines");
  refused_with(&M::law, R"({"maxima":[[0.5],[0.5],[0.5],[0.5]],"mapHeight":1152921504606846976})",
               "test.law.mapHeight must be a whole number");
  refused_with(&M::more_of_test, R"(,"fieldOfView":{"height":4096,"width":4097,"runs":[1]})",
               "fieldOfView.width");
  refused_with(&M::more_of_test, R"(,"fieldOfView":{"height":4,"width":4,"runs":[15]})", "runs");
  refused_with(&M::more_of_test, R"(,"fieldOfView":{"height":4,"width":4,"runs":[0,16]})",
               "with a position in view");
  refused_with(&M::more_of_test, R"(,"smallestRegion":-1)", "test.smallestRegion");
  refused_with(&M::latents, "[]", "outputs.latents");
  refused_with(&M::latents, R"([{"name":"a","channels":0,"height":8,"width":8}])", "channels");
  refused_with(
      &M::latents,
      R"([{"name":"a","channels":1,"height":4,"width":4},{"name":"b","channels":1,"height":8,"width":8}])",
      "outputs.latents[1] must be no finer");
  refused_with(&M::latents, R"([{"name":"a","channels":200000000,"height":8000,"width":8000}])",
               "2^31");
  refused_with(&M::calibration, R"({"goodImages":0,"images":[],"promised":1})", "goodImages");
  refused_with(&M::calibration,
               R"({"goodImages":1,"images":[{"smallestLog10Nfa":"NaN"}],"promised":1})",
               "calibration.images[0].smallestLog10Nfa must be a number");
  refused_with(&M::calibration,
               R"({"goodImages":1,"images":[{"smallestLog10Nfa":1}],"promised":1,)"
               R"("crossFitting":{"folds":2,"kept":true}})",
               "kept folds", FLOWLINE_UNSUPPORTED);
  refused_with(
      &M::calibration,
      R"({"goodImages":1,"images":[{"smallestLog10Nfa":1,"group":"a"}],"mix":{"b":1},"promised":1})",
      "calibration.mix.a is missing");
  refused_with(
      &M::law,
      R"({"maxima":[[0.5],[0.5],[0.5],[0.5]],"baselines":[0.5,0.5,0.5,0.5],"baselineExponent":0.3})",
      "test.law: baseline_exponent");
  refused_with(&M::more, R"(,"guardBand":{"below":-1,"above":0})", "guardBand.below");
  refused_with(&M::more, R"(,"golden":[{"entry":"flowline.golden.0"}])",
               "lacks the golden image flowline.golden.0");
  tiny::Manifest manifest;
  manifest.input =
      R"({"name":"images","height":65536,"width":65536,"colourOrder":"RGB","filter":"ANTIALIASED_BILINEAR","mean":[0,0,0],"std":[1,1,1]})";
  refused(manifest, FLOWLINE_INVALID_ARGUMENT, "input must be of at most 67108864 pixels");
  manifest.input =
      R"({"name":"images","height":16,"width":16,"colourOrder":"BGR","filter":"ANTIALIASED_BILINEAR","mean":[0,0,0],"std":[1,1,1]})";
  refused(manifest, FLOWLINE_UNSUPPORTED,
          "input.colourOrder is one that this library does not know: BGR");
  manifest = {};
  manifest.law = "";
  manifest.more_of_test = R"(,"smallestRegion":3)";
  refused(manifest, FLOWLINE_INVALID_ARGUMENT, "with a law for a smallest region");
}

void looks_at_golden_images() {
  tiny::Manifest manifest;
  manifest.more =
      R"(,"golden":[{"entry":"flowline.golden.0","expected":{"verdict":"GOOD","log10Nfa":2}}])";
  const auto with = [&](const char* image) {
    return tiny::file({{"flowline", manifest.json()}, {"flowline.golden.0", image}});
  };
  const Model model(with("iVBORw0KGgoAAAANSUhEUg=="));
  for (const char* broken : {"", "iVBORw0KGgoAAAANSUhEUg=", "iVBORw0KGgoAAAANSUhEUg",
                             "iVBORw0KGgo*AAAN", "aVBORw0KGgoAAAANSUhEUg==", "iVBORw0KGgo=AAAN"}) {
    refused(with(broken), FLOWLINE_INVALID_ARGUMENT, "no PNG in Base64: flowline.golden.0");
  }
}

std::string read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void recalibrates_and_saves() {
  const Context context;
  const Latents latents(1, 0.5f);
  tiny::Manifest manifest;
  manifest.epsilon = "-9";
  manifest.more =
      R"(,"guardBand":{"below":1,"above":1},"golden":[)"
      R"({"entry":"flowline.golden.0","expected":{"verdict":"GOOD","log10Nfa":2}},)"
      R"({"entry":"flowline.golden.1","expected":{"verdict":"DEFECT","log10Nfa":-20}}])";
  const std::string content = tiny::file({{"flowline", manifest.json()},
                                          {"other", "stays"},
                                          {"flowline.golden.0", "iVBORw0KGgoAAAANSUhEUg=="},
                                          {"flowline.golden.1", "iVBORw0KGgoAAAANSUhEUhh="}});
  const Model model(content);
  CHECK(std::strstr(flowline_model_description(model), "\"recalibrated\": null") != nullptr);
  std::vector<float> good(30);
  for (size_t i = 0; i < good.size(); i++) good[i] = 1 - 0.1f * static_cast<float>(i);
  CHECK_FAILS(flowline_model_recalibrate(model, good.data(), 30, 0.01, 0), FLOWLINE_TOO_FEW_IMAGES,
              "99");
  Judgements is(1);
  CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, is.all.data()) == FLOWLINE_OK);
  CHECK(is.all[0].log10_epsilon == -9 && is.all[0].promised == 0.2);  // as it was
  CHECK(flowline_model_recalibrate(model, good.data(), 30, 0.1, 0) == FLOWLINE_OK);
  CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, is.all.data()) == FLOWLINE_OK);
  float threshold;
  double promised, p_value;
  CHECK(flowline_log10_epsilon(good.data(), 30, 0.1, 0, &threshold, &promised) == FLOWLINE_OK);
  CHECK(flowline_p_value(good.data(), 30, is.all[0].min_log10_nfa, &p_value) == FLOWLINE_OK);
  CHECK(is.all[0].log10_epsilon == threshold && is.all[0].promised == promised);
  CHECK(is.all[0].p_value == p_value);

  const tiny::File saved("what was there");
  CHECK(flowline_model_save(model, saved.path()) == FLOWLINE_OK);
  const std::string now = read(saved.path());
  CHECK(now.compare(0, tiny::network().size(), tiny::network()) == 0);
  CHECK(now.find("stays") != std::string::npos);
  CHECK(now.find("iVBORw0KGgoAAAANSUhEUg==") != std::string::npos);
  CHECK(now.find("iVBORw0KGgoAAAANSUhEUhh=") == std::string::npos);
  CHECK(now.find("guardBand") == std::string::npos);
  // Who decides by another threshold than the model says so, and when it came.
  constexpr char WHEN[] = "\"recalibrated\":\"20";
  const size_t when = now.find(WHEN);
  CHECK(when != std::string::npos && now.substr(when + sizeof WHEN + 16, 2) == "Z\"");
  CHECK(content.find("recalibrated") == std::string::npos);
  CHECK(std::strstr(flowline_model_description(model), "\"recalibrated\": \"20") != nullptr);
  const Model again(now);
  CHECK(std::strstr(flowline_model_description(again), "\"recalibrated\": \"20") != nullptr);
  Judgements then(1);
  CHECK(flowline_judge(context, again, latents.tensors, 2, nullptr, then.all.data()) ==
        FLOWLINE_OK);
  CHECK(then.all[0].log10_epsilon == threshold && then.all[0].promised == promised &&
        then.all[0].p_value == p_value);
  CHECK_FAILS(flowline_model_save(model, "/no/such/place.onnx"), FLOWLINE_INVALID_ARGUMENT,
              "/no/such/place.onnx cannot be written");
  // Onto itself, and once more.
  CHECK(flowline_model_save(again, again.file.path()) == FLOWLINE_OK);
  CHECK(read(again.file.path()) == now);
}

/// Tests with a field of view: of one law, and of two zones.
std::vector<tiny::Manifest> viewed() {
  const char* const view = R"(,"fieldOfView":{"height":8,"width":8,"runs":[40,8,16]})";
  tiny::Manifest whole, zoned = two_zones();
  whole.more_of_test = view;
  zoned.more_of_test += view;
  return {whole, zoned};
}

// A small file of a large input, whose masks would have the input's pixels for each zone.
void opens_in_memory_of_its_files_size() {
  tiny::Manifest whole, zoned;
  whole.input = zoned.input = R"({"name":"images","height":8192,"width":8192,"colourOrder":"RGB",)"
                              R"("filter":"ANTIALIASED_BILINEAR","mean":[0,0,0],"std":[1,1,1]})";
  whole.more_of_test = R"(,"fieldOfView":{"height":4096,"width":4096,"runs":[8388608,8388608]})";
  zoned.law = "";
  zoned.more_of_test =
      R"(,"zones":{"height":4096,"width":4096,"runs":[0,8388608,31,8388608],"zones":[)";
  for (int z = 0; z < 32; z++) {
    zoned.more_of_test += std::string(z == 0 ? "" : ",") + R"({"name":"z","share":0.03125})";
  }
  zoned.more_of_test += "]}";
  for (const tiny::Manifest& manifest : {whole, zoned}) {
    const std::string content = tiny::content(manifest);
    const long before = allocated_bytes();
    const Model model(content);
    CHECK(allocated_bytes() - before < (2 << 20) + 24 * static_cast<long>(content.size()));
  }
}

void allocates_nothing_once_warm(const tiny::Manifest& manifest) {
  const Context context;
  const Latents latents(2);
  const Model model(manifest);
  Judgements is(2);
  const auto judge = [&] {
    return flowline_judge(context, model, latents.tensors, 2, nullptr, is.all.data());
  };
  CHECK(judge() == FLOWLINE_OK);
  const long before = allocations();
  for (int i = 0; i < 10; i++) CHECK(judge() == FLOWLINE_OK);
  CHECK(allocations() == before);
}

void is_shared_by_threads(const tiny::Manifest& manifest) {
  const Model model(manifest);
  const Latents latents(2);
  std::vector<std::thread> threads;
  std::vector<float> smallest(4);
  for (size_t i = 0; i < smallest.size(); i++) {
    threads.emplace_back([&, i] {
      const Context context;
      Judgements is(2);
      for (int round = 0; round < 50; round++) {
        CHECK(flowline_judge(context, model, latents.tensors, 2, nullptr, is.all.data()) ==
              FLOWLINE_OK);
      }
      smallest[i] = is.all[1].min_log10_nfa;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const float one : smallest) CHECK(one == smallest[0]);
}

}  // namespace

int main() {
  judges_as_libflowline_does();
  takes_the_exponent_of_the_law();
  counts_the_p_value();
  takes_infinite_numbers();
  sees_the_field_of_view();
  judges_zones_by_themselves();
  keeps_the_guard_band();
  keeps_the_guard_band_of_zones();
  gives_regions_in_the_frames_pixels();
  takes_any_layout();
  refuses_a_stride_that_was_forgotten();
  takes_tensors_of_before_flags();
  says_what_is_wrong_with_arguments();
  refuses_files();
  refuses_manifests();
  looks_at_golden_images();
  recalibrates_and_saves();
  opens_in_memory_of_its_files_size();
  for (const tiny::Manifest& manifest : viewed()) {
    allocates_nothing_once_warm(manifest);
    is_shared_by_threads(manifest);
  }
}
