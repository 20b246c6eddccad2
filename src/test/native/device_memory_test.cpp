// A context on the CPU that is given a CUDA device's memory says which argument it is, in a process
// that has loaded a CUDA driver: a fake one here, and memory that would fault if it were touched.
#include <dlfcn.h>
#include <sys/mman.h>

#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "check.hpp"
#include "layers_under_test.hpp"

namespace {

const flowline_status invalid = FLOWLINE_INVALID_ARGUMENT;

// Each pointer of the calls that are host memory for every context, one after the other.
void the_parts(flowline_context* context, void* device) {
  static const char* const OF_TREE[] = {"map",      "node_of_pixel", "parent",
                                        "altitude", "area",          "nodes"};
  static const char* const OF_SELECT[] = {"levels", "energies", "region_of_pixel", "log10_pfa",
                                          "painted"};
  std::vector<float> map(64, 1.0f), energies(64, 1.0f), painted(64);
  std::vector<int32_t> node(64), parent(64), area(64);
  std::vector<double> log10_pfa(64);
  int32_t nodes;
  for (size_t spoilt = 0; spoilt <= std::size(OF_TREE); spoilt++) {
    auto at = [&](size_t argument, auto* host) {
      return argument == spoilt ? static_cast<decltype(host)>(device) : host;
    };
    const flowline_status status = flowline_component_tree(
        context, at(0, map.data()), 8, 8, 4, at(1, node.data()), at(2, parent.data()),
        at(3, painted.data()), at(4, area.data()), at(5, &nodes));
    if (spoilt == std::size(OF_TREE)) {
      CHECK(status == FLOWLINE_OK);
    } else {
      CHECK_FAILS(status, invalid, std::string(OF_TREE[spoilt]) + " must be host memory");
    }
  }
  for (size_t spoilt = 0; spoilt <= std::size(OF_SELECT); spoilt++) {
    auto at = [&](size_t argument, auto* host) {
      return argument == spoilt ? static_cast<decltype(host)>(device) : host;
    };
    const flowline_status status =
        flowline_select(context, at(0, map.data()), at(1, energies.data()), 8, 8, 4, 64, nullptr,
                        at(2, node.data()), at(3, log10_pfa.data()), at(4, painted.data()));
    if (spoilt == std::size(OF_SELECT)) {
      CHECK(status == FLOWLINE_OK);
    } else {
      CHECK_FAILS(status, invalid, std::string(OF_SELECT[spoilt]) + " must be host memory");
    }
  }
}

void the_numbers(void* device) {
  double* const there = static_cast<double*>(device);
  double here;
  CHECK_FAILS(flowline_log10_pfa(0, 4, 5, 1, there), invalid, "log10_pfa must be host memory");
  const int64_t pixels = 64;
  CHECK_FAILS(flowline_log10_number_of_tests(static_cast<int64_t*>(device), 1, &here), invalid,
              "pixels must be host memory");
  CHECK_FAILS(flowline_log10_number_of_tests(&pixels, 1, there), invalid,
              "log10_tests must be host memory");
  CHECK_FAILS(flowline_log10_number_of_tests_by_size(64, 64, 1, there), invalid,
              "log10_tests must be host memory");
  CHECK_FAILS(flowline_cuda_devices(static_cast<int32_t*>(device)), invalid,
              "devices must be host memory");
}

void the_layers(flowline_context* context, float* device) {
  const LayerWeights of(3, 5);
  flowline_convolution* made;
  const auto create = [&](const float* weights, const float* bias) {
    return flowline_convolution_create(context, 3, 5, weights, bias, &made);
  };
  CHECK_FAILS(create(device, nullptr), invalid, "weights must be host memory");
  CHECK_FAILS(create(of.weights.data(), device), invalid, "bias must be host memory");
  auto* const handle = reinterpret_cast<flowline_convolution**>(device);
  CHECK_FAILS(flowline_convolution_create(context, 3, 5, of.weights.data(), nullptr, handle),
              invalid, "convolution must be host memory");
  auto* const stage = reinterpret_cast<flowline_flow_stage**>(device);
  CHECK_FAILS(StageSteps(3).create(context, stage), invalid, "stage must be host memory");

  const TestConvolution convolution(context, 3, 5);
  const TestStage flow(context, 3);
  std::vector<float> x(3 * 4 * 5), y(5 * 4 * 5);
  const flowline_tensor input = pixels(x.data(), 1, 4, 5, 3);
  const flowline_tensor there = pixels(device, 1, 4, 5, 3), summand = pixels(device, 1, 4, 5, 5);
  const auto forward = [&](const flowline_tensor& from, const flowline_tensor* added, float* to) {
    return flowline_convolution_forward(context, convolution, &from, added, 0, to);
  };
  CHECK_FAILS(forward(there, nullptr, y.data()), invalid, "input.data must be host memory");
  CHECK_FAILS(forward(input, &summand, y.data()), invalid, "summand.data must be host memory");
  CHECK_FAILS(forward(input, nullptr, device), invalid, "output.data must be host memory");
  CHECK_FAILS(flowline_flow_stage_forward(context, flow, &there, y.data()), invalid,
              "input.data must be host memory");
  CHECK_FAILS(flowline_flow_stage_forward(context, flow, &input, device), invalid,
              "output.data must be host memory");
  CHECK_FAILS(flowline_flow_stage_forward(context, flow, &there, device), invalid,
              "output.data must be host memory");  // in place

  std::vector<float> some(9 * 9 * 9, 0.5f);
  flowline_coupling coupling = {sizeof coupling, 0, 2.0f, 0.1f, nullptr, nullptr, nullptr};
  const flowline_flow_step good = {sizeof good, 3,           9,       some.data(),
                                   some.data(), some.data(), nullptr, &coupling};
  flowline_flow_stage* staged;
  const auto refused = [&](const char* words, auto&& change) {
    flowline_flow_step steps[] = {good, good};
    change(steps + 1);
    CHECK_FAILS(flowline_flow_stage_create(context, 3, steps, 2, &staged), invalid, words);
    coupling.gain = coupling.offset = nullptr;
    coupling.permutation = nullptr;
  };
  using Step = flowline_flow_step;
  refused("steps[1].first_weights must be", [&](Step* step) { step->first_weights = device; });
  refused("steps[1].first_bias must be host", [&](Step* step) { step->first_bias = device; });
  refused("steps[1].second_weights must be", [&](Step* step) { step->second_weights = device; });
  refused("steps[1].second_bias must be host", [&](Step* step) { step->second_bias = device; });
  refused("steps[0].coupling.gain must be host", [&](Step*) { coupling.gain = device; });
  refused("steps[0].coupling.offset must be host", [&](Step*) { coupling.offset = device; });
  refused("steps[0].coupling.permutation must be host",
          [&](Step*) { coupling.permutation = reinterpret_cast<const int32_t*>(device); });
}

}  // namespace

