// How the library behaves in somebody else's process: a context that two threads use, signals, the
// names of threads, and the floating-point mode of the caller; by a table of all that it exports.
#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cfenv>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "check.hpp"
#include "layers_under_test.hpp"

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace {

/// A call that takes a while, or next to none.
struct Work {
  explicit Work(int64_t images, int64_t side = 64)
      : z(static_cast<size_t>(images * 8 * side * side)), smallest(static_cast<size_t>(images)) {
    uint32_t state = 1;
    for (float& value : z) {
      state = state * 1664525u + 1013904223u;
      value = static_cast<float>(static_cast<int32_t>(state)) * 0x1p-30f;
    }
    latent = {sizeof latent, FLOWLINE_FLOAT32, z.data(), images, 8, side, side};
  }

  flowline_status run(flowline_context* context) {
    return segment(context, &latent, 1, nullptr, 8, 8, nullptr, smallest.data());
  }

  std::vector<float> z, smallest;
  flowline_tensor latent;
};

// The second thread is told; the first one's results are what they are without it.
void one_context_by_two_threads() {
  for (int32_t threads : {1, 3}) {
    const Context context(threads);
    Work first(40), second(40);
    CHECK(first.run(context) == FLOWLINE_OK);
    const std::vector<float> expected = first.smallest;
    std::atomic<int> refused{0}, done{0};
    const auto use = [&](Work* work) {
      while (refused.load() < 5 && done.load() < 100000) {
        const flowline_status status = work->run(context);
        if (status == FLOWLINE_OK) {
          CHECK(work->smallest == expected);
          done++;
        } else {
          CHECK(status == FLOWLINE_INVALID_ARGUMENT);
          CHECK(std::strstr(flowline_last_error(), "context is in use by another thread"));
          refused++;
          std::this_thread::yield();
        }
      }
    };
    std::thread other(use, &second);
    use(&first);
    other.join();
    CHECK(refused.load() >= 5);
    CHECK(first.run(context) == FLOWLINE_OK && first.smallest == expected);
    // A call that fails leaves its context free.
    CHECK(flowline_energy(context, nullptr, nullptr) == FLOWLINE_INVALID_ARGUMENT);
    CHECK(first.run(context) == FLOWLINE_OK);
  }
}

/// A line of a file of /proc, after its key.
std::string line_of(const std::string& file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.compare(0, key.size(), key) == 0) return line.substr(key.size());
  }
  return "";
}

// Threads that the library starts have names, and leave the process's signals to the process.
void threads_of_a_context() {
  sigset_t before, after;
  CHECK(pthread_sigmask(SIG_SETMASK, nullptr, &before) == 0);
  const Context context(4);
  CHECK(pthread_sigmask(SIG_SETMASK, nullptr, &after) == 0);
  for (int signal : {SIGALRM, SIGINT, SIGTERM, SIGUSR1}) {
    CHECK(sigismember(&before, signal) == 0 && sigismember(&after, signal) == 0);
  }
  Work work(12);
  CHECK(work.run(context) == FLOWLINE_OK);  // all of them have begun
  std::vector<std::string> names;
  DIR* const tasks = opendir("/proc/self/task");
  CHECK(tasks != nullptr);
  while (const dirent* task = readdir(tasks)) {
    const std::string folder = std::string("/proc/self/task/") + task->d_name;
    const std::string name = line_of(folder + "/comm", "");
    if (name.compare(0, 9, "flowline-") != 0) continue;
    names.push_back(name);
    const unsigned long long blocked =
        std::stoull(line_of(folder + "/status", "SigBlk:"), nullptr, 16);
    const auto is_blocked = [&](int signal) { return (blocked >> (signal - 1) & 1) != 0; };
    for (int signal : {SIGALRM, SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGUSR1, SIGPROF, SIGRTMIN}) {
      CHECK(is_blocked(signal));
    }
    for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) CHECK(!is_blocked(signal));
  }
  closedir(tasks);
  std::sort(names.begin(), names.end());
  CHECK((names == std::vector<std::string>{"flowline-1", "flowline-2", "flowline-3"}));
}

using Bytes = std::vector<char>;

template <class T>
void add(const T* values, size_t count, Bytes* bytes) {
  const char* const from = reinterpret_cast<const char*>(values);
  bytes->insert(bytes->end(), from, from + count * sizeof(T));
}
template <class T>
void add(const std::vector<T>& values, Bytes* bytes) {
  add(values.data(), values.size(), bytes);
}

