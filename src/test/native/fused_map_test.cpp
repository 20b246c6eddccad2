// The outputs of flowline_maps that say how latents are as a whole: the fused map against a call
// with maps of its size, the means against their definition, whatever else is asked for.
#include <cmath>
#include <cstring>
#include <vector>

#include "check.hpp"
#include "random_law.hpp"
#include "random_tensors.hpp"

namespace {

float float_at(const flowline_tensor& tensor, int64_t at) {
  if (tensor.type == FLOWLINE_FLOAT32) return static_cast<const float*>(tensor.data)[at];
  const uint32_t bits = static_cast<const uint16_t*>(tensor.data)[at];
  if (tensor.type == FLOWLINE_BFLOAT16) {
    const uint32_t wide = bits << 16;
    float value;
    std::memcpy(&value, &wide, sizeof value);
    return value;
  }
  const int exponent = static_cast<int>(bits >> 10 & 31);
  const float digits = static_cast<float>(bits & 1023);
  const float size =
      exponent == 0 ? std::ldexp(digits, -24) : std::ldexp(1024.0f + digits, exponent - 25);
  return bits >> 15 != 0 ? -size : size;
}

float element(const flowline_tensor& tensor, int64_t n, int64_t c, int64_t pixel) {
  return float_at(tensor, n * tensor.batch_stride + c * tensor.channel_stride +
                              pixel / tensor.width * tensor.row_stride +
                              pixel % tensor.width * tensor.column_stride);
}

// In the order that the header promises.
double sum_of(const std::vector<float>& values) {
  double sum[8] = {};
  for (size_t i = 0; i < values.size(); i++) sum[i % 8] += static_cast<double>(values[i]);
  for (int step = 1; step < 8; step *= 2) {
    for (int i = 0; i < 8; i += 2 * step) sum[i] += sum[i + step];
  }
  return sum[0];
}

struct Latents {
  std::vector<OwnTensor> own;
  std::vector<flowline_tensor> tensors;

  int32_t scales() const { return static_cast<int32_t>(tensors.size()); }
  int64_t batch() const { return tensors[0].batch; }
  int64_t positions() const { return tensors[0].height * tensors[0].width; }
  int64_t channels() const {
    int64_t channels = 0;
    for (const flowline_tensor& latent : tensors) channels += latent.channels;
    return channels;
  }
};

// Sizes around the lengths that the kernels treat differently: vectors, pieces of 256, runs of 64.
Latents random_latents(RandomTensors* random) {
  constexpr int64_t SIZES[][2] = {{1, 1},   {1, 7},   {9, 1},   {3, 5},   {4, 16}, {13, 17},
                                  {16, 16}, {1, 255}, {257, 1}, {33, 31}, {32, 32}};
  constexpr int64_t CHANNELS[] = {1, 2, 3, 16, 63, 64, 65, 130, 255, 256, 257, 300};
  Latents latents;
  const int64_t scales = 1 + random->below(3), batch = 1 + random->below(3);
  for (int64_t s = 0; s < scales; s++) {
    const auto& size = SIZES[random->below(11)];
    const float mean = random->normal();
    latents.own.push_back(random->make(
        static_cast<int32_t>(random->below(3)), static_cast<Layout>(random->below(LAYOUTS)), batch,
        CHANNELS[random->below(12)], size[0], size[1], [&](int64_t, int64_t c, int64_t, int64_t) {
          return mean * static_cast<float>(c % 3) + random->normal();
        }));
  }
  finest_first(&latents.own);
  for (const OwnTensor& own : latents.own) latents.tensors.push_back(own.tensor);
  return latents;
}

struct Outputs {
  std::vector<float> fused;
  std::vector<double> energies, means;

  explicit Outputs(const Latents& latents)
      : fused(static_cast<size_t>(latents.batch() * latents.positions()), -7.0f),
        energies(static_cast<size_t>(latents.batch() * latents.scales()), -7.0),
        means(static_cast<size_t>(latents.batch() * latents.channels()), -7.0) {}

