// flowline_inspect and flowline_regions in a context on a device: by the device's kernels and through
// copies of its memory, with the bits of the CPU. The device is veiled_cuda.cpp, found in this process's library
// folder.
#include <dlfcn.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "check.hpp"
#include "layers_under_test.hpp"
#include "random_law.hpp"
#include "random_tensors.hpp"

namespace {

constexpr int64_t HEIGHT = 33, WIDTH = 47, ROOM = HEIGHT * WIDTH;

/// Outputs of an inspection, of which `wanted` says by bits which maps it is asked for.
struct Outputs {
  Outputs(int64_t images, int64_t wanted, const std::vector<flowline_tensor>& latents)
      : verdict(static_cast<size_t>(images)),
        smallest(static_cast<size_t>(images)),
        count(static_cast<size_t>(images)),
        regions(static_cast<size_t>(images * ROOM)) {
    int64_t channels = 0;
    for (const flowline_tensor& latent : latents) channels += latent.channels;
    const int64_t scales = static_cast<int64_t>(latents.size());
    const int64_t finest = latents[0].height * latents[0].width;
    int64_t sizes[] = {ROOM, 1, ROOM, 1, finest, scales, channels};
    for (int i = 0; i < 7; i++) {
      // Of what is not asked for nothing is written.
      numbers[i].assign(static_cast<size_t>(images * sizes[i]), 7.0);
      addresses[i] = (wanted >> i & 1) != 0 ? numbers[i].data() : nullptr;
    }
  }

  flowline_status inspect(flowline_context* context, const std::vector<flowline_tensor>& latents,
                          const flowline_segment_options& options) {
    const auto floats = [&](int i) { return reinterpret_cast<float*>(addresses[i]); };
    const flowline_maps maps = {sizeof maps, 0,         HEIGHT,    WIDTH,     floats(0),
                                floats(1),   floats(2), floats(3), floats(4), addresses[5],
                                addresses[6]};
    const flowline_inspection asked = {
        sizeof asked,   0,    HEIGHT,       WIDTH, -1.0, verdict.data(), smallest.data(),
        regions.data(), ROOM, count.data(), &maps};
    return flowline_inspect(context, latents.data(), static_cast<int32_t>(latents.size()), &options,
                            &asked);
  }

  /// Of the maps that are asked for.
  int64_t bytes() const {
    int64_t bytes = 0;
    for (int i = 0; i < 7; i++) {
      const int64_t each = i < 5 ? sizeof(float) : sizeof(double);
      if (addresses[i] != nullptr) bytes += each * static_cast<int64_t>(numbers[i].size());
    }
    return bytes;
  }

  bool same(const Outputs& other) const {
    for (int i = 0; i < 7; i++) {
      if (std::memcmp(numbers[i].data(), other.numbers[i].data(),
                      numbers[i].size() * sizeof(double)) != 0) {
        return false;
      }
    }
    return verdict == other.verdict && smallest == other.smallest && count == other.count &&
           std::memcmp(regions.data(), other.regions.data(),
                       regions.size() * sizeof(flowline_region)) == 0;
  }