/// What the calls of the table compute on: made in the ordinary mode, and read by them.
struct Inputs {
  static constexpr int64_t SIDE = 20, PIXELS = SIDE * SIDE, CHANNELS = 8, OUT_HEIGHT = 37,
                           OUT_WIDTH = 41, OUT = OUT_HEIGHT * OUT_WIDTH, GOOD = 40;

  explicit Inputs(float unit) : work(4, SIDE), map(4 * PIXELS), log10_nfa(4 * OUT) {
    for (float& value : work.z) value *= unit;
    latent = work.latent;
    latent.data = work.z.data();
    const Context context;
    CHECK(flowline_energy(context, &latent, map.data()) == FLOWLINE_OK);
    CHECK(segment(context, &latent, 1, nullptr, OUT_HEIGHT, OUT_WIDTH, log10_nfa.data(), nullptr) ==
          FLOWLINE_OK);
    ignore.resize(OUT);
    for (int64_t i = 0; i < OUT; i++) ignore[i] = i % 7 == 0;
    for (int64_t i = 0; i < GOOD; i++) {
      maxima.push_back(0.4f + 0.01f * static_cast<float>(i));
      maxima.push_back(0.3f + 0.01f * static_cast<float>(i));
      scores.push_back(-0.1f * static_cast<float>(i) * unit);
    }
    law = {sizeof law, 1, 3, 0, level, log10_pfa, 0, 0};
  }

  Work work;
  flowline_tensor latent;
  std::vector<float> map, log10_nfa, maxima, scores;
  std::vector<uint8_t> ignore;
  const float level[3] = {0.1f, 0.5f, 1.0f};
  const double log10_pfa[3] = {0, -1.3, -7.7};
  flowline_region_law law;
  const StageSteps stage{CHANNELS};
};

flowline_status run_segment(flowline_context* context, const Inputs& in, Bytes* out) {
  for (const flowline_region_law* law :
       {static_cast<const flowline_region_law*>(nullptr), &in.law}) {
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.pfa_bound = FLOWLINE_PFA_AS_RELEASED;
    options.ignore = in.ignore.data();
    options.law = law;
    std::vector<float> map(4 * Inputs::OUT), anomaly(map.size()), fused(4 * Inputs::PIXELS);
    std::vector<float> smallest(4), score(4);
    std::vector<double> energies(4), means(4 * Inputs::CHANNELS);
    flowline_maps maps = {};
    maps.struct_size = sizeof maps;
    maps.height = Inputs::OUT_HEIGHT;
    maps.width = Inputs::OUT_WIDTH;
    maps.log10_nfa = map.data();
    maps.min_log10_nfa = smallest.data();
    maps.anomaly_map = anomaly.data();
    maps.anomaly_score = score.data();
    maps.fused_map = fused.data();
    maps.mean_energies = energies.data();
    maps.channel_means = means.data();
    const flowline_status status = flowline_segment(context, &in.latent, 1, &options, &maps);
    if (status != FLOWLINE_OK) return status;
    for (const auto* values : {&map, &smallest, &anomaly, &score, &fused}) add(*values, out);
    for (const auto* values : {&energies, &means}) add(*values, out);
  }
  return FLOWLINE_OK;
}

flowline_status run_reserve(flowline_context* context, const Inputs& in, Bytes*) {
  flowline_maps maps = {};
  maps.struct_size = sizeof maps;
  maps.height = maps.width = 50;
  float any;
  maps.log10_nfa = &any;
  return flowline_reserve(context, &in.latent, 1, nullptr, &maps);
}

flowline_status run_inspect(flowline_context* context, const Inputs& in, Bytes* out) {
  std::vector<flowline_verdict> verdict(4);
  std::vector<float> smallest(4);
  std::vector<flowline_region> regions(4 * 8);
  std::vector<int64_t> count(4);
  flowline_inspection inspection = {};
  inspection.struct_size = sizeof inspection;
  inspection.height = Inputs::OUT_HEIGHT;
  inspection.width = Inputs::OUT_WIDTH;
  inspection.log10_epsilon = 7.5;
  inspection.verdict = verdict.data();
  inspection.min_log10_nfa = smallest.data();
  inspection.regions = regions.data();
  inspection.capacity = 8;
  inspection.region_count = count.data();
  inspection.guard_below = 0.3;
  inspection.guard_above = 0.1;
  const flowline_status status = flowline_inspect(context, &in.latent, 1, nullptr, &inspection);
  if (status != FLOWLINE_OK) return status;
  add(verdict, out);
  add(smallest, out);
  add(regions, out);
  add(count, out);
  return status;
}

