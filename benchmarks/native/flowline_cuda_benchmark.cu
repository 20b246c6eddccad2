// What the CUDA core costs, in microseconds on the device, beside what it is near to: a copy of as
// many bytes. Every figure is the median of runs between two events on the stream, after a warm-up;
// short calls are replayed from a graph, as a line would. With --once every call is made once and
// nothing is printed: for a profiler.
#include <cuda_runtime.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "flowline/flowline.h"

namespace {

void check(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  std::fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(error));
  std::exit(1);
}

void check(flowline_status status, const char* what) {
  if (status == FLOWLINE_OK) return;
  std::fprintf(stderr, "%s: %s\n", what, flowline_last_error());
  std::exit(1);
}

template <class Element>
class DeviceArray {
 public:
  explicit DeviceArray(size_t count) {
    check(cudaMalloc(&data_, count * sizeof(Element)), "cudaMalloc");
  }
  ~DeviceArray() { cudaFree(data_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;
  Element* data() const { return data_; }

 private:
  Element* data_ = nullptr;
};

class Bench {
 public:
  explicit Bench(bool once) : once_(once) {
    check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "stream");
    check(cudaEventCreate(&begin_), "event");
    check(cudaEventCreate(&end_), "event");
    flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    options.device = FLOWLINE_DEVICE_CUDA;
    options.stream = stream_;
    check(flowline_context_create(&options, &context_), "context");
  }

  void row(const std::string& what, double microseconds, double target,
           const std::string& note) const {
    if (once_) return;
    std::printf("| %s | %.1f | ", what.c_str(), microseconds);
    if (target > 0) std::printf("%.0f", target);
    std::printf(" | %s |\n", note.c_str());
  }

  flowline_context* context() const { return context_; }
  cudaStream_t stream() const { return stream_; }

  /// Microseconds of one call, of `calls` enqueued together as a graph.
  double microseconds(int calls, const std::function<void()>& call) {
    call();  // workspace
    check(cudaStreamSynchronize(stream_), "warm-up");
    if (once_) return 1;
    cudaGraph_t graph;
    cudaGraphExec_t ready;
    check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), "capture");
    for (int i = 0; i < calls; i++) call();
    check(cudaStreamEndCapture(stream_, &graph), "capture");
    check(cudaGraphInstantiate(&ready, graph, 0), "graph");
    std::vector<float> times;
    for (int run = 0; run < 25; run++) {
      check(cudaEventRecord(begin_, stream_), "event");
      check(cudaGraphLaunch(ready, stream_), "graph");
      check(cudaEventRecord(end_, stream_), "event");
      check(cudaEventSynchronize(end_), "run");
      float milliseconds = 0;
      check(cudaEventElapsedTime(&milliseconds, begin_, end_), "event");
      if (run >= 5) times.push_back(milliseconds);
    }
    check(cudaGraphExecDestroy(ready), "graph");
    check(cudaGraphDestroy(graph), "graph");
    std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
    return 1000.0 * times[times.size() / 2] / calls;
  }

 private:
  bool once_;
  cudaStream_t stream_ = nullptr;
  cudaEvent_t begin_ = nullptr, end_ = nullptr;
  flowline_context* context_ = nullptr;
};

/// White noise, a million values of it over and over; the short types are bits of it.
void fill(void* to, int32_t type, size_t count) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<uint32_t> words(1 << 20);
  for (uint32_t& word : words) {
    const float value = normal(random);
    uint32_t bits;
    static_assert(sizeof bits == sizeof value, "");
    std::copy_n(reinterpret_cast<const char*>(&value), sizeof bits, reinterpret_cast<char*>(&bits));
    if (type == FLOWLINE_FLOAT32) {
      word = bits;
    } else if (type == FLOWLINE_BFLOAT16) {
      word = bits >> 16 | (bits & 0xffff0000u);
    } else {
      const int exponent = std::max(static_cast<int>(bits >> 23 & 255) - 112, 0);
      const uint32_t half =
          (bits >> 16 & 0x8000) | static_cast<uint32_t>(exponent) << 10 | (bits >> 13 & 0x3ff);
      word = half | half << 16;
    }
  }
  const size_t bytes = count * (type == FLOWLINE_FLOAT32 ? 4 : 2);
  for (size_t done = 0; done < bytes; done += words.size() * 4) {
    check(cudaMemcpy(static_cast<char*>(to) + done, words.data(),
                     std::min(bytes - done, words.size() * 4), cudaMemcpyHostToDevice),
          "cudaMemcpy");
  }
  check(cudaDeviceSynchronize(), "fill");
}