int main() {
  constexpr size_t BYTES = 1 << 16;
  void* const device = mmap(nullptr, BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(device != MAP_FAILED);
  void* const driver = dlopen(FAKE_DRIVER, RTLD_NOW | RTLD_LOCAL);
  CHECK(driver != nullptr);
  *static_cast<uintptr_t*>(dlsym(driver, "fake_device_begin")) =
      reinterpret_cast<uintptr_t>(device);
  *static_cast<uintptr_t*>(dlsym(driver, "fake_device_end")) =
      reinterpret_cast<uintptr_t>(device) + BYTES;

  Context context;
  std::vector<float> host(4 * 8 * 8, 1.0f);
  float* const there = static_cast<float*>(device);
  flowline_tensor latent = {sizeof latent, FLOWLINE_FLOAT32, host.data(), 1, 4, 8, 8};
  flowline_maps maps = {sizeof maps, 0, 8, 8, host.data() + 999999, nullptr, nullptr, nullptr};
  std::vector<float> map(64), out(256);
  maps.log10_nfa = map.data();
  CHECK(flowline_energy(context, &latent, map.data()) == FLOWLINE_OK);
  CHECK(flowline_segment(context, &latent, 1, nullptr, &maps) == FLOWLINE_OK);

  CHECK_FAILS(flowline_energy(context, &latent, there), invalid,
              "energy must be host memory, got a CUDA device's");
  maps.log10_nfa = there;
  CHECK_FAILS(flowline_segment(context, &latent, 1, nullptr, &maps), invalid, "maps.log10_nfa");
  maps.log10_nfa = map.data();
  maps.anomaly_score = there;
  CHECK_FAILS(flowline_segment(context, &latent, 1, nullptr, &maps), invalid, "maps.anomaly_score");
  maps.anomaly_score = nullptr;
  latent.data = there;
  CHECK_FAILS(flowline_energy(context, &latent, map.data()), invalid, "latent");
  CHECK_FAILS(flowline_segment(context, &latent, 1, nullptr, &maps), invalid, "latents[0]");
  latent.data = host.data();
  flowline_coupling coupling = {};
  coupling.struct_size = sizeof coupling;
  coupling.alpha = 2;
  coupling.subnet_scale = 0.1f;
  coupling.gain = there;
  CHECK_FAILS(flowline_coupling_forward(context, &coupling, &latent, &latent, out.data(), nullptr),
              invalid, "coupling.gain");
  flowline_region region;
  int64_t count;
  CHECK_FAILS(flowline_regions(context, there, 8, 8, 0, 4, &region, 1, &count), invalid,
              "log10_nfa");
  uint8_t* const bytes = static_cast<uint8_t*>(device);
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.ignore = bytes;
  CHECK_FAILS(flowline_segment(context, &latent, 1, &options, &maps), invalid, "options.ignore");
  flowline_region_law law = {sizeof law, 1, 2, 0, there, static_cast<double*>(device)};
  options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.law = &law;
  CHECK_FAILS(flowline_segment(context, &latent, 1, &options, &maps), invalid,
              "options.law.level must be host memory");
  const float levels[2] = {0.1f, 0.9f};
  law.level = levels;
  CHECK_FAILS(flowline_segment(context, &latent, 1, &options, &maps), invalid,
              "options.law.log10_pfa must be host memory");
  CHECK_FAILS(flowline_region_maxima(context, there, 8, 8, 4, out.data()), invalid,
              "map must be host memory");
  CHECK_FAILS(flowline_region_maxima(context, map.data(), 8, 8, 4, there), invalid,
              "maxima must be host memory");
  auto* const regions = static_cast<flowline_region*>(device);
  CHECK_FAILS(flowline_regions(context, map.data(), 8, 8, 0, 4, regions, 1, &count), invalid,
              "regions");
  auto* const counts = static_cast<int64_t*>(device);
  CHECK_FAILS(flowline_regions(context, map.data(), 8, 8, 0, 4, &region, 1, counts), invalid,
              "count");
  the_parts(context, device);
  the_layers(context, there);
  the_numbers(device);

  // Managed memory is the host's too.
  CHECK(mprotect(device, BYTES, PROT_READ | PROT_WRITE) == 0);
  *static_cast<unsigned int*>(dlsym(driver, "fake_is_managed")) = 1;
  CHECK(flowline_energy(context, &latent, there) == FLOWLINE_OK);
}