flowline_status run_field_of_view(flowline_context* context, const Inputs& in, Bytes* out) {
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.ignore = in.ignore.data();
  flowline_field_of_view* view;
  flowline_status status = flowline_field_of_view_create(context, &options, Inputs::OUT_HEIGHT,
                                                         Inputs::OUT_WIDTH, 1, &view);
  if (status != FLOWLINE_OK) return status;
  flowline_segment_options prepared = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  prepared.field_of_view = view;
  std::vector<float> map(4 * Inputs::OUT), smallest(4);
  status = segment(context, &in.latent, 1, &prepared, Inputs::OUT_HEIGHT, Inputs::OUT_WIDTH,
                   map.data(), smallest.data());
  flowline_field_of_view_destroy(view);
  if (status != FLOWLINE_OK) return status;
  add(map, out);
  add(smallest, out);
  return status;
}

flowline_status run_energy(flowline_context* context, const Inputs& in, Bytes* out) {
  std::vector<float> energy(4 * Inputs::PIXELS);
  const flowline_status status = flowline_energy(context, &in.latent, energy.data());
  if (status == FLOWLINE_OK) add(energy, out);
  return status;
}

flowline_status run_preprocess(flowline_context* context, const Inputs& in, Bytes* out) {
  // The map's bytes as pixels, of 8 and of 16 bits.
  constexpr int64_t SIDE = Inputs::SIDE;
  const flowline_frame frames[] = {
      {sizeof *frames, FLOWLINE_FRAME_RGBA8, in.map.data(), SIDE, SIDE, 0, 1, 1, SIDE - 1,
       SIDE - 2},
      {sizeof *frames, FLOWLINE_FRAME_GRAY16, in.map.data(), SIDE, SIDE, 4 * SIDE}};
  const flowline_preprocessing to = {
      sizeof to, 12, 37, 11, {0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 1e-38f}};
  std::vector<float> input(2 * 3 * 37 * 11);
  const flowline_status status = flowline_preprocess(context, frames, 2, &to, input.data());
  if (status == FLOWLINE_OK) add(input, out);
  return status;
}

flowline_status run_regions(flowline_context* context, const Inputs& in, Bytes* out) {
  std::vector<flowline_region> regions(Inputs::OUT);
  int64_t count;
  const flowline_status status =
      flowline_regions(context, in.log10_nfa.data(), Inputs::OUT_HEIGHT, Inputs::OUT_WIDTH, 7.9, 8,
                       regions.data(), Inputs::OUT, &count);
  if (status == FLOWLINE_OK) add(regions.data(), static_cast<size_t>(count), out);
  return status;
}

flowline_status run_tree(flowline_context* context, const Inputs& in, Bytes* out) {
  std::vector<int32_t> node(Inputs::PIXELS), parent(node.size()), area(node.size());
  std::vector<float> altitude(node.size());
  int32_t nodes;
  const flowline_status status =
      flowline_component_tree(context, in.map.data(), Inputs::SIDE, Inputs::SIDE, 8, node.data(),
                              parent.data(), altitude.data(), area.data(), &nodes);
  if (status != FLOWLINE_OK) return status;
  for (const auto* values : {&node, &parent, &area}) add(*values, out);
  add(altitude, out);
  return status;
}

flowline_status run_select(flowline_context* context, const Inputs& in, Bytes* out) {
  for (const float* energies :
       {static_cast<const float*>(nullptr), in.map.data() + Inputs::PIXELS}) {
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.pfa_bound = energies == nullptr ? FLOWLINE_PFA_AS_RELEASED : FLOWLINE_PFA_EXACT;
    std::vector<int32_t> region(Inputs::PIXELS);
    std::vector<double> log10_pfa(Inputs::PIXELS);
    std::vector<float> painted(Inputs::PIXELS);
    const flowline_status status = flowline_select(context, in.map.data(), energies, Inputs::SIDE,
                                                   Inputs::SIDE, Inputs::CHANNELS, 0, &options,
                                                   region.data(), log10_pfa.data(), painted.data());
    if (status != FLOWLINE_OK) return status;
    add(region, out);
    add(log10_pfa, out);
    add(painted, out);
  }
  return FLOWLINE_OK;
}

flowline_status run_maxima(flowline_context* context, const Inputs& in, Bytes* out) {
  std::vector<float> maxima(7);
  const flowline_status status =
      flowline_region_maxima(context, in.map.data(), Inputs::SIDE, Inputs::SIDE, 7, maxima.data());
  if (status == FLOWLINE_OK) add(maxima, out);
  return status;
}

