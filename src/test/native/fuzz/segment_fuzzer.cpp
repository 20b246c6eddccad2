// flowline_segment, flowline_inspect, flowline_reserve, flowline_energy and prepared fields of view:
// tensors of every kind,
// options, masks; the energy against its definition, the maps against each other, against
// flowline_select, the regions of inspections against their verdicts, and the same bits for every
// number of threads and every instruction set.
#include <cfloat>
#include <deque>
#include <memory>

#include "tensors.hpp"

namespace {

bool is_exponent(float x) { return x == 0 || x == 0.25f || x == 0.5f || x == 0.75f || x == 1; }

struct Latent {
  flowline_tensor tensor;
  std::unique_ptr<Layout> layout;
  std::unique_ptr<Elements> elements;
  std::vector<float> energy;  // (batch, height, width), by definition
  bool finite = true;
};

/// One tensor with its memory; a null pointer where it cannot be held, so that a valid call of too
/// large a tensor is none.
Latent any_latent(Input& in, int64_t batch, Verdict* verdict) {
  Latent latent;
  flowline_tensor& t = latent.tensor;
  const int64_t most_channels = in.often() ? 200 : 8;
  t = any_tensor(in, batch, most_channels, in.often() ? 24 : 6);
  t.type = in.perhaps_wild32(in.byte() % 3);
  latent.layout = std::make_unique<Layout>(t);
  const bool type = t.type >= 0 && t.type <= FLOWLINE_BFLOAT16;
  latent.elements =
      std::make_unique<Elements>(in, *latent.layout, type ? t.type : 0, perhaps_shift(in));
  t.data = !latent.layout->held || in.rarely() ? nullptr : latent.elements->get();
  verdict->require(type && latent.layout->valid && t.data != nullptr && latent.elements->aligned());
  return latent;
}

/// Runs of 64 channels, then the runs' sums.
void take_energy(Latent* latent) {
  const Layout& at = *latent->layout;
  const flowline_tensor& t = latent->tensor;
  for (int64_t n = 0; n < t.batch; n++) {
    for (int64_t y = 0; y < t.height; y++) {
      for (int64_t x = 0; x < t.width; x++) {
        volatile float sum = 0;
        for (int64_t first = 0; first < t.channels; first += 64) {
          volatile float run = 0;
          for (int64_t c = first; c < std::min(first + 64, t.channels); c++) {
            const float z = latent->elements->at(at.at(n, c, y, x), t.type);
            const volatile float square = z * z;
            run = run + square;
          }
          sum = sum + run;
        }
        latent->energy.push_back(static_cast<float>(sum));
        latent->finite &= std::isfinite(latent->energy.back());
      }
    }
  }
}

void energy(Input& in) {
  Verdict verdict;
  Latent latent = any_latent(in, in.among(1, 3), &verdict);
  const Given<flowline_tensor> given(in, latent.tensor, &verdict);
  // A shorter structure is dense: it has to be what it was made as.
  if (std::memcmp(&given.known.type, &latent.tensor.type, sizeof(flowline_tensor) - 4) != 0) return;
  const bool held = latent.layout->held;
  const flowline_tensor& t = latent.tensor;
  const int64_t pixels = held ? t.batch * t.height * t.width : 1;
  const int shift = perhaps_shift(in);
  const bool no_context = in.rarely(), no_output = in.rarely();
  verdict.require(!given.is_null() && !no_context && !no_output && shift % 4 == 0);
  if (!verdict.must_fail) take_energy(&latent);
  for (flowline_context* context : contexts()) {
    const Exact<float> result(pixels, shift);
    expect(flowline_energy(no_context ? nullptr : context, given.get(),
                           no_output ? nullptr : result.get()),
           verdict);
    if (!verdict.plain()) return;
    for (int64_t i = 0; i < pixels; i++) {
      const bool both_nan = std::isnan(result[i]) && std::isnan(latent.energy[i]);
      EXPECT(both_nan || result[i] == latent.energy[i]);
    }
  }
}

struct Outputs {
  Outputs(const flowline_maps& m, const std::vector<Latent>& latents, int64_t batch)
      : log10_nfa(m.log10_nfa == nullptr ? 0 : batch * m.height * m.width),
        smallest(m.min_log10_nfa == nullptr ? 0 : batch),
        anomaly_map(m.anomaly_map == nullptr ? 0 : batch * m.height * m.width),
        anomaly_score(m.anomaly_score == nullptr ? 0 : batch),
        fused_map(m.fused_map == nullptr ? 0 : positions_of(latents[0], batch)),
        mean_energies(m.mean_energies == nullptr ? 0
                                                 : batch * static_cast<int64_t>(latents.size())),
        channel_means(m.channel_means == nullptr ? 0 : batch * channels_of(latents)) {}