const char* name_of(int32_t type) {
  return type == FLOWLINE_FLOAT32 ? "float32" : type == FLOWLINE_FLOAT16 ? "float16" : "bfloat16";
}

// 816 x 28 x 28, batch 64: the energy alone, against a copy of as many bytes in and out.
void energy(Bench* bench, int32_t type) {
  const int64_t batch = 64, channels = 816, side = 28;
  const size_t count = static_cast<size_t>(batch * channels * side * side);
  const size_t bytes = count * (type == FLOWLINE_FLOAT32 ? 4 : 2);
  const DeviceArray<char> z(bytes), copy(bytes);
  const DeviceArray<float> energies(static_cast<size_t>(batch * side * side));
  fill(z.data(), type, count);
  const flowline_tensor latent = {sizeof latent, type, z.data(), batch, channels, side, side};
  const double time = bench->microseconds(
      10, [&] { check(flowline_energy(bench->context(), &latent, energies.data()), "energy"); });
  const double copied = bench->microseconds(10, [&] {
    check(cudaMemcpyAsync(copy.data(), z.data(), bytes, cudaMemcpyDeviceToDevice, bench->stream()),
          "copy");
  });
  const double bandwidth = static_cast<double>(bytes) / time;      // MB/s, one way
  const double of_copy = 2 * static_cast<double>(bytes) / copied;  // in and out
  char note[128];
  std::snprintf(note, sizeof note, "%.2f TB/s, %.0f %% of the copy's %.2f TB/s (target 85 %%)",
                bandwidth / 1e6, 100 * bandwidth / of_copy, of_copy / 1e6);
  bench->row(std::string("energy, 64 of 816x28x28, ") + name_of(type), time, 0, note);
}

// Latents to maps.
void segment(Bench* bench, const std::string& what, int32_t type, int64_t batch, int64_t channels,
             int64_t side, int64_t map_side, double target, const std::string& note,
             const flowline_region_law* law = nullptr) {
  const size_t count = static_cast<size_t>(batch * channels * side * side);
  const DeviceArray<char> z(count * (type == FLOWLINE_FLOAT32 ? 4 : 2));
  const DeviceArray<float> map(static_cast<size_t>(batch * map_side * map_side));
  fill(z.data(), type, count);
  const flowline_tensor latent = {sizeof latent, type, z.data(), batch, channels, side, side};
  const flowline_maps maps = {sizeof maps, 0,       map_side, map_side,
                              map.data(),  nullptr, nullptr,  nullptr};
  // The test that the figures of before were of.
  flowline_segment_options options = {sizeof options, FLOWLINE_PFA_CHERNOFF,
                                      FLOWLINE_TESTS_PUBLISHED};
  options.law = law;
  const int calls = side > 1000 ? 1 : 10;
  const double time = bench->microseconds(calls, [&] {
    check(flowline_segment(bench->context(), &latent, 1, &options, &maps), "segment");
  });
  bench->row(what, time, target, note);
}

// The same by a region law, which is the default of Flowline's models. Its numbers are of no
// measured latents: levels at even distances, PFAs that fall evenly.
void segment_by_law(Bench* bench) {
  const int64_t side = 28;
  const int32_t classes = flowline_size_classes(side, side), knots = FLOWLINE_LAW_KNOTS;
  std::vector<float> level;
  std::vector<double> log10_pfa;
  for (int32_t k = 0; k < knots; k++) level.push_back(static_cast<float>(k) / knots);
  for (int32_t c = 0; c < classes; c++) {
    for (int32_t k = 0; k < knots; k++) log10_pfa.push_back(-4.0 * k / (knots - 1));
  }
  const DeviceArray<float> level_there(level.size());
  const DeviceArray<double> pfa_there(log10_pfa.size());
  check(cudaMemcpy(level_there.data(), level.data(), level.size() * sizeof(float),
                   cudaMemcpyHostToDevice),
        "cudaMemcpy");
  check(cudaMemcpy(pfa_there.data(), log10_pfa.data(), log10_pfa.size() * sizeof(double),
                   cudaMemcpyHostToDevice),
        "cudaMemcpy");
  flowline_region_law law = {};
  law.struct_size = sizeof law;
  law.classes = classes;
  law.knots = knots;
  law.level = level_there.data();
  law.log10_pfa = pfa_there.data();
  segment(bench, "64 of 816x28x28 to maps by a law, float32", FLOWLINE_FLOAT32, 64, 816, side, side,
          0, "", &law);
}