  std::vector<flowline_verdict> verdict;
  std::vector<float> smallest;
  std::vector<int64_t> count;
  std::vector<flowline_region> regions;
  std::vector<double> numbers[7];  // as flowline_maps has them
  double* addresses[7];
};

/// The device's copy of host memory.
template <class Element>
std::vector<Element> veiled(std::vector<Element> memory) {
  char* const bytes = reinterpret_cast<char*>(memory.data());
  for (size_t i = 0; i < memory.size() * sizeof(Element); i++)
    bytes[i] = static_cast<char>(~bytes[i]);
  return memory;
}

/// A variable of the device's library.
template <class Value>
Value* variable_of_device(const char* name) {
  const std::string library = "libflowline_cuda.so." + std::to_string(FLOWLINE_VERSION_MAJOR);
  void* const handle = dlopen(library.c_str(), RTLD_NOW | RTLD_NOLOAD);
  CHECK(handle != nullptr);
  void* const variable = dlsym(handle, name);
  CHECK(variable != nullptr);
  return static_cast<Value*>(variable);
}

/// A field of view is of one device: its masks are held there once, and freed with it.
void prepared_views(flowline_context* device) {
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  std::vector<uint8_t> masks(2 * 70);
  masks[0] = masks[33] = masks[70 + 69] = 9;
  options.ignore = masks.data();
  options.ignore_batch_stride = 70;
  const Context host;
  flowline_context_options where = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  where.device = FLOWLINE_DEVICE_CUDA;
  where.device_index = 1;
  flowline_context* other;
  CHECK(flowline_context_create(&where, &other) == FLOWLINE_OK);
  const int64_t& held = *variable_of_device<int64_t>("veiled_held");
  flowline_field_of_view *of_device, *of_host, *of_all;
  CHECK(flowline_field_of_view_create(host, &options, 7, 10, 2, &of_host) == FLOWLINE_OK);
  CHECK(held == 0);
  CHECK(flowline_field_of_view_create(device, &options, 7, 10, 2, &of_device) == FLOWLINE_OK);
  CHECK(held == 2 * 3);
  CHECK(flowline_field_of_view_create(device, nullptr, 7, 10, 2, &of_all) == FLOWLINE_OK);
  CHECK(held == 2 * 3);

  const std::vector<float> z(2 * 3 * 8 * 8);
  const flowline_tensor latent = {sizeof latent, 0, z.data(), 2, 3, 8, 8};
  float smallest[2];
  const flowline_maps maps = {sizeof maps, 0, 7, 10, nullptr, smallest};
  const auto run = [&](flowline_context* context, const flowline_field_of_view* view) {
    flowline_segment_options prepared = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    prepared.field_of_view = view;
    return flowline_segment(context, &latent, 1, &prepared, &maps);
  };
  const uint32_t* const& seen = *variable_of_device<const uint32_t*>("veiled_masks");
  CHECK(run(device, of_device) == FLOWLINE_OK);
  const uint32_t words[] = {1, 2, 0, 0, 0, 1u << 5};
  CHECK(seen != nullptr && std::memcmp(seen, words, sizeof words) == 0);
  const uint32_t* const before = seen;
  CHECK(run(device, of_device) == FLOWLINE_OK && seen == before && held == 2 * 3);
  CHECK(run(device, of_all) == FLOWLINE_OK && seen == nullptr);
  constexpr flowline_status BAD = FLOWLINE_INVALID_ARGUMENT;
  CHECK_FAILS(run(host, of_device), BAD,
              "options.field_of_view was prepared for CUDA device 0, but the context computes on "
              "the CPU");
  CHECK_FAILS(run(device, of_host), BAD, "prepared for the CPU");
  CHECK_FAILS(run(other, of_device), BAD, "prepared for CUDA device 0");
  flowline_context_destroy(other);
  flowline_field_of_view_destroy(of_host);
  flowline_field_of_view_destroy(of_all);
  flowline_field_of_view_destroy(of_device);
  CHECK(held == 0);
}

/// Returns how many defects there were.
int64_t round(RandomTensors& random, flowline_context* device) {
  const auto below = [&](int64_t bound) { return random.below(bound); };
  const int64_t batch = 1 + below(3), scales = 1 + below(3);
  std::vector<OwnTensor> own;
  for (int64_t s = 0; s < scales; s++) {
    own.push_back(random.make(static_cast<int32_t>(below(3)), static_cast<Layout>(below(LAYOUTS)),
                              batch, 1 + below(6), 1 + below(20), 1 + below(20),
                              [&](int64_t, int64_t, int64_t, int64_t) {
                                return random.normal() * (below(9) == 0 ? 4.0f : 1.0f);
                              }));
  }
  finest_first(&own);
  std::vector<std::vector<uint64_t>> copies;
  std::vector<flowline_tensor> on_host, on_device;
  for (const OwnTensor& scale : own) {
    copies.push_back(veiled(scale.memory));
    on_host.push_back(scale.tensor);
    on_device.push_back(scale.tensor);
    on_device.back().data = copies.back().data();
  }
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  OwnLaw law = random_law(below);
  std::vector<uint8_t> mask(HEIGHT * WIDTH);
  for (uint8_t& ignored : mask) ignored = below(9) == 0;
  if (below(2) == 0) options.ignore = mask.data();  // host memory for every context
  flowline_segment_options of_device = options;
  const flowline_region_law host_law = *law.get();
  const std::vector<float> level = veiled(law.level);
  const std::vector<double> log10_pfa = veiled(law.log10_pfa);
  const std::vector<double> baseline_log10_pfa = veiled(law.baseline_log10_pfa);
  flowline_region_law device_law = host_law;
  device_law.level = level.data();
  device_law.log10_pfa = log10_pfa.data();
  if (law.baseline > 0) device_law.baseline_log10_pfa = baseline_log10_pfa.data();
  if (below(2) == 0) {
    options.law = &host_law;
    of_device.law = &device_law;
  }
  const int64_t wanted = below(3) == 0 ? 0 : below(128);
  Outputs expected(batch, wanted, on_host), got(batch, wanted, on_host);
  CHECK(expected.inspect(Context(), on_host, options) == FLOWLINE_OK);
  flowline_field_of_view* view = nullptr;
  if (below(2) == 0) {
    CHECK(flowline_field_of_view_create(device, &of_device, HEIGHT, WIDTH, batch, &view) ==
          FLOWLINE_OK);
    of_device.ignore = nullptr;
    of_device.field_of_view = view;
    std::fill(mask.begin(), mask.end(), 0);
  }
  int64_t& read = *variable_of_device<int64_t>("veiled_read");
  read = 0;
  CHECK(got.inspect(device, on_device, of_device) == FLOWLINE_OK);
  CHECK(got.same(expected));
  flowline_field_of_view_destroy(view);
  int64_t defects = 0;
  for (flowline_verdict verdict : got.verdict) defects += verdict == FLOWLINE_DEFECT;
  // No latent is copied: results alone, and of defects the grids that were tested.
  int64_t bytes = got.bytes() + batch * 4;
  for (const OwnTensor& scale : own)
    bytes += defects * 4 * scale.tensor.height * scale.tensor.width;
  if (options.law != nullptr) {
    bytes += host_law.knots * int64_t{12 + 8 * host_law.classes};
  }
  CHECK(read <= bytes);
  return defects;
}

/// The regions of a map of the device's and of the host's are the same.
void regions(RandomTensors& random, flowline_context* device) {
  const void** const on_host = variable_of_device<const void*>("veiled_host");
  std::vector<float> map(static_cast<size_t>(ROOM));
  for (float& value : map) value = random.normal();
  const std::vector<float> there = veiled(map);
  const auto find = [&](flowline_context* context, const float* of,
                        std::vector<flowline_region>* to) {
    int64_t count;
    to->resize(static_cast<size_t>(ROOM));
    CHECK(flowline_regions(context, of, HEIGHT, WIDTH, -0.5, 8, to->data(), ROOM, &count) ==
          FLOWLINE_OK);
    to->resize(static_cast<size_t>(count));
  };
  std::vector<flowline_region> expected, got;
  find(Context(), map.data(), &expected);
  CHECK(expected.size() > 10);
  for (const float* of : {there.data(), static_cast<const float*>(map.data())}) {
    *on_host = map.data();
    find(device, of, &got);
    *on_host = nullptr;
    CHECK(got.size() == expected.size());
    CHECK(std::memcmp(got.data(), expected.data(), got.size() * sizeof(flowline_region)) == 0);
  }
  map[WIDTH + 2] = NAN;
  const std::vector<float> spoilt = veiled(map);
  int64_t count;
  CHECK_FAILS(flowline_regions(device, spoilt.data(), HEIGHT, WIDTH, 0, 4, nullptr, 0, &count),
              FLOWLINE_NOT_FINITE, "log10_nfa is NaN at row 1, column 2");
}

/// The host reads a law's arrays, the device's, and a mask, the host's own: both are checked.
void arguments(flowline_context* device) {
  const std::vector<float> z = veiled(std::vector<float>(2 * 3 * 8 * 8, 1.0f));
  const std::vector<flowline_tensor> latents = {{sizeof(flowline_tensor), 0, z.data(), 2, 3, 8, 8}};
  const auto run = [&](std::vector<float> level, std::vector<double> log10_pfa,
                       std::vector<double> baseline_log10_pfa = {}) {
    level = veiled(level);
    log10_pfa = veiled(log10_pfa);
    const bool relative = !baseline_log10_pfa.empty();
    baseline_log10_pfa = veiled(baseline_log10_pfa);
    const flowline_region_law law = {sizeof law,
                                     1,
                                     static_cast<int32_t>(level.size()),
                                     0,
                                     level.data(),
                                     log10_pfa.data(),
                                     0,
                                     0,
                                     relative ? 0.5f : 0.0f,
                                     relative ? 0.5f : 0.0f,
                                     relative ? baseline_log10_pfa.data() : nullptr};
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.law = &law;
    return Outputs(2, 127, latents).inspect(device, latents, options);
  };
  constexpr flowline_status BAD = FLOWLINE_INVALID_ARGUMENT;
  CHECK(run({0.2f, 0.6f, 1.0f}, {0, -1, -2}) == FLOWLINE_OK);
  CHECK_FAILS(run({0.2f, NAN, 1.0f}, {0, -1, -2}), BAD, "options.law.level[1]");
  CHECK_FAILS(run({0.2f, 0.6f, 0.6f}, {0, -1, -2}), BAD, "options.law.level[2] must be above");
  CHECK_FAILS(run({0.2f, 0.6f, 1.0f}, {0, NAN, -2}), BAD,
              "options.law.log10_pfa[1] must be finite");
  CHECK_FAILS(run({0.2f, 0.6f, 1.0f}, {0, -1, 5}), BAD, "options.law.log10_pfa[2] must be finite");

  CHECK(run({0.2f, 0.6f, 1.0f}, {0, -1, -2}, {0, -1, -1}) == FLOWLINE_OK);
  CHECK_FAILS(run({0.2f, 0.6f, 1.0f}, {0, -1, -2}, {0, -1, NAN}), BAD,
              "options.law.baseline_log10_pfa[2] must be finite");

  Outputs outputs(2, 0, latents);
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.ignore = reinterpret_cast<const uint8_t*>(outputs.regions.data());
  CHECK_FAILS(outputs.inspect(device, latents, options), BAD,
              "inspection.regions overlaps options.ignore");
}

/// Layers are the host's.
void layers(flowline_context* device) {
  const char* const words = "layers are computed on the CPU, and context is on CUDA device 0";
  flowline_convolution* convolution = reinterpret_cast<flowline_convolution*>(device);
  flowline_flow_stage* stage = reinterpret_cast<flowline_flow_stage*>(device);
  CHECK_FAILS(LayerWeights(3, 4).create(device, &convolution), FLOWLINE_UNAVAILABLE, words);
  CHECK_FAILS(StageSteps(3).create(device, &stage), FLOWLINE_UNAVAILABLE, words);
  CHECK(convolution == nullptr && stage == nullptr);
  const TestConvolution of_host(Context(), 3, 4);
  const TestStage stage_of_host(Context(), 3);
  const std::vector<float> x(3);
  std::vector<float> y(4);
  const flowline_tensor input = pixels(x.data(), 1, 1, 1, 3);
  CHECK_FAILS(flowline_convolution_forward(device, of_host, &input, nullptr, 0, y.data()),
              FLOWLINE_UNAVAILABLE, words);
  CHECK_FAILS(flowline_flow_stage_forward(device, stage_of_host, &input, y.data()),
              FLOWLINE_UNAVAILABLE, words);
}

}  // namespace