flowline_status run_relative_maxima(flowline_context* context, const Inputs& in, Bytes* out) {
  std::vector<float> maxima(7);
  float baseline;
  const flowline_status status =
      flowline_relative_maxima(context, in.maxima.data(), 8, 10, 7, maxima.data(), &baseline);
  add(maxima, out);
  add(&baseline, 1, out);
  return status;
}

flowline_status run_baseline_exponent(flowline_context*, const Inputs& in, Bytes* out) {
  float exponent;
  const flowline_status status = flowline_baseline_exponent(
      in.maxima.data(), in.maxima.data() + Inputs::GOOD, Inputs::GOOD, 2, &exponent);
  add(&exponent, 1, out);
  return status;
}

flowline_status run_relative_law_fit(flowline_context*, const Inputs& in, Bytes* out) {
  std::vector<float> level(FLOWLINE_LAW_KNOTS);
  std::vector<double> log10_pfa(2 * FLOWLINE_LAW_KNOTS), of_baseline(FLOWLINE_LAW_KNOTS);
  int32_t knots;
  float baseline;
  const flowline_status status = flowline_relative_law_fit(
      in.maxima.data(), in.maxima.data() + Inputs::GOOD, Inputs::GOOD, 2, 0.75f, level.data(),
      log10_pfa.data(), &knots, &baseline, of_baseline.data());
  add(level, out);
  add(log10_pfa, out);
  add(of_baseline, out);
  add(&knots, 1, out);
  add(&baseline, 1, out);
  return status;
}

flowline_status run_law_fit(flowline_context*, const Inputs& in, Bytes* out) {
  std::vector<float> level(FLOWLINE_LAW_KNOTS);
  std::vector<double> log10_pfa(2 * FLOWLINE_LAW_KNOTS);
  int32_t knots;
  const flowline_status status = flowline_region_law_fit(in.maxima.data(), Inputs::GOOD, 2,
                                                         level.data(), log10_pfa.data(), &knots);
  add(level, out);
  add(log10_pfa, out);
  add(&knots, 1, out);
  return status;
}

flowline_status run_epsilon(flowline_context*, const Inputs& in, Bytes* out) {
  for (double confidence : {0.0, 0.9}) {
    float epsilon;
    double promised;
    const flowline_status status = flowline_log10_epsilon(in.scores.data(), Inputs::GOOD, 0.1,
                                                          confidence, &epsilon, &promised);
    if (status != FLOWLINE_OK) return status;
    add(&epsilon, 1, out);
    add(&promised, 1, out);
  }
  return FLOWLINE_OK;
}

flowline_status run_p_value(flowline_context*, const Inputs& in, Bytes* out) {
  for (float of_image : {-3.5f, in.scores[0]}) {
    double p_value;
    const flowline_status status =
        flowline_p_value(in.scores.data(), Inputs::GOOD, of_image, &p_value);
    if (status != FLOWLINE_OK) return status;
    add(&p_value, 1, out);
  }
  return FLOWLINE_OK;
}

flowline_status run_guard_band(flowline_context*, const Inputs& in, Bytes* out) {
  std::vector<int32_t> part;
  for (int image = 0; image < Inputs::GOOD; image++) part.push_back(image / 3);
  flowline_repeatability result = {};
  result.struct_size = sizeof result;
  const flowline_status status = flowline_guard_band(
      in.scores.data(), part.data(), Inputs::GOOD / 3 * 3, in.scores[1], 0.9, &result);
  if (status == FLOWLINE_OK) add(&result, 1, out);
  return status;
}

flowline_status run_cv_plus(flowline_context*, const Inputs& in, Bytes* out) {
  std::vector<int32_t> fold;
  for (int image = 0; image < Inputs::GOOD; image++) fold.push_back(image % 3);
  const float of_image[] = {in.scores[2], -3.5f, in.scores[0]};
  double p_value, promised, nominal;
  float log10_epsilon;
  flowline_verdict verdict;
  flowline_status status =
      flowline_cv_plus_p_value(in.scores.data(), fold.data(), Inputs::GOOD, of_image, 3, &p_value);
  if (status != FLOWLINE_OK) return status;
  status = flowline_cv_plus_decide(in.scores.data(), fold.data(), Inputs::GOOD, of_image, 3, 0.1,
                                   &verdict, &promised);
  if (status != FLOWLINE_OK) return status;
  status = flowline_cv_plus_log10_epsilon(in.scores.data(), fold.data(), Inputs::GOOD, 3, 0.1,
                                          &log10_epsilon, &nominal);
  for (double value : {p_value, promised, nominal}) add(&value, 1, out);
  add(&log10_epsilon, 1, out);
  add(&verdict, 1, out);
  return status;
}