  void ask(flowline_maps* maps) {
    maps->fused_map = fused.data();
    maps->mean_energies = energies.data();
    maps->channel_means = means.data();
  }

  bool same(const Outputs& other) const {
    return std::memcmp(fused.data(), other.fused.data(), fused.size() * sizeof(float)) == 0 &&
           std::memcmp(energies.data(), other.energies.data(), energies.size() * sizeof(double)) ==
               0 &&
           std::memcmp(means.data(), other.means.data(), means.size() * sizeof(double)) == 0;
  }
};

Outputs by_definition(const Latents& latents) {
  Context context;
  Outputs outputs(latents);
  flowline_maps maps = {};
  maps.struct_size = sizeof maps;
  maps.height = latents.tensors[0].height;
  maps.width = latents.tensors[0].width;
  maps.anomaly_map = outputs.fused.data();
  CHECK(flowline_segment(context, latents.tensors.data(), latents.scales(), nullptr, &maps) ==
        FLOWLINE_OK);
  size_t mean = 0;
  for (int64_t n = 0; n < latents.batch(); n++) {
    for (int32_t s = 0; s < latents.scales(); s++) {
      const flowline_tensor& latent = latents.tensors[static_cast<size_t>(s)];
      const int64_t pixels = latent.height * latent.width;
      std::vector<float> all(static_cast<size_t>(latent.batch * pixels));
      CHECK(flowline_energy(context, &latent, all.data()) == FLOWLINE_OK);
      const std::vector<float> energy(all.begin() + n * pixels, all.begin() + (n + 1) * pixels);
      outputs.energies[static_cast<size_t>(n * latents.scales() + s)] =
          sum_of(energy) / (static_cast<double>(pixels) * static_cast<double>(latent.channels));
      for (int64_t c = 0; c < latent.channels; c++) {
        std::vector<float> values;
        for (int64_t i = 0; i < pixels; i++) values.push_back(element(latent, n, c, i));
        outputs.means[mean++] = sum_of(values) / static_cast<double>(pixels);
      }
    }
  }
  return outputs;
}

// The same bits beside any other output, test, view, number of threads and instruction set.
void whatever_else_is_asked_for(RandomTensors* random) {
  const Latents latents = random_latents(random);
  const Outputs expected = by_definition(latents);
  const int64_t height = 1 + random->below(20), width = 1 + random->below(20);
  const int64_t batch = latents.batch();
  std::vector<float> nfa(static_cast<size_t>(batch * height * width)), anomaly(nfa.size());
  std::vector<float> smallest(static_cast<size_t>(batch)), score(smallest.size());
  std::vector<uint8_t> mask(static_cast<size_t>(height * width));
  for (int32_t set = 0; set <= FLOWLINE_INSTRUCTION_SET_NEON; set++) {
    flowline_context_options how = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    how.threads = static_cast<int32_t>(1 + random->below(3));
    how.instruction_set = set;
    flowline_context* context;
    const flowline_status status = flowline_context_create(&how, &context);
    if (status == FLOWLINE_UNAVAILABLE) continue;
    CHECK(status == FLOWLINE_OK);
    for (int round = 0; round < 4; round++) {
      const int64_t asked = random->below(16);
      flowline_maps maps = {};
      maps.struct_size = sizeof maps;
      maps.height = height;
      maps.width = width;
      if (asked & 1) maps.log10_nfa = nfa.data();
      if (asked & 2) maps.min_log10_nfa = smallest.data();
      if (asked & 4) maps.anomaly_map = anomaly.data();
      if (asked & 8) maps.anomaly_score = score.data();
      flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
      options.number_of_tests = 1 + static_cast<int32_t>(random->below(2));
      OwnLaw law = random_law([&](int64_t bound) { return random->below(bound); });
      if (random->below(2) == 0) options.law = law.get();
      const int64_t part = random->below(8);  // now and then all of it is ignored
      for (uint8_t& ignored : mask) ignored = random->below(7) < part;
      if (random->below(2) == 0) options.ignore = mask.data();

      const std::vector<float> without_nfa = [&] {
        CHECK(flowline_segment(context, latents.tensors.data(), latents.scales(), &options,
                               &maps) == FLOWLINE_OK);
        return nfa;
      }();
      const std::vector<float> without_smallest = smallest;
      Outputs outputs(latents);
      outputs.ask(&maps);
      CHECK(flowline_segment(context, latents.tensors.data(), latents.scales(), &options, &maps) ==
            FLOWLINE_OK);
      CHECK(outputs.same(expected));
      CHECK(nfa == without_nfa && smallest == without_smallest);  // nor do they change the others
    }
    flowline_context_destroy(context);
  }
}

// Each alone, beside a test of a part of the image; of the other two nothing is written.
void one_at_a_time(RandomTensors* random) {
  const Latents latents = random_latents(random);
  const Outputs expected = by_definition(latents);
  for (int which = 0; which < 3; which++) {
    Outputs outputs(latents), wanted(latents);
    flowline_maps maps = {};
    maps.struct_size = sizeof maps;
    maps.height = maps.width = 5;
    std::vector<float> smallest(static_cast<size_t>(latents.batch()));
    maps.min_log10_nfa = smallest.data();
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.roi_x = options.roi_y = 1;
    options.roi_width = options.roi_height = 3;
    if (which == 0) maps.fused_map = outputs.fused.data();
    if (which == 1) maps.mean_energies = outputs.energies.data();
    if (which == 2) maps.channel_means = outputs.means.data();
    if (which == 0) wanted.fused = expected.fused;
    if (which == 1) wanted.energies = expected.energies;
    if (which == 2) wanted.means = expected.means;
    CHECK(flowline_segment(Context(), latents.tensors.data(), latents.scales(), &options, &maps) ==
          FLOWLINE_OK);
    CHECK(outputs.same(wanted));
  }
}

// A program built before they were there: its structure ends with anomaly_score, and what lies
// behind it in memory is not read.
void the_older_structure(RandomTensors* random) {
  const Latents latents = random_latents(random);
  std::vector<float> scores(static_cast<size_t>(latents.batch())), newer(scores.size());
  const auto bad = [](uintptr_t address) { return reinterpret_cast<void*>(address); };
  flowline_maps maps = {};
  maps.height = maps.width = 9;
  maps.anomaly_score = scores.data();
  maps.fused_map = static_cast<float*>(bad(1));
  maps.mean_energies = static_cast<double*>(bad(2));
  maps.channel_means = static_cast<double*>(bad(3));
  maps.struct_size = offsetof(flowline_maps, fused_map);
  CHECK(maps.struct_size == 56 || sizeof(void*) != 8);
  CHECK(flowline_segment(Context(), latents.tensors.data(), latents.scales(), nullptr, &maps) ==
        FLOWLINE_OK);
  maps.struct_size = sizeof maps;
  CHECK_FAILS(flowline_segment(Context(), latents.tensors.data(), latents.scales(), nullptr, &maps),
              FLOWLINE_INVALID_ARGUMENT, "maps.fused_map must be aligned to 4 bytes");
  Outputs outputs(latents);
  outputs.ask(&maps);
  maps.anomaly_score = newer.data();
  CHECK(flowline_segment(Context(), latents.tensors.data(), latents.scales(), nullptr, &maps) ==
        FLOWLINE_OK);
  CHECK(scores == newer && outputs.same(by_definition(latents)));
}

}  // namespace

int main() {
  RandomTensors random(29);
  for (int round = 0; round < 60; round++) whatever_else_is_asked_for(&random);
  for (int round = 0; round < 20; round++) one_at_a_time(&random);
  for (int round = 0; round < 5; round++) the_older_structure(&random);
}
