// What the emulated device is held to (cuda_emulation_test), on a real one, by way of the C ABI;
// and what only a real one has: streams, graphs, memory of its own. Skipped where there is none.
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "device_memory.cuh"
#include "device_suite.hpp"

namespace {

constexpr int SKIPPED = 77;

struct CudaContext {
  explicit CudaContext(cudaStream_t stream) {
    flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    options.device = FLOWLINE_DEVICE_CUDA;
    options.stream = stream;
    CHECK(flowline_context_create(&options, &handle) == FLOWLINE_OK);
  }
  ~CudaContext() { flowline_context_destroy(handle); }
  CudaContext(const CudaContext&) = delete;
  CudaContext& operator=(const CudaContext&) = delete;
  operator flowline_context*() const { return handle; }
  flowline_context* handle = nullptr;
};

using Memory = DeviceArray<uint64_t>;

flowline_tensor on_device(const OwnTensor& own, const Memory& memory) {
  flowline_tensor tensor = own.tensor;
  tensor.data = memory.data();
  return tensor;
}

/// The maps of a call in the device's memory, with what is in the host's at first.
class DeviceMaps {
 public:
  DeviceMaps(const flowline_maps& host, const std::vector<flowline_tensor>& latents)
      : DeviceMaps(host, latents[0].batch, latents[0].height * latents[0].width,
                   static_cast<int64_t>(latents.size()), channels_of(latents)) {}

  DeviceMaps(const flowline_maps& host, int64_t batch, int64_t positions, int64_t scales,
             int64_t channels)
      : host_(host),
        nfa_(host.log10_nfa, static_cast<size_t>(batch * host.height * host.width)),
        smallest_(host.min_log10_nfa, static_cast<size_t>(batch)),
        anomaly_(host.anomaly_map, static_cast<size_t>(batch * host.height * host.width)),
        score_(host.anomaly_score, static_cast<size_t>(batch)),
        fused_(host.fused_map, static_cast<size_t>(batch * positions)),
        energies_(host.mean_energies, static_cast<size_t>(batch * scales)),
        means_(host.channel_means, static_cast<size_t>(batch * channels)) {}

  flowline_maps maps() const {
    flowline_maps maps = host_;
    maps.log10_nfa = nfa_.data();
    maps.min_log10_nfa = smallest_.data();
    maps.anomaly_map = anomaly_.data();
    maps.anomaly_score = score_.data();
    maps.fused_map = fused_.data();
    maps.mean_energies = energies_.data();
    maps.channel_means = means_.data();
    return maps;
  }

  void fetch() const {
    nfa_.copy_to(host_.log10_nfa);
    smallest_.copy_to(host_.min_log10_nfa);
    anomaly_.copy_to(host_.anomaly_map);
    score_.copy_to(host_.anomaly_score);
    fused_.copy_to(host_.fused_map);
    energies_.copy_to(host_.mean_energies);
    means_.copy_to(host_.channel_means);
  }

 private:
  static int64_t channels_of(const std::vector<flowline_tensor>& latents) {
    int64_t channels = 0;
    for (const flowline_tensor& latent : latents) channels += latent.channels;
    return channels;
  }

  flowline_maps host_;
  DeviceArray<float> nfa_, smallest_, anomaly_, score_, fused_;
  DeviceArray<double> energies_, means_;
};

/// A law whose arrays are in the device's memory; of none, none.
class DeviceLaw {
 public:
  explicit DeviceLaw(const flowline_region_law* host)
      : law_(host == nullptr ? flowline_region_law{} : *host),
        level_(law_.level, static_cast<size_t>(law_.knots)),
        log10_pfa_(law_.log10_pfa, static_cast<size_t>(law_.classes) * law_.knots),
        baseline_log10_pfa_(law_.baseline_log10_pfa,
                            law_.baseline_log10_pfa == nullptr ? 0 : law_.knots) {
    law_.level = level_.data();
    law_.log10_pfa = log10_pfa_.data();
    if (law_.baseline > 0) law_.baseline_log10_pfa = baseline_log10_pfa_.data();
  }

  const flowline_region_law* get() const { return law_.classes == 0 ? nullptr : &law_; }