flowline_status run_pfa(flowline_context*, const Inputs&, Bytes* out) {
  for (int32_t bound : {FLOWLINE_PFA_CHERNOFF, FLOWLINE_PFA_AS_RELEASED, FLOWLINE_PFA_EXACT}) {
    for (double energy : {1e-40, 3.1, 17.3, 400.7}) {
      double log10_pfa;
      const flowline_status status = flowline_log10_pfa(bound, 8, energy, 5, &log10_pfa);
      if (status != FLOWLINE_OK) return status;
      add(&log10_pfa, 1, out);
    }
  }
  return FLOWLINE_OK;
}

flowline_status run_tests(flowline_context*, const Inputs&, Bytes* out) {
  const int64_t pixels[2] = {784, 196};
  double log10_tests;
  const flowline_status status = flowline_log10_number_of_tests(pixels, 2, &log10_tests);
  add(&log10_tests, 1, out);
  return status;
}

flowline_status run_tests_by_size(flowline_context*, const Inputs&, Bytes* out) {
  double log10_tests;
  const flowline_status status = flowline_log10_number_of_tests_by_size(784, 980, 17, &log10_tests);
  add(&log10_tests, 1, out);
  return status;
}

flowline_coupling coupling(int32_t clamp) {
  return {sizeof(flowline_coupling), clamp, 1.9f, 0.1f, nullptr, nullptr, nullptr};
}

flowline_status run_forward(flowline_context* context, const Inputs& in, Bytes* out) {
  for (int32_t clamp : {FLOWLINE_CLAMP_TANH, FLOWLINE_CLAMP_TANH_SCALED, FLOWLINE_CLAMP_ATAN}) {
    const flowline_coupling how = coupling(clamp);
    std::vector<float> output(in.work.z.size());
    double log_det[4] = {};
    const flowline_status status =
        flowline_coupling_forward(context, &how, &in.latent, &in.latent, output.data(), log_det);
    if (status != FLOWLINE_OK) return status;
    add(output, out);
    add(log_det, 4, out);
  }
  return FLOWLINE_OK;
}

flowline_status run_undo_affine(flowline_context* context, const Inputs& in, Bytes* out) {
  static constexpr float GAIN[8] = {0.7f, 1.3f, 3, 0.1f, 1, 1.1f, 7, 9}, OFFSET[8] = {0.1f, 0.3f};
  flowline_coupling how = coupling(FLOWLINE_CLAMP_TANH);
  how.gain = GAIN;
  how.offset = OFFSET;
  std::vector<float> output(in.work.z.size());
  double log_det[4] = {};
  const flowline_status status =
      flowline_coupling_undo_affine(context, &how, &in.latent, output.data(), log_det);
  if (status != FLOWLINE_OK) return status;
  add(output, out);
  add(log_det, 4, out);
  return status;
}

flowline_status run_inverse(flowline_context* context, const Inputs& in, Bytes* out) {
  const flowline_coupling how = coupling(FLOWLINE_CLAMP_ATAN);
  std::vector<float> z = in.work.z;
  flowline_tensor latent = in.latent;
  latent.data = z.data();
  double log_det[4] = {};
  const flowline_status status =
      flowline_coupling_inverse(context, &how, &latent, &in.latent, log_det);
  if (status != FLOWLINE_OK) return status;
  add(z, out);
  add(log_det, 4, out);
  return status;
}

// Weights of the latents' size, so that their products may be denormal.
flowline_status run_convolution(flowline_context* context, const Inputs& in, Bytes* out) {
  constexpr int64_t SIDE = Inputs::SIDE, INPUTS = Inputs::CHANNELS, OUTPUTS = 19;
  const float* const z = in.work.z.data();
  flowline_convolution* convolution;
  flowline_status status =
      flowline_convolution_create(context, INPUTS, OUTPUTS, z, z + 1, &convolution);
  if (status != FLOWLINE_OK) return status;
  const flowline_tensor input = pixels(z, 4, SIDE, SIDE, INPUTS);
  const flowline_tensor summand = pixels(z, 1, SIDE, SIDE, OUTPUTS),
                        first = pixels(z, 1, SIDE, SIDE, INPUTS);
  std::vector<float> output(4 * Inputs::PIXELS * OUTPUTS), summed(Inputs::PIXELS * OUTPUTS);
  status = flowline_convolution_forward(context, convolution, &input, nullptr, 0, output.data());
  if (status == FLOWLINE_OK) {
    status = flowline_convolution_forward(context, convolution, &first, &summand, 1, summed.data());
  }
  const std::string message = flowline_last_error();
  flowline_convolution_destroy(convolution);
  CHECK(message == flowline_last_error());
  add(output, out);
  add(summed, out);
  return status;
}