// A coupling of 8 images, against a copy of as many bytes.
void coupling(Bench* bench) {
  const int64_t batch = 8, channels = 816, side = 28;
  const size_t count = static_cast<size_t>(batch * channels * side * side);
  const DeviceArray<float> input(count), subnet(count), output(count);
  const DeviceArray<double> log_det(static_cast<size_t>(batch));
  check(cudaMemset(log_det.data(), 0, static_cast<size_t>(batch) * sizeof(double)), "cudaMemset");
  fill(input.data(), FLOWLINE_FLOAT32, count);
  fill(subnet.data(), FLOWLINE_FLOAT32, count);
  const flowline_tensor x = {sizeof x, FLOWLINE_FLOAT32, input.data(), batch, channels, side, side};
  flowline_tensor a = x;
  a.data = subnet.data();
  flowline_coupling how = {};
  how.struct_size = sizeof how;
  how.alpha = 2;
  how.subnet_scale = 0.1f;
  const double time = bench->microseconds(10, [&] {
    check(flowline_coupling_forward(bench->context(), &how, &x, &a, output.data(), log_det.data()),
          "coupling");
  });
  char note[128];
  std::snprintf(note, sizeof note, "%.2f TB/s, in and out",
                3 * static_cast<double>(count) * sizeof(float) / time / 1e6);
  bench->row("coupling forward, 8 of 816x28x28", time, 0, note);
}

}  // namespace

int main(int count, char** arguments) {
  const bool once = count == 2 && std::strcmp(arguments[1], "--once") == 0;
  if (count > 1 && !once) {
    std::fprintf(stderr, "flowline_cuda_benchmark [--once]\n");
    return 2;
  }
  int32_t devices;
  if (flowline_cuda_devices(&devices) != FLOWLINE_OK) {
    std::printf("no CUDA device: skipped (%s)\n", flowline_last_error());
    return 77;
  }
  Bench bench(once);
  int driver = 0;
  check(cudaDriverGetVersion(&driver), "driver");
  if (!once) {
    std::printf("%s, driver for CUDA %d.%d, libflowline %s\n\n",
                flowline_context_description(bench.context()), driver / 1000, driver % 1000 / 10,
                flowline_version());
    std::printf("| what | microseconds | target | |\n| --- | ---: | ---: | --- |\n");
  }
  for (int32_t type : {FLOWLINE_FLOAT32, FLOWLINE_FLOAT16, FLOWLINE_BFLOAT16}) energy(&bench, type);
  for (int64_t maps : {1, 66, 132}) {
    segment(&bench, std::to_string(maps) + " of 1x28x28, to maps of 28x28", FLOWLINE_FLOAT32, maps,
            1, 28, 28, 15, "one channel: little but tree, selection and map");
  }
  segment(&bench, "64 of 816x28x28 to maps, float32", FLOWLINE_FLOAT32, 64, 816, 28, 28, 65, "");
  segment(&bench, "64 of 816x28x28 to maps, float16", FLOWLINE_FLOAT16, 64, 816, 28, 28, 42, "");
  segment_by_law(&bench);
  segment(&bench, "64 of 816x28x28 to maps of 448x448, float32", FLOWLINE_FLOAT32, 64, 816, 28, 448,
          0, "");
  segment(&bench, "16 of 80x112x112 to maps", FLOWLINE_FLOAT32, 16, 80, 112, 112, 0, "");
  segment(&bench, "1 of 16x4096x4096 to a map", FLOWLINE_FLOAT32, 1, 16, 4096, 4096, 10000, "");
  coupling(&bench);
}