  flowline_maps in(flowline_maps m) const {
    if (m.log10_nfa != nullptr) m.log10_nfa = log10_nfa;
    if (m.min_log10_nfa != nullptr) m.min_log10_nfa = smallest;
    if (m.anomaly_map != nullptr) m.anomaly_map = anomaly_map;
    if (m.anomaly_score != nullptr) m.anomaly_score = anomaly_score;
    if (m.fused_map != nullptr) m.fused_map = fused_map;
    if (m.mean_energies != nullptr) m.mean_energies = mean_energies;
    if (m.channel_means != nullptr) m.channel_means = channel_means;
    return m;
  }

  bool same_bytes(const Outputs& other) const {
    return log10_nfa.same_bytes(other.log10_nfa) && smallest.same_bytes(other.smallest) &&
           anomaly_map.same_bytes(other.anomaly_map) &&
           anomaly_score.same_bytes(other.anomaly_score) && fused_map.same_bytes(other.fused_map) &&
           mean_energies.same_bytes(other.mean_energies) &&
           channel_means.same_bytes(other.channel_means);
  }

  // Of latents that cannot be held nothing is written.
  static int64_t positions_of(const Latent& latent, int64_t batch) {
    return latent.layout->held ? batch * latent.tensor.height * latent.tensor.width : 1;
  }

  static int64_t channels_of(const std::vector<Latent>& latents) {
    int64_t channels = 0;
    for (const Latent& latent : latents) {
      if (latent.layout->held) channels += latent.tensor.channels;
    }
    return channels;
  }