flowline_status run_stage(flowline_context* context, const Inputs& in, Bytes* out) {
  constexpr int64_t SIDE = Inputs::SIDE, CHANNELS = Inputs::CHANNELS;
  flowline_flow_stage* stage;
  flowline_status status = in.stage.create(context, &stage);
  if (status != FLOWLINE_OK) return status;
  const flowline_tensor input = pixels(in.work.z.data(), 4, SIDE, SIDE, CHANNELS);
  std::vector<float> output(in.work.z.size());
  status = flowline_flow_stage_forward(context, stage, &input, output.data());
  const std::string message = flowline_last_error();
  flowline_flow_stage_destroy(stage);
  CHECK(message == flowline_last_error());
  add(output, out);
  return status;
}

flowline_status run_training(flowline_context* context, const Inputs& in, Bytes* out) {
  constexpr int64_t SIDE = Inputs::SIDE, CHANNELS = Inputs::CHANNELS;
  flowline_flow_stage* stage;
  flowline_status status = in.stage.create_trained(context, &stage);
  if (status != FLOWLINE_OK) return status;
  const flowline_tensor input = pixels(in.work.z.data(), 4, SIDE, SIDE, CHANNELS);
  std::vector<float> output(in.work.z.size()), of_input(output.size());
  std::vector<float> of_parameters(static_cast<size_t>(in.stage.parameters()));
  const double of_log_det[] = {-1, 0.3, 1e-40, 0};
  double log_det[4] = {};
  status = flowline_flow_stage_forward_log_det(context, stage, &input, output.data(), log_det);
  if (status == FLOWLINE_OK) {
    status =
        flowline_flow_stage_gradients(context, stage, &input, &input, of_log_det, of_input.data(),
                                      in.stage.gradients(of_parameters.data()).data());
  }
  const std::string message = flowline_last_error();
  flowline_flow_stage_destroy(stage);
  CHECK(message == flowline_last_error());
  for (const auto* values : {&output, &of_input, &of_parameters}) add(*values, out);
  add(log_det, 4, out);
  return status;
}

flowline_status run_linear(flowline_context* context, const Inputs& in, Bytes* out) {
  const float* const z = in.work.z.data();
  std::vector<float> output(10 * 20);
  const flowline_status status = flowline_linear(context, 10, 12, 20, z, z + 1, z, output.data());
  if (status == FLOWLINE_OK) add(output, out);
  return status;
}

flowline_status run_attention(flowline_context* context, const Inputs& in, Bytes* out) {
  const float* const z = in.work.z.data();
  const flowline_attention of = {sizeof of, 0.25f, 1,     9,     2, 16,    0,
                                 32,        z,     z + 1, z + 2, z, z + 3, z};
  std::vector<float> output(9 * 32);
  const flowline_status status = flowline_attention_forward(context, &of, output.data());
  if (status == FLOWLINE_OK) add(output, out);
  return status;
}

flowline_status run_decide(flowline_context*, const Inputs&, Bytes* out) {
  for (float smallest : {-1e-40f, 1e-40f, -3.0f, NAN, FLT_MAX}) {
    const flowline_verdict verdict = flowline_decide(smallest, 0);
    add(&verdict, 1, out);
    const flowline_verdict guarded = flowline_decide_guarded(smallest, 0, 1e-39, 1e-41);
    add(&guarded, 1, out);
  }
  return FLOWLINE_OK;
}

flowline_status run_size_classes(flowline_context*, const Inputs&, Bytes* out) {
  const int32_t classes = flowline_size_classes(Inputs::SIDE, Inputs::SIDE);
  add(&classes, 1, out);
  return FLOWLINE_OK;
}

// Contexts of their own: with threads, which begin in the mode of the thread that creates them.
flowline_status run_contexts(flowline_context*, const Inputs& in, Bytes* out) {
  const Context born(3);
  CHECK(flowline_context_set_stream(born, nullptr) == FLOWLINE_OK);
  const char* const description = flowline_context_description(born);
  add(description, std::strlen(description), out);
  return run_segment(born, in, out);
}