 private:
  flowline_region_law law_;
  DeviceArray<float> level_;
  DeviceArray<double> log10_pfa_, baseline_log10_pfa_;
};

/// With `graphs`, what a call enqueues is captured and replayed.
class RealDevice {
 public:
  explicit RealDevice(bool graphs) : graphs_(graphs) {
    CHECK_CUDA(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
    context_ = std::make_unique<CudaContext>(stream_);
  }
  ~RealDevice() {
    context_.reset();
    cudaStreamDestroy(stream_);
  }

  void segment(const std::vector<OwnTensor>& latents, flowline_segment_options options,
               const flowline_maps& maps, bool prepared) {
    const DeviceLaw law(options.law);
    options.law = law.get();
    std::vector<std::unique_ptr<Memory>> memories;
    std::vector<flowline_tensor> tensors;
    for (const OwnTensor& latent : latents) {
      memories.push_back(std::make_unique<Memory>(latent.memory.data(), latent.memory.size()));
      tensors.push_back(on_device(latent, *memories.back()));
    }
    const DeviceMaps outputs(maps, tensors);
    const flowline_maps wanted = outputs.maps();
    const int32_t scales = static_cast<int32_t>(tensors.size());
    flowline_field_of_view* view = nullptr;
    if (prepared) {
      CHECK(flowline_field_of_view_create(*context_, &options, maps.height, maps.width,
                                          tensors[0].batch, &view) == FLOWLINE_OK);
      options.roi_x = options.roi_y = options.roi_width = options.roi_height = 0;
      options.ignore = nullptr;
      options.ignore_batch_stride = 0;
      options.field_of_view = view;
    }
    CHECK(flowline_reserve(*context_, tensors.data(), scales, &options, &wanted) == FLOWLINE_OK);
    CHECK_CUDA(cudaDeviceSynchronize());
    enqueue([&] {
      CHECK(flowline_segment(*context_, tensors.data(), scales, &options, &wanted) == FLOWLINE_OK);
    });
    outputs.fetch();
    flowline_field_of_view_destroy(view);
  }

  void energy(const OwnTensor& latent, float* energy) {
    const Memory memory(latent.memory.data(), latent.memory.size());
    const flowline_tensor tensor = on_device(latent, memory);
    const DeviceArray<float> output(
        energy, static_cast<size_t>(tensor.batch * tensor.height * tensor.width));
    CHECK(flowline_energy(*context_, &tensor, output.data()) == FLOWLINE_OK);
    output.copy_to(energy);
  }

  void forward(const flowline_coupling& coupling, const OwnTensor& input, const OwnTensor& subnet,
               float* output, double* log_det) {
    const Parameters parameters(coupling, input.tensor.channels);
    const Memory x(input.memory.data(), input.memory.size());
    const Memory a(subnet.memory.data(), subnet.memory.size());
    const Memory y(reinterpret_cast<uint64_t*>(output), input.memory.size());
    const DeviceArray<double> sums(log_det, static_cast<size_t>(input.tensor.batch));
    const flowline_tensor from = on_device(input, x), of_subnet = on_device(subnet, a);
    CHECK(flowline_coupling_forward(*context_, &parameters.coupling, &from, &of_subnet,
                                    reinterpret_cast<float*>(y.data()),
                                    sums.data()) == FLOWLINE_OK);
    y.copy_to(reinterpret_cast<uint64_t*>(output));
    sums.copy_to(log_det);
  }

  void undo_affine(const flowline_coupling& coupling, const OwnTensor& input, float* output,
                   double* log_det) {
    const Parameters parameters(coupling, input.tensor.channels);
    const Memory x(input.memory.data(), input.memory.size());
    const Memory y(reinterpret_cast<uint64_t*>(output), input.memory.size());
    const DeviceArray<double> sums(log_det, static_cast<size_t>(input.tensor.batch));
    const flowline_tensor from = on_device(input, x);
    CHECK(flowline_coupling_undo_affine(*context_, &parameters.coupling, &from,
                                        reinterpret_cast<float*>(y.data()),
                                        sums.data()) == FLOWLINE_OK);
    y.copy_to(reinterpret_cast<uint64_t*>(output));
    sums.copy_to(log_det);
  }

  void inverse(const flowline_coupling& coupling, OwnTensor* latent, const OwnTensor& subnet,
               double* log_det) {
    const Parameters parameters(coupling, latent->tensor.channels);
    const Memory y(latent->memory.data(), latent->memory.size());
    const Memory a(subnet.memory.data(), subnet.memory.size());
    const DeviceArray<double> sums(log_det, static_cast<size_t>(latent->tensor.batch));
    const flowline_tensor in_place = on_device(*latent, y), of_subnet = on_device(subnet, a);
    CHECK(flowline_coupling_inverse(*context_, &parameters.coupling, &in_place, &of_subnet,
                                    sums.data()) == FLOWLINE_OK);
    y.copy_to(latent->memory.data());
    sums.copy_to(log_det);
  }

 private:
  struct Parameters {
    Parameters(const flowline_coupling& host, int64_t channels)
        : coupling(host),
          gain(host.gain, static_cast<size_t>(channels)),
          offset(host.offset, static_cast<size_t>(channels)),
          permutation(host.permutation, static_cast<size_t>(channels)) {
      coupling.gain = gain.data();
      coupling.offset = offset.data();
      coupling.permutation = permutation.data();
    }
    flowline_coupling coupling;
    DeviceArray<float> gain, offset;
    DeviceArray<int32_t> permutation;
  };

  template <class Call>
  void enqueue(Call&& call) {
    if (!graphs_) {
      call();
      return;
    }
    cudaGraph_t graph;
    cudaGraphExec_t ready;
    CHECK_CUDA(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeGlobal));
    call();
    CHECK_CUDA(cudaStreamEndCapture(stream_, &graph));
    CHECK_CUDA(cudaGraphInstantiate(&ready, graph, 0));
    for (int replay = 0; replay < 2; replay++) CHECK_CUDA(cudaGraphLaunch(ready, stream_));
    CHECK_CUDA(cudaStreamSynchronize(stream_));
    CHECK_CUDA(cudaGraphExecDestroy(ready));
    CHECK_CUDA(cudaGraphDestroy(graph));
  }