  Exact<float> log10_nfa, smallest, anomaly_map, anomaly_score, fused_map;
  Exact<double> mean_energies, channel_means;
};

struct Looked {
  const flowline_segment_options& options;
  int64_t height, width;
  bool at(int64_t image, int64_t y, int64_t x) const {
    const bool everywhere = options.roi_x == 0 && options.roi_y == 0 && options.roi_width == 0 &&
                            options.roi_height == 0;
    const bool inside =
        everywhere || (x >= options.roi_x && x - options.roi_x < options.roi_width &&
                       y >= options.roi_y && y - options.roi_y < options.roi_height);
    return inside && (options.ignore == nullptr ||
                      options.ignore[image * options.ignore_batch_stride + y * width + x] == 0);
  }
};

/// Some position of some scale is tested: the pixel at its centre is looked at.
bool any_tested(const std::vector<Latent>& latents, const Looked& looked, int64_t image) {
  for (const Latent& latent : latents) {
    if (looked.options.law != nullptr && &latent != &latents[0])
      break;  // it is of the finest alone
    const flowline_tensor& t = latent.tensor;
    for (int64_t y = 0; y < t.height; y++) {
      for (int64_t x = 0; x < t.width; x++) {
        if (looked.at(image, (2 * y + 1) * looked.height / (2 * t.height),
                      (2 * x + 1) * looked.width / (2 * t.width))) {
          return true;
        }
      }
    }
  }
  return false;
}

/// The smallest of an image of which everything is looked at: that of flowline_select's maps.
float smallest_of_scales(const std::vector<Latent>& latents,
                         const flowline_segment_options& options, int64_t image) {
  std::vector<int64_t> pixels;
  int64_t total = 0;
  for (const Latent& latent : latents) {
    pixels.push_back(latent.tensor.height * latent.tensor.width);
    total += pixels.back();
  }
  double log10_tests = 0;
  const bool published = options.number_of_tests == FLOWLINE_TESTS_PUBLISHED;
  EXPECT(!published ||
         flowline_log10_number_of_tests(pixels.data(), static_cast<int32_t>(pixels.size()),
                                        &log10_tests) == FLOWLINE_OK);
  flowline_segment_options how = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  how.pfa_bound = options.pfa_bound;
  how.number_of_tests = options.number_of_tests;
  float smallest = FLT_MAX;
  for (size_t l = 0; l < latents.size(); l++) {
    const flowline_tensor& t = latents[l].tensor;
    std::vector<int32_t> region(pixels[l]);
    std::vector<double> log10_pfa(pixels[l]);
    std::vector<float> painted(pixels[l]);
    EXPECT(flowline_select(contexts()[0], latents[l].energy.data() + image * pixels[l], nullptr,
                           t.height, t.width, t.channels, total, &how, region.data(),
                           log10_pfa.data(), painted.data()) == FLOWLINE_OK);
    for (int64_t i = 0; i < pixels[l]; i++) {
      float value = painted[i];
      if (published) {
        const double log10_nfa = (region[i] < 0 ? 0.0 : log10_pfa[region[i]]) + log10_tests;
        value = static_cast<float>(std::max(log10_nfa, -static_cast<double>(FLT_MAX)));
      }
      smallest = std::min(smallest, value);
    }
  }
  return smallest;
}

/// The mean by the definition; its rounding is not the definition's business.
bool is_mean(double mean, double sum, double magnitudes, int64_t count) {
  return std::fabs(mean - sum / static_cast<double>(count)) <=
         1e-12 * magnitudes / static_cast<double>(count);
}

void check_means(const Outputs& outputs, const std::vector<Latent>& latents,
                 const flowline_maps& maps, int64_t image) {
  const int64_t scales = static_cast<int64_t>(latents.size());
  int64_t before = 0;
  for (int64_t l = 0; l < scales; l++) {
    const Latent& latent = latents[static_cast<size_t>(l)];
    const flowline_tensor& t = latent.tensor;
    const int64_t pixels = t.height * t.width;
    if (maps.mean_energies != nullptr) {
      double sum = 0;
      for (int64_t i = 0; i < pixels; i++) sum += latent.energy[image * pixels + i];
      EXPECT(is_mean(outputs.mean_energies[image * scales + l], sum, sum, pixels * t.channels));
    }
    for (int64_t c = 0; c < t.channels && maps.channel_means != nullptr; c++) {
      double sum = 0, magnitudes = 0;
      for (int64_t i = 0; i < pixels; i++) {
        const int64_t at = latent.layout->at(image, c, i / t.width, i % t.width);
        const double z = latent.elements->at(at, t.type);
        sum += z;
        magnitudes += std::fabs(z);
      }
      EXPECT(is_mean(outputs.channel_means[image * Outputs::channels_of(latents) + before + c], sum,
                     magnitudes, pixels));
    }
    before += t.channels;
  }
}

/// That of maps of the finest scale's size.
void check_fused(const Outputs& outputs, const std::vector<Latent>& latents,
                 const flowline_tensor* tensors) {
  const flowline_tensor& finest = latents[0].tensor;
  const int64_t size = finest.batch * finest.height * finest.width;
  const Exact<float> expected(size);
  flowline_maps maps = {};
  maps.struct_size = sizeof maps;
  maps.height = finest.height;
  maps.width = finest.width;
  maps.anomaly_map = expected;
  EXPECT(flowline_segment(contexts()[0], tensors, static_cast<int32_t>(latents.size()), nullptr,
                          &maps) == FLOWLINE_OK);
  EXPECT(outputs.fused_map.same_bytes(expected));
}

void check(const Outputs& outputs, const std::vector<Latent>& latents,
           const flowline_segment_options& options, const flowline_maps& maps) {
  const Looked looked = {options, maps.height, maps.width};
  const int64_t pixels = maps.height * maps.width;
  for (int64_t image = 0; image < latents[0].tensor.batch; image++) {
    check_means(outputs, latents, maps, image);
    bool all = true;
    for (int64_t i = 0; i < pixels; i++) {
      const bool is_looked = looked.at(image, i / maps.width, i % maps.width);
      all &= is_looked;
      if (maps.log10_nfa != nullptr) {
        const float value = outputs.log10_nfa[image * pixels + i];
        EXPECT(value >= -FLT_MAX && value <= FLT_MAX);
        if (!is_looked) EXPECT(value == FLT_MAX);
        if (maps.min_log10_nfa != nullptr) EXPECT(value >= outputs.smallest[image]);
      }
      if (maps.anomaly_map != nullptr) {
        const float value = outputs.anomaly_map[image * pixels + i];
        EXPECT(value >= 0 && value <= 1);
        if (maps.anomaly_score != nullptr) EXPECT(value <= outputs.anomaly_score[image]);
      }
    }
    if (maps.anomaly_score != nullptr) {
      EXPECT(outputs.anomaly_score[image] >= 0 && outputs.anomaly_score[image] <= 1);
    }
    if (maps.min_log10_nfa == nullptr) continue;
    EXPECT(outputs.smallest[image] >= -FLT_MAX && outputs.smallest[image] <= FLT_MAX);
    EXPECT((outputs.smallest[image] == FLT_MAX) == !any_tested(latents, looked, image));
    if (all && options.law == nullptr)
      EXPECT(outputs.smallest[image] == smallest_of_scales(latents, options, image));
  }
}

/// The outputs of one inspection.
struct Inspected {
  Inspected(int64_t images, int64_t room, const flowline_maps& maps)
      : verdict(images),
        smallest(images),
        count(images),
        regions(images * room),
        map(images * maps.height * maps.width),
        capacity(room) {
    wanted.struct_size = sizeof wanted;
    wanted.height = maps.height;
    wanted.width = maps.width;
    wanted.log10_nfa = map;
  }