flowline_status run_words(flowline_context*, const Inputs&, Bytes* out) {
  int32_t devices;
  const flowline_status status = flowline_cuda_devices(&devices);
  const char* const words[] = {flowline_last_error(), flowline_status_name(status),
                               flowline_version()};
  for (const char* word : words) add(word, std::strlen(word), out);
  CHECK(flowline_set_last_error(FLOWLINE_UNAVAILABLE, "words") == FLOWLINE_UNAVAILABLE);
  add(flowline_last_error(), 6, out);
  CHECK(std::strcmp(flowline_last_error(), "words") == 0);
  CHECK(flowline_set_last_error(FLOWLINE_OK, nullptr) == FLOWLINE_OK);
  CHECK(*flowline_last_error() == '\0');
  return FLOWLINE_OK;
}

/// A call, what it exports, and whether it is of the context that it is given.
struct Row {
  std::vector<const char*> symbols;
  flowline_status (*run)(flowline_context* context, const Inputs& in, Bytes* out);
  bool of_context;
};

const Row TABLE[] = {
    {{"flowline_segment"}, run_segment, true},
    {{"flowline_reserve"}, run_reserve, true},
    {{"flowline_inspect"}, run_inspect, true},
    {{"flowline_field_of_view_create", "flowline_field_of_view_destroy"}, run_field_of_view, true},
    {{"flowline_energy"}, run_energy, true},
    {{"flowline_preprocess"}, run_preprocess, true},
    {{"flowline_regions"}, run_regions, true},
    {{"flowline_component_tree"}, run_tree, true},
    {{"flowline_select"}, run_select, true},
    {{"flowline_region_maxima"}, run_maxima, true},
    {{"flowline_region_law_fit"}, run_law_fit, false},
    {{"flowline_relative_maxima"}, run_relative_maxima, true},
    {{"flowline_baseline_exponent"}, run_baseline_exponent, false},
    {{"flowline_relative_law_fit"}, run_relative_law_fit, false},
    {{"flowline_log10_epsilon"}, run_epsilon, false},
    {{"flowline_p_value"}, run_p_value, false},
    {{"flowline_guard_band"}, run_guard_band, false},
    {{"flowline_cv_plus_p_value", "flowline_cv_plus_decide", "flowline_cv_plus_log10_epsilon"},
     run_cv_plus,
     false},
    {{"flowline_log10_pfa"}, run_pfa, false},
    {{"flowline_log10_number_of_tests"}, run_tests, false},
    {{"flowline_log10_number_of_tests_by_size"}, run_tests_by_size, false},
    {{"flowline_coupling_forward"}, run_forward, true},
    {{"flowline_coupling_undo_affine"}, run_undo_affine, true},
    {{"flowline_coupling_inverse"}, run_inverse, true},
    {{"flowline_convolution_create", "flowline_convolution_forward",
      "flowline_convolution_destroy"},
     run_convolution,
     true},
    {{"flowline_flow_stage_create", "flowline_flow_stage_forward", "flowline_flow_stage_destroy"},
     run_stage,
     true},
    {{"flowline_flow_stage_create_trained", "flowline_flow_stage_forward_log_det",
      "flowline_flow_stage_gradients"},
     run_training,
     true},
    {{"flowline_linear"}, run_linear, true},
    {{"flowline_attention_forward"}, run_attention, true},
    {{"flowline_decide", "flowline_decide_guarded"}, run_decide, false},
    {{"flowline_size_classes"}, run_size_classes, false},
    {{"flowline_context_create", "flowline_context_destroy", "flowline_context_description",
      "flowline_context_set_stream"},
     run_contexts,
     false},
    {{"flowline_cuda_devices", "flowline_last_error", "flowline_set_last_error",
      "flowline_status_name", "flowline_version"},
     run_words,
     false},
};

void every_symbol_has_a_row() {
  std::vector<std::string> rows, exported;
  for (const Row& row : TABLE) rows.insert(rows.end(), row.symbols.begin(), row.symbols.end());
  std::sort(rows.begin(), rows.end());
  std::ifstream list(EXPORTED_SYMBOLS);
  for (std::string symbol; std::getline(list, symbol);) exported.push_back(symbol);
  CHECK(!exported.empty());
  for (const std::string& symbol : exported) {
    if (std::binary_search(rows.begin(), rows.end(), symbol)) continue;
    std::fprintf(stderr, "%s has no row in the table of manners_test.cpp\n", symbol.c_str());
    std::exit(1);
  }
  CHECK(rows == exported);
}

/// A floating-point mode that a caller may be in.
struct Mode {
  const char* name;
  int rounding;
  unsigned int control;  // of SSE, what is added to it and taken from it
  unsigned int taken;
};