int main(int count, char** arguments_of) {
  flowline_context_options where = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  where.device = FLOWLINE_DEVICE_CUDA;
  flowline_context* device;
  CHECK(flowline_context_create(&where, &device) == FLOWLINE_OK);
  CHECK(std::string(flowline_context_description(device)) == "CUDA device 0, veiled");
  const uint64_t seed = count > 1 ? std::stoull(arguments_of[1]) : std::random_device()();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  RandomTensors random(seed);
  int64_t defects = 0;
  for (int i = 0; i < 300; i++) defects += round(random, device);
  CHECK(defects > 30);
  regions(random, device);
  arguments(device);
  layers(device);
  prepared_views(device);

  // That an energy is not finite is known when the call returns.
  OwnTensor latent = random.make(
      FLOWLINE_FLOAT32, Layout::DENSE, 2, 3, 8, 8,
      [](int64_t n, int64_t, int64_t y, int64_t) { return n == 1 && y == 5 ? INFINITY : 1.0f; });
  const std::vector<uint64_t> copy = veiled(latent.memory);
  latent.tensor.data = copy.data();
  Outputs outputs(2, 127, {latent.tensor});
  outputs.verdict = {FLOWLINE_GOOD, FLOWLINE_GOOD};  // of an earlier call
  CHECK_FAILS(outputs.inspect(device, {latent.tensor}, FLOWLINE_SEGMENT_OPTIONS_DEFAULT),
              FLOWLINE_NOT_FINITE, "image 1");
  CHECK(outputs.verdict[0] == FLOWLINE_NOT_INSPECTED);
  CHECK(outputs.verdict[1] == FLOWLINE_NOT_INSPECTED);
  flowline_context_destroy(device);
}