  /// with_map: the decided map is asked for.
  flowline_inspection at(const flowline_maps& maps, double log10_epsilon, bool with_map) const {
    return {sizeof(flowline_inspection),
            0,
            maps.height,
            maps.width,
            log10_epsilon,
            verdict,
            smallest,
            regions,
            capacity,
            count,
            with_map ? &wanted : nullptr,
            0.0,
            0.0};
  }

  Exact<flowline_verdict> verdict;
  Exact<float> smallest;
  Exact<int64_t> count;
  Exact<flowline_region> regions;
  Exact<float> map;
  flowline_maps wanted = {};
  int64_t capacity;
};

/// The verdict is that of the smallest; regions are those of a defect, and the first one decided.
void check(const Inspected& inspected, const Looked& looked, double log10_epsilon) {
  for (int64_t image = 0; image < inspected.verdict.size(); image++) {
    const flowline_verdict verdict = inspected.verdict[image];
    EXPECT(verdict == flowline_decide(inspected.smallest[image], log10_epsilon));
    EXPECT((inspected.count[image] > 0) == (verdict == FLOWLINE_DEFECT));
    const int64_t count = std::min(inspected.count[image], inspected.capacity);
    for (int64_t i = 0; i < count; i++) {
      const flowline_region& region = inspected.regions[image * inspected.capacity + i];
      if (i == 0) EXPECT(region.log10_nfa == inspected.smallest[image]);
      EXPECT(region.log10_nfa < log10_epsilon);
      EXPECT(looked.at(image, region.peak_y, region.peak_x));
    }
  }
}

/// The regions are those of the decided map.
void check_map(const Inspected& inspected, double log10_epsilon) {
  const int64_t height = inspected.wanted.height, width = inspected.wanted.width;
  for (int64_t image = 0; image < inspected.verdict.size(); image++) {
    if (inspected.verdict[image] != FLOWLINE_DEFECT) continue;
    const int64_t room = inspected.capacity;
    std::vector<flowline_region> regions(static_cast<size_t>(room + 1));  // not NULL
    int64_t count;
    EXPECT(flowline_regions(contexts().front(), inspected.map + image * height * width, height,
                            width, std::min(log10_epsilon, static_cast<double>(FLT_MAX)), 4,
                            regions.data(), room, &count) == FLOWLINE_OK);
    EXPECT(count == inspected.count[image]);
    EXPECT(std::memcmp(regions.data(), inspected.regions + image * room,
                       static_cast<size_t>(std::min(count, room)) * sizeof(flowline_region)) == 0);
  }
}

/// The same of every context, with and without maps, at a threshold about where the numbers are.
void inspect(const flowline_tensor* tensors, int32_t scales,
             const flowline_segment_options* options, const flowline_segment_options& seen,
             const flowline_maps& maps, int64_t room) {
  std::unique_ptr<Inspected> first;
  double log10_epsilon = 0;
  for (flowline_context* context : contexts()) {
    auto inspected = std::make_unique<Inspected>(tensors[0].batch, room, maps);
    flowline_inspection asked = inspected->at(maps, log10_epsilon, first == nullptr);
    EXPECT(flowline_inspect(context, tensors, scales, options, &asked) == FLOWLINE_OK);
    if (first == nullptr) {
      check(*inspected, {seen, maps.height, maps.width}, log10_epsilon);
      log10_epsilon = asked.log10_epsilon = inspected->smallest[0] / 2 + 1;
      EXPECT(flowline_inspect(context, tensors, scales, options, &asked) == FLOWLINE_OK);
      check(*inspected, {seen, maps.height, maps.width}, log10_epsilon);
      check_map(*inspected, log10_epsilon);
      first = std::move(inspected);
    } else {
      check(*inspected, {seen, maps.height, maps.width}, log10_epsilon);
      for (int64_t i = 0; i < room * tensors[0].batch;
           i++) {  // beyond the count nothing is written
        if (i % room < inspected->count[i / room]) {
          EXPECT(std::memcmp(&first->regions[i], &inspected->regions[i], sizeof(flowline_region)) ==
                 0);
        }
      }
      EXPECT(first->verdict.same_bytes(inspected->verdict));
      EXPECT(first->count.same_bytes(inspected->count));
      EXPECT(first->smallest.same_bytes(inspected->smallest));
    }
  }
}

void segment(Input& in) {
  Verdict verdict;
  const int64_t batch = in.among(1, 3);
  const int32_t scales = in.perhaps_wild32(in.among(1, 4));
  const int32_t held = scales >= 1 && scales <= 64 ? scales : 1;
  verdict.require(scales >= 1 && scales <= 64);
  std::vector<Latent> latents;
  for (int32_t l = 0; l < held; l++) {
    latents.push_back(any_latent(in, batch, &verdict));
  }
  bool finest_first = true;
  for (size_t l = 1; l < latents.size(); l++) {
    const flowline_tensor &before = latents[l - 1].tensor, &latent = latents[l].tensor;
    verdict.require(latent.batch == latents[0].tensor.batch);
    finest_first &= static_cast<__int128>(latent.height) * latent.width <=
                    static_cast<__int128>(before.height) * before.width;
  }
  uint32_t tensor_size = sizeof(flowline_tensor);
  if (in.rarely()) tensor_size += 8 * (in.byte() % 4);  // as of a later version
  Exact<char> array(held * int64_t{tensor_size}, perhaps_shift(in));
  std::memset(array.get(), 0, array.bytes());
  for (int32_t l = 0; l < held; l++) {
    flowline_tensor t = latents[l].tensor;
    t.struct_size = tensor_size;
    if (in.rarely()) {
      t.struct_size = static_cast<uint32_t>(in.perhaps_wild(tensor_size + 8));
      // Of another size than the array's elements are: too long a first one is not to be read.
      verdict.require(t.struct_size == tensor_size);
      if (t.struct_size >= 48 && t.struct_size <= 4096 && t.struct_size != tensor_size) return;
    }
    std::memcpy(array.get() + l * int64_t{tensor_size}, &t, sizeof t);
  }
  const bool no_latents = in.rarely();
  verdict.require(!no_latents && reinterpret_cast<uintptr_t>(array.get()) % 8 == 0);

  flowline_maps m = {};
  m.struct_size = sizeof m;
  m.height = in.perhaps_wild(in.among(1, 32));
  m.width = in.perhaps_wild(in.among(1, 32));
  m.reserved = static_cast<uint32_t>(in.perhaps_wild(0));
  const bool map_shape = m.height >= 1 && m.width >= 1 && m.height <= MOST_PIXELS &&
                         m.width <= MOST_PIXELS && m.height * m.width <= MOST_PIXELS;
  const bool map_held = map_shape && m.height * m.width <= 4096;
  if (map_shape && !map_held) return;
  float any;
  const uint8_t wanted = ~in.byte();
  if (wanted & 1) m.log10_nfa = &any;
  if (wanted & 2) m.min_log10_nfa = &any;
  if (wanted & 4) m.anomaly_map = &any;
  if (wanted & 8) m.anomaly_score = &any;
  double any_double;
  if (wanted & 16) m.fused_map = &any;
  if (wanted & 32) m.mean_energies = &any_double;
  if (wanted & 64) m.channel_means = &any_double;
  verdict.require(map_shape && m.reserved == 0);

  flowline_segment_options o = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  o.pfa_bound = in.perhaps_wild32(in.byte() % 3);
  o.number_of_tests = in.perhaps_wild32(in.byte() % 3);
  o.reserved = in.perhaps_wild32(0);
  if (in.often()) {
    o.roi_x = in.perhaps_wild(in.byte() % 16);
    o.roi_y = in.perhaps_wild(in.byte() % 16);
    o.roi_width = in.perhaps_wild(in.byte() % 32);
    o.roi_height = in.perhaps_wild(in.byte() % 32);
  }
  const int64_t mask = map_held ? m.height * m.width : 1;
  const int64_t images = latents[0].layout->held ? latents[0].tensor.batch : 1;
  const bool by_image = in.often();
  const int64_t gap = in.byte() % 8;
  const Exact<uint8_t> ignore(mask + (by_image ? (images - 1) * (mask + gap) : 0));
  const uint8_t sparse = in.byte();
  for (int64_t i = 0; i < ignore.size(); i++) ignore[i] = (in.byte() & sparse) != 0;
  if (in.often()) {
    o.ignore = ignore;
    o.ignore_batch_stride = by_image ? mask + gap : 0;
    if (in.rarely()) {
      o.ignore_batch_stride = in.perhaps_wild(o.ignore_batch_stride);
      if (o.ignore_batch_stride > 0 && images > 1 &&
          (!by_image || o.ignore_batch_stride > mask + gap)) {
        return;  // may be valid, and is not held here
      }
      verdict.may_fail = true;
    }
  }
  // Numbers of any bits; most of the time a law all the same.
  const int32_t classes = 1 + in.byte() % 4, knots = 2 + in.byte() % 4;
  const Exact<float> level(knots, perhaps_shift(in));
  const Exact<double> log10_pfa(int64_t{classes} * knots);
  flowline_region_law law = {sizeof law,
                             in.perhaps_wild32(classes),
                             in.perhaps_wild32(knots),
                             in.perhaps_wild32(0),
                             level.get(),
                             log10_pfa.get(),
                             classes % 2 == 0 ? latents[0].tensor.height : 0,
                             classes % 2 == 0 ? latents[0].tensor.width : 0};
  const Exact<double> baseline_log10_pfa(knots);
  if (in.often()) {
    law.baseline = in.rarely() ? in.bits<float>() : 0.25f;
    law.baseline_exponent =
        in.rarely() ? in.bits<float>() : 0.25f * static_cast<float>(in.byte() % 5);
    if (!in.rarely()) law.baseline_log10_pfa = baseline_log10_pfa.get();
  }
  const bool by_law = in.often();
  bool no_law = false;
  if (by_law) {
    bool is_law =
        level.aligned() && law.classes == classes && law.knots == knots && law.reserved == 0;
    if (!is_law && law.classes >= 1 && law.classes <= 29 && law.knots >= 2 && law.knots <= 65536 &&
        law.reserved == 0 && level.aligned()) {
      return;  // may be valid, and is not held here
    }
    const bool wild = in.rarely();
    for (int32_t i = 0; i < knots; i++) {
      float value = wild ? in.bits<float>() : 0.1f * static_cast<float>(i);
      std::memcpy(reinterpret_cast<char*>(level.get()) + i * sizeof value, &value, sizeof value);
    }
    for (int32_t i = 0; i < classes * knots; i++) {
      log10_pfa[i] = wild             ? in.bits<double>()
                     : i % knots == 0 ? 0.0
                                      : log10_pfa[i - 1] - in.byte() / 64.0;
    }
    for (int32_t i = 0; i < knots; i++) {
      baseline_log10_pfa[i] = wild     ? in.bits<double>()
                              : i == 0 ? 0.0
                                       : baseline_log10_pfa[i - 1] - in.byte() / 64.0;
    }
    const bool relative = law.baseline > 0;
    is_law = is_law && law.baseline >= 0 && law.baseline <= 1 &&
             relative == (law.baseline_log10_pfa != nullptr) &&
             is_exponent(law.baseline_exponent) && (relative || law.baseline_exponent == 0);
    for (int32_t i = 0; is_law && relative && i < knots; i++) {
      is_law = i == 0 ? baseline_log10_pfa[i] == 0.0
                      : std::isfinite(baseline_log10_pfa[i]) &&
                            baseline_log10_pfa[i] <= baseline_log10_pfa[i - 1];
    }
    for (int32_t i = 0; is_law && i < knots; i++) {
      is_law = std::isfinite(level[i]) && (i == 0 || level[i] > level[i - 1]);
    }
    for (int32_t i = 0; is_law && i < classes * knots; i++) {
      is_law = i % knots == 0 ? log10_pfa[i] == 0.0
                              : std::isfinite(log10_pfa[i]) && log10_pfa[i] <= log10_pfa[i - 1];
    }
    o.law = &law;
    no_law = !is_law;
  }
  if (in.rarely()) o.smallest_region = in.perhaps_wild(in.byte() % 16);
  Verdict of_options;
  const Given<flowline_segment_options> options(in, o, &of_options);
  flowline_segment_options seen =
      options.is_null() ? flowline_segment_options FLOWLINE_SEGMENT_OPTIONS_DEFAULT : options.known;
  if (!options.is_null()) {
    of_options.require(seen.pfa_bound >= 0 && seen.pfa_bound <= 2 && seen.reserved == 0);
    of_options.require(seen.number_of_tests >= 0 && seen.number_of_tests <= 2);
    of_options.require(seen.smallest_region >= 0 && seen.smallest_region <= MOST_PIXELS);
    of_options.require(seen.smallest_region == 0 || seen.law != nullptr);
    const bool everywhere =
        seen.roi_x == 0 && seen.roi_y == 0 && seen.roi_width == 0 && seen.roi_height == 0;
    of_options.require(everywhere ||
                       (seen.roi_x >= 0 && seen.roi_y >= 0 && seen.roi_width >= 1 &&
                        seen.roi_height >= 1 && seen.roi_x < m.width && seen.roi_y < m.height &&
                        seen.roi_width <= m.width - seen.roi_x &&
                        seen.roi_height <= m.height - seen.roi_y));
    verdict.must_fail |= of_options.must_fail;
    verdict.may_fail |= of_options.may_fail;
    seen.number_of_tests = tests_of(seen);
  }

  verdict.require(seen.law == nullptr || !no_law);
  const bool by_law_alone =
      seen.law != nullptr && (m.log10_nfa != nullptr || m.min_log10_nfa != nullptr);
  verdict.require(finest_first || (m.fused_map == nullptr && !by_law_alone));
  const bool no_context = in.rarely();
  verdict.require(!no_context);
  const bool valid = !verdict.must_fail;
  bool finite = true;
  if (valid) {
    for (Latent& latent : latents) {
      take_energy(&latent);
      finite &= latent.finite;
    }
  }
  flowline_maps first_shape = m;
  if (!map_held) first_shape.height = first_shape.width = 1;
  std::unique_ptr<Outputs> first;
  const bool reserve = in.often();
  for (flowline_context* context : contexts()) {
    auto outputs = std::make_unique<Outputs>(first_shape, latents, images);
    Verdict mine = verdict;
    Input again = in;  // the same choices for every context
    const Given<flowline_maps> maps(again, outputs->in(m), &mine);
    if (maps.is_null()) mine.must_fail = true;
    const auto* tensors =
        no_latents ? nullptr : reinterpret_cast<const flowline_tensor*>(array.get());
    flowline_context* to = no_context ? nullptr : context;
    if (reserve && mine.plain()) {
      expect(flowline_reserve(to, tensors, scales, options.get(), maps.get()), mine);
    }
    const flowline_status status = flowline_segment(to, tensors, scales, options.get(), maps.get());
    expect(status, mine, !finite);
    if (!mine.plain()) return;
    EXPECT((status == FLOWLINE_NOT_FINITE) == !finite);
    if (status != FLOWLINE_OK) continue;
    if (first == nullptr) {
      check(*outputs, latents, seen, m);
      if (m.fused_map != nullptr) check_fused(*outputs, latents, tensors);
      first = std::move(outputs);
    } else {
      EXPECT(first->same_bytes(*outputs));
    }
  }
  const auto* tensors = reinterpret_cast<const flowline_tensor*>(array.get());
  const bool inspected = first != nullptr && (seen.law == nullptr || finest_first);
  if (inspected) inspect(tensors, scales, options.get(), seen, m, wanted % 4);
  if (!map_held || !latents[0].layout->held) return;
  // The same with a field of view that is prepared, by any context for any.
  flowline_field_of_view* view;
  const bool for_all = options.known.ignore_batch_stride == 0 || options.is_null();
  const flowline_status created = flowline_field_of_view_create(
      contexts().back(), options.get(), m.height, m.width, for_all ? 1 : images, &view);
  if (options.is_null()) of_options = Verdict{};
  of_options.may_fail |= verdict.may_fail;  // of strides that the maps' batch decides on
  expect(created, of_options);
  EXPECT((created == FLOWLINE_OK) == (view != nullptr));
  if (first != nullptr && view != nullptr) {
    flowline_segment_options prepared = seen;
    prepared.struct_size = sizeof prepared;
    prepared.roi_x = prepared.roi_y = prepared.roi_width = prepared.roi_height = 0;
    prepared.ignore = nullptr;
    prepared.ignore_batch_stride = 0;
    prepared.field_of_view = view;
    for (flowline_context* context : contexts()) {
      const Outputs outputs(m, latents, images);
      const flowline_maps maps = outputs.in(m);
      EXPECT(flowline_segment(context, tensors, scales, &prepared, &maps) == FLOWLINE_OK);
      EXPECT(first->same_bytes(outputs));
    }
    if (inspected) inspect(tensors, scales, &prepared, seen, m, wanted % 4);
  }
  flowline_field_of_view_destroy(view);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  in.byte() % 4 == 3 ? energy(in) : segment(in);
  return 0;
}