#if defined(__SSE__)
constexpr unsigned int FLUSH = 0x8040, TRAPS = 0x1f80, RAISED = 0x3f;  // FTZ and DAZ; all masked
#endif

const Mode MODES[] = {
    {"upward", FE_UPWARD, 0, 0},
    {"downward", FE_DOWNWARD, 0, 0},
    {"towards zero", FE_TOWARDZERO, 0, 0},
#if defined(__SSE__)
    {"denormals flushed", FE_TONEAREST, FLUSH, 0},
    {"every exception trapped", FE_TONEAREST, 0, TRAPS | RAISED},
#endif
};

/// The thread's mode, but for the exceptions that have been raised.
unsigned int mode_now() {
#if defined(__SSE__)
  return _mm_getcsr() & ~RAISED;
#else
  return static_cast<unsigned int>(std::fegetround());
#endif
}

void set_mode(const Mode& mode) {
  CHECK(std::fesetround(mode.rounding) == 0);
#if defined(__SSE__)
  _mm_setcsr((_mm_getcsr() | mode.control) & ~mode.taken);
#endif
}

/// The signals that the thread blocks, by bit, and its name.
std::pair<uint64_t, std::string> signals_and_name() {
  sigset_t set;
  CHECK(pthread_sigmask(SIG_SETMASK, nullptr, &set) == 0);
  uint64_t blocked = 0;
  for (int signal = 1; signal <= 64; signal++) {
    blocked |= static_cast<uint64_t>(sigismember(&set, signal) == 1) << (signal - 1);
  }
  return {blocked, line_of("/proc/thread-self/comm", "")};
}

// Every call has the results of the ordinary mode in each of the caller's, and leaves it, the
// caller's signals and its name as they were.
void modes_of_the_caller() {
  std::fenv_t ordinary;
  CHECK(std::fegetenv(&ordinary) == 0);
  const auto caller = signals_and_name();
  for (float unit : {1.0f, 1e-20f}) {  // energies of ordinary size, and below 1e-38
    const Inputs in(unit);
    for (int32_t threads : {1, 3}) {
      const Context context(threads);
      for (const Row& row : TABLE) {
        Bytes expected;
        CHECK(row.run(context, in, &expected) == FLOWLINE_OK);
        for (const Mode& mode : MODES) {
          Bytes got;
          set_mode(mode);
          const unsigned int before = mode_now();
          const flowline_status status = row.run(context, in, &got);
          const unsigned int after = mode_now();
          CHECK(std::fesetenv(&ordinary) == 0);
          const bool same = got == expected, is_left = signals_and_name() == caller;
          if (status == FLOWLINE_OK && same && before == after && is_left) continue;
          std::fprintf(stderr, "%s, %s: status %d, %s results, mode %x -> %x, %s signals\n",
                       row.symbols[0], mode.name, status, same ? "the same" : "other", before,
                       after, is_left ? "the same" : "other");
          std::exit(1);
        }
      }
    }
  }
}

// Every call of a context that another thread uses is refused or has its results; calls without one
// have them beside each other.
void every_call_beside_another_thread() {
  const Inputs in(1.0f);
  for (const Row& row : TABLE) {
    const Context context(2);
    Bytes expected;
    CHECK(row.run(context, in, &expected) == FLOWLINE_OK);
    std::atomic<bool> done{false};
    std::thread other([&] {
      Work work(40);
      while (!done.load()) {
        Bytes got;
        if (row.of_context) {
          const flowline_status status = work.run(context);
          CHECK(status == FLOWLINE_OK || status == FLOWLINE_INVALID_ARGUMENT);
        } else {
          CHECK(row.run(context, in, &got) == FLOWLINE_OK && got == expected);
        }
      }
    });
    int refused = 0;
    for (int i = 0; i < 200000 && refused < 2; i++) {
      Bytes got;
      const flowline_status status = row.run(context, in, &got);
      if (status == FLOWLINE_OK) {
        CHECK(got == expected);
        if (!row.of_context && i == 20) break;
      } else {
        CHECK(row.of_context && status == FLOWLINE_INVALID_ARGUMENT);
        CHECK(std::strstr(flowline_last_error(), "context is in use by another thread"));
        refused++;
      }
      std::this_thread::yield();
    }
    done = true;
    other.join();
    CHECK(refused == (row.of_context ? 2 : 0));
    Bytes again;
    CHECK(row.run(context, in, &again) == FLOWLINE_OK && again == expected);
  }
}

}  // namespace

int main() {
  every_symbol_has_a_row();
  threads_of_a_context();
  one_context_by_two_threads();
  every_call_beside_another_thread();
  modes_of_the_caller();
}