  bool graphs_;
  cudaStream_t stream_ = nullptr;
  std::unique_ptr<CudaContext> context_;
};

// A pointer of the other side is named, by either context.
void wrong_memory() {
  const CudaContext cuda(nullptr);
  Context host;
  std::vector<float> here(64, 1.0f);
  const DeviceArray<float> there(here.data(), here.size());
  flowline_tensor latent = {sizeof latent, FLOWLINE_FLOAT32, here.data(), 1, 4, 4, 4};
  CHECK_FAILS(flowline_energy(cuda, &latent, there.data()), FLOWLINE_INVALID_ARGUMENT, "latent");
  CHECK_FAILS(flowline_energy(host, &latent, there.data()), FLOWLINE_INVALID_ARGUMENT, "energy");
  latent.data = there.data();
  CHECK_FAILS(flowline_energy(cuda, &latent, here.data()), FLOWLINE_INVALID_ARGUMENT, "energy");
  CHECK_FAILS(flowline_energy(host, &latent, here.data()), FLOWLINE_INVALID_ARGUMENT, "latent");
  const std::vector<double> numbers(4);
  const DeviceArray<double> numbers_there(numbers.data(), numbers.size());
  flowline_region_law law = {sizeof law, 2, 2, 0, here.data(), numbers_there.data()};
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.law = &law;
  const flowline_maps maps = {sizeof maps, 0, 4, 4, nullptr, nullptr, nullptr, nullptr};
  CHECK_FAILS(flowline_segment(cuda, &latent, 1, &options, &maps), FLOWLINE_INVALID_ARGUMENT,
              "options.law.level");
  law.level = there.data();
  law.log10_pfa = numbers.data();
  CHECK_FAILS(flowline_segment(cuda, &latent, 1, &options, &maps), FLOWLINE_INVALID_ARGUMENT,
              "options.law.log10_pfa");
}

// Contexts of several threads at once: they launch the same kernels, each with as much shared
// memory as its own maps need.
void concurrent_contexts(uint64_t seed, int64_t rounds) {
  std::vector<std::thread> threads;
  for (int32_t longest_side : {20, 40, 64}) {
    threads.emplace_back([=] {
      RealDevice device(false);
      DeviceSuite<RealDevice> suite(seed + static_cast<uint64_t>(longest_side), &device);
      suite.run(rounds, longest_side);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Room that was not reserved cannot be made while a stream is captured.
void captured_without_room() {
  cudaStream_t stream;
  CHECK_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  {
    const CudaContext context(stream);
    const DeviceArray<float> z(16 * 28 * 28), map(28 * 28);
    const flowline_tensor latent = {sizeof latent, FLOWLINE_FLOAT32, z.data(), 1, 16, 28, 28};
    const flowline_maps maps = {sizeof maps, 0, 28, 28, map.data(), nullptr, nullptr, nullptr};
    cudaGraph_t graph;
    CHECK_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
    CHECK_FAILS(flowline_segment(context, &latent, 1, nullptr, &maps), FLOWLINE_INVALID_ARGUMENT,
                "flowline_reserve");
    CHECK_CUDA(cudaStreamEndCapture(stream, &graph));
    CHECK_CUDA(cudaGraphDestroy(graph));
    CHECK(flowline_reserve(context, &latent, 1, nullptr, &maps) == FLOWLINE_OK);
    // A field of view can be prepared in the middle of a capture, and freed; what waits is refused.
    flowline_field_of_view* view;
    const std::vector<uint8_t> mask(28 * 28, 1);
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.ignore = mask.data();
    CHECK_CUDA(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
    CHECK(flowline_segment(context, &latent, 1, nullptr, &maps) == FLOWLINE_OK);
    CHECK(flowline_field_of_view_create(context, &options, 28, 28, 1, &view) == FLOWLINE_OK);
    flowline_field_of_view_destroy(view);
    int64_t count;
    CHECK_FAILS(flowline_regions(context, map.data(), 28, 28, -2, 4, nullptr, 0, &count),
                FLOWLINE_INVALID_ARGUMENT, "captured");
    flowline_verdict verdict;
    const flowline_inspection asked = {sizeof asked, 0, 28, 28, -2, &verdict};
    CHECK_FAILS(flowline_inspect(context, &latent, 1, nullptr, &asked), FLOWLINE_INVALID_ARGUMENT,
                "captured");
    CHECK_CUDA(cudaStreamEndCapture(stream, &graph));
    CHECK_CUDA(cudaGraphDestroy(graph));
  }
  CHECK_CUDA(cudaStreamDestroy(stream));
}

}  // namespace

int main(int count, char** arguments) {
  int64_t rounds = 400, largest = 700;
  uint64_t seed = std::random_device()();
  for (int i = 1; i < count; i++) {
    const std::string argument = arguments[i];
    if (argument.rfind("--rounds=", 0) == 0) {
      rounds = std::stoll(argument.substr(9));
    } else if (argument.rfind("--seed=", 0) == 0) {
      seed = std::stoull(argument.substr(7));
    } else if (argument.rfind("--largest=", 0) == 0) {
      largest =
          std::stoll(argument.substr(10));  // side of a map; a checker takes long for large ones
    } else {
      std::fprintf(stderr, "cuda_device_test [--rounds=N] [--seed=N] [--largest=N]\n");
      return 2;
    }
  }
  int32_t devices;
  if (flowline_cuda_devices(&devices) != FLOWLINE_OK) {
    std::printf("no CUDA device: skipped (%s)\n", flowline_last_error());
    return SKIPPED;
  }
  std::printf("seed %llu, %s\n", static_cast<unsigned long long>(seed),
              flowline_context_description(CudaContext(nullptr)));
  std::fflush(stdout);
  captured_without_room();  // before any kernel has run
  for (bool graphs : {false, true}) {
    RealDevice device(graphs);
    DeviceSuite<RealDevice> suite(seed + graphs, &device);
    suite.run(rounds, 64);
    for (int32_t side : {28, 60, 112, 257, 700}) {
      if (side <= largest) suite.large(side, side + 1);
    }
  }
  concurrent_contexts(seed, rounds / 2);
  wrong_memory();
}
