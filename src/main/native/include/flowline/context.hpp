/* The context, whose members are the calls of flowline.h; part of flowline.hpp. */
#ifndef FLOWLINE_CONTEXT_HPP
#define FLOWLINE_CONTEXT_HPP

#include <flowline/flowline.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "flowline/calibration.hpp"
#include "flowline/coupling.hpp"
#include "flowline/error.hpp"
#include "flowline/field_of_view.hpp"
#include "flowline/frame.hpp"
#include "flowline/inspection.hpp"
#include "flowline/layers.hpp"
#include "flowline/parts.hpp"
#include "flowline/segmentation.hpp"
#include "flowline/span.hpp"
#include "flowline/tensor.hpp"

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// Returns the version of the library, "major.minor.patch".
inline std::string version() { return flowline_version(); }

/// Where a context computes.
enum class Device : int32_t { Cpu = FLOWLINE_DEVICE_CPU, Cuda = FLOWLINE_DEVICE_CUDA };

/// The instructions that a context on the CPU uses; all of them give the same bits, but for layers.
enum class InstructionSet : int32_t {
  Best = FLOWLINE_INSTRUCTION_SET_BEST,
  Baseline = FLOWLINE_INSTRUCTION_SET_BASELINE,
  Avx2 = FLOWLINE_INSTRUCTION_SET_AVX2,
  Avx512 = FLOWLINE_INSTRUCTION_SET_AVX512,
  Neon = FLOWLINE_INSTRUCTION_SET_NEON
};

/// The options of a Context; see flowline_context_options.
struct ContextOptions {
  int32_t threads = 1;  ///< 1 to 1024, the caller's included; a CUDA context ignores it
  Device device = Device::Cpu;
  int32_t device_index = 0;
  InstructionSet instruction_set = InstructionSet::Best;
  void* stream = nullptr;                ///< a cudaStream_t
  flowline_parallel parallel = nullptr;  ///< runs its work; nullptr: threads of its own
};

/// Returns how many CUDA devices this library can use. If none, `why` receives the reason.
inline int32_t cuda_devices(std::string* why = nullptr) {
  int32_t devices = 0;
  const flowline_status status = flowline_cuda_devices(&devices);
  if (status != FLOWLINE_UNAVAILABLE) detail::check(status);
  if (why != nullptr) *why = flowline_last_error();
  return devices;
}

/// A device, its stream, its threads and a workspace. One thread at a time may use it. It can be
/// moved and not copied; a context that was moved from can be assigned to and destroyed.
class Context {
 public:
  /// Creates a context. Throws Error if the device, its stream or the threads cannot be had.
  explicit Context(const ContextOptions& options = {}) {
    const flowline_context_options given = {sizeof given,
                                            options.threads,
                                            static_cast<int32_t>(options.device),
                                            options.device_index,
                                            static_cast<int32_t>(options.instruction_set),
                                            0,
                                            options.stream,
                                            options.parallel};
    detail::check(flowline_context_create(&given, &handle_));
  }
  ~Context() { flowline_context_destroy(handle_); }
  Context(Context&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Context& operator=(Context&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }

  /// Returns the context for calls of flowline.h.
  flowline_context* handle() const { return handle_; }

  /// Returns where the context computes: "CPU, 2 threads, AVX-512".
  std::string description() const { return flowline_context_description(handle_); }

  /// Sets the stream, a cudaStream_t, of the calls that follow; see flowline_context_set_stream.
  void set_stream(void* stream) { detail::check(flowline_context_set_stream(handle_, stream)); }

  /// Prepares a field of view for calls with maps of this size, of this context and of others of
  /// its device. ignore: (height, width) for all images, or (batch, height, width); it is copied.
  FieldOfView field_of_view(int64_t height, int64_t width, const Box& region_of_interest,
                            Span<const uint8_t> ignore = {}) {
    const bool countable = detail::is_countable({height, width});
    const size_t pixels = countable ? detail::count({height, width}) : 1;
    const int64_t masks = static_cast<int64_t>(ignore.size() / pixels);
    if (countable && ignore.size() % pixels != 0) {
      detail::fail(FLOWLINE_INVALID_ARGUMENT, "ignore must have a multiple of the " +
                                                  std::to_string(pixels) + " pixels, got " +
                                                  std::to_string(ignore.size()));
    }
    const bool by_image = countable && masks > 1;
    flowline_segment_options where = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    where.roi_x = region_of_interest.x;
    where.roi_y = region_of_interest.y;
    where.roi_width = region_of_interest.width;
    where.roi_height = region_of_interest.height;
    where.ignore = ignore.empty() ? nullptr : ignore.data();
    where.ignore_batch_stride = by_image ? height * width : 0;
    flowline_field_of_view* made = nullptr;
    detail::check(
        flowline_field_of_view_create(handle_, &where, height, width, by_image ? masks : 1, &made));
    return FieldOfView(made);
  }

  /// Decides whether images show defects, and says where, in pixels of height by width. latents:
  /// finest scale first, of the context's device; see flowline_inspect.
  std::vector<Inspection> inspect(Span<const Tensor> latents, int64_t height, int64_t width,
                                  double log10_epsilon, const SegmentOptions& options = {},
                                  const Guards& guards = {}) {
    const int64_t batch = latents.empty() ? 0 : latents.data()->batch;
    const bool possible = batch >= 1 && batch <= MOST_IMAGES;  // flowline.h names what is not
    const size_t images = possible ? static_cast<size_t>(batch) : 0;
    std::vector<flowline_verdict> verdicts(images + 1);
    std::vector<float> smallest(images + 1);
    std::vector<int64_t> counts(images + 1);
    const size_t room = std::min<size_t>(16, 65536 / (images + 1));  // of each; few have more
    std::vector<Region> regions((images + 1) * room);
    const flowline_region_law law = law_of(options);
    const flowline_segment_options how = options_of(options, latents, height, width, &law);
    flowline_inspection asked = {sizeof asked,
                                 0,
                                 height,
                                 width,
                                 log10_epsilon,
                                 verdicts.data(),
                                 smallest.data(),
                                 regions.data(),
                                 static_cast<int64_t>(room),
                                 counts.data(),
                                 nullptr,
                                 guards.below,
                                 guards.above};
    for (;;) {
      detail::check(flowline_inspect(handle_, latents.data(), scales_of(latents), &how, &asked));
      const int64_t most = *std::max_element(counts.begin(), counts.end());
      if (most <= asked.capacity) break;
      regions.resize(images * static_cast<size_t>(most));
      asked.regions = regions.data();
      asked.capacity = most;
    }
    std::vector<Inspection> results(images);
    for (size_t image = 0; image < images; image++) {
      const Region* const first = regions.data() + image * static_cast<size_t>(asked.capacity);
      results[image] = {static_cast<Verdict>(verdicts[image]), smallest[image],
                        std::vector<Region>(first, first + counts[image])};
    }
    return results;
  }
  std::vector<Inspection> inspect(std::initializer_list<Tensor> latents, int64_t height,
                                  int64_t width, double log10_epsilon,
                                  const SegmentOptions& options = {}, const Guards& guards = {}) {
    return inspect(view_of(latents), height, width, log10_epsilon, options, guards);
  }

  /// Computes maps in host memory. latents: finest scale first. height, width: of the maps.
  Maps segment(Span<const Tensor> latents, int64_t height, int64_t width,
               const SegmentOptions& options = {}, AnomalyMap anomaly = AnomalyMap::No,
               FusedMap fused = FusedMap::No, Means means = Means::No) {
    Maps maps;
    maps.batch = latents.empty() ? 0 : latents.data()->batch;
    maps.height = height;
    maps.width = width;
    // Nothing is allocated for a call that cannot be.
    flowline_maps asked = {};
    asked.struct_size = sizeof asked;
    asked.height = height;
    asked.width = width;
    check_call(latents, options, asked);
    const size_t images = detail::count({maps.batch});
    const size_t pixels = detail::count({maps.batch, height, width});
    maps.log10_nfa.resize(pixels);
    maps.min_log10_nfa.resize(images);
    if (anomaly == AnomalyMap::Yes) {
      maps.anomaly_map.resize(pixels);
      maps.anomaly_score.resize(images);
    }
    if (fused == FusedMap::Yes) {
      const Shape finest = latents.data()->shape();
      maps.fused_map.resize(detail::count({maps.batch, finest.height, finest.width}));
    }
    if (means == Means::Yes) {
      maps.mean_energies.resize(images * latents.size());
      maps.channel_means.resize(detail::count({maps.batch, channels_of(latents)}));
    }
    MapViews views;
    views.height = height;
    views.width = width;
    views.log10_nfa = maps.log10_nfa;
    views.min_log10_nfa = maps.min_log10_nfa;
    views.anomaly_map = maps.anomaly_map;
    views.anomaly_score = maps.anomaly_score;
    views.fused_map = maps.fused_map;
    views.mean_energies = maps.mean_energies;
    views.channel_means = maps.channel_means;
    segment_into(latents, views, options);
    return maps;
  }

  Maps segment(std::initializer_list<Tensor> latents, int64_t height, int64_t width,
               const SegmentOptions& options = {}, AnomalyMap anomaly = AnomalyMap::No,
               FusedMap fused = FusedMap::No, Means means = Means::No) {
    return segment(view_of(latents), height, width, options, anomaly, fused, means);
  }

  /// Computes the maps that are not empty, in memory of the caller. latents: finest scale first.
  void segment_into(Span<const Tensor> latents, const MapViews& maps,
                    const SegmentOptions& options = {}) {
    const flowline_maps to = maps_of(latents, maps);
    const flowline_region_law law = law_of(options);
    const flowline_segment_options how =
        options_of(options, latents, maps.height, maps.width, &law);
    detail::check(flowline_segment(handle_, latents.data(), scales_of(latents), &how, &to));
  }

  void segment_into(std::initializer_list<Tensor> latents, const MapViews& maps,
                    const SegmentOptions& options = {}) {
    segment_into(view_of(latents), maps, options);
  }

  /// Grows the workspace to what this segment_into needs: it then allocates nothing.
  void reserve(Span<const Tensor> latents, const MapViews& maps,
               const SegmentOptions& options = {}) {
    const flowline_maps to = maps_of(latents, maps);
    const flowline_region_law law = law_of(options);
    const flowline_segment_options how =
        options_of(options, latents, maps.height, maps.width, &law);
    detail::check(flowline_reserve(handle_, latents.data(), scales_of(latents), &how, &to));
  }

  void reserve(std::initializer_list<Tensor> latents, const MapViews& maps,
               const SegmentOptions& options = {}) {
    reserve(view_of(latents), maps, options);
  }

  /// Returns the regions of one map, the most meaningful first. The verdict is not theirs but that
  /// of inspect; see flowline_regions.
  std::vector<Region> regions(Span<const float> log10_nfa, int64_t height, int64_t width,
                              double log10_epsilon = 0.0, int32_t connectivity = 4) {
    std::vector<Region> found(16);
    const float* map = map_of("log10_nfa", log10_nfa, height, width);
    for (;;) {
      const int64_t capacity = static_cast<int64_t>(found.size());
      int64_t count;
      detail::check(flowline_regions(handle_, map, height, width, log10_epsilon, connectivity,
                                     found.data(), capacity, &count));
      found.resize(static_cast<size_t>(count));
      if (count <= capacity) return found;
    }
  }

  /// Returns, for each class k, the highest level of a region of at least 2^k positions.
  std::vector<float> region_maxima(Span<const float> map, int64_t height, int64_t width,
                                   int32_t classes) {
    std::vector<float> maxima(detail::count({classes}));
    detail::check(flowline_region_maxima(handle_, map_of("map", map, height, width), height, width,
                                         classes, maxima.data()));
    return maxima;
  }

  std::vector<float> region_maxima(Span<const float> map, int64_t height, int64_t width) {
    return region_maxima(map, height, width, size_classes(height, width));
  }

  /// Returns what a relative law is measured on; see flowline_relative_maxima.
  RelativeMaxima relative_maxima(Span<const float> map, int64_t height, int64_t width,
                                 int32_t classes) {
    RelativeMaxima result = {std::vector<float>(detail::count({classes})), 0};
    detail::check(flowline_relative_maxima(handle_, map_of("map", map, height, width), height,
                                           width, classes, result.maxima.data(), &result.baseline));
    return result;
  }

  RelativeMaxima relative_maxima(Span<const float> map, int64_t height, int64_t width) {
    return relative_maxima(map, height, width, size_classes(height, width));
  }

  /// Returns the input (1, 3, height, width) of a network from a frame; see flowline_preprocess.
  std::vector<float> preprocess(const Frame& frame, const Preprocessing& preprocessing) {
    std::vector<float> input(preprocessing.elements(1));
    preprocess_into(Span<const Frame>(&frame, 1), preprocessing, input);
    return input;
  }

  /// Makes the input (frames, 3, height, width) of a network, in host memory of the caller for every
  /// context.
  void preprocess_into(Span<const Frame> frames, const Preprocessing& preprocessing,
                       Span<float> input) {
    const auto& [height, width, mean, deviation, bits] = preprocessing;
    const flowline_preprocessing to = {sizeof(flowline_preprocessing),
                                       bits,
                                       height,
                                       width,
                                       {mean[0], mean[1], mean[2]},
                                       {deviation[0], deviation[1], deviation[2]}};
    const size_t floats = preprocessing.elements(frames.size());
    detail::check(flowline_preprocess(handle_, frames.data(), static_cast<int64_t>(frames.size()),
                                      &to, input.require_size("input", floats)));
  }

  /// Returns the energies (batch, height, width) of a latent in host memory.
  std::vector<float> energy(const Tensor& latent) {
    std::vector<float> result(detail::count({latent.batch, latent.height, latent.width}));
    energy_into(latent, result);
    return result;
  }

  /// Computes the energies (batch, height, width) of a latent, in memory of the caller.
  void energy_into(const Tensor& latent, Span<float> energy) {
    const size_t positions = detail::count({latent.batch, latent.height, latent.width});
    detail::check(flowline_energy(handle_, &latent, energy.require_size("energy", positions)));
  }

  /// Returns the component tree of a map in host memory. connectivity: 4 or 8.
  ComponentTree component_tree(Span<const float> map, int64_t height, int64_t width,
                               int32_t connectivity) {
    const float* values = map_of("map", map, height, width);
    ComponentTree tree;
    tree.node_of_pixel.resize(map.size());
    tree.parent.resize(map.size());
    tree.altitude.resize(map.size());
    tree.area.resize(map.size());
    int32_t nodes;
    detail::check(flowline_component_tree(handle_, values, height, width, connectivity,
                                          tree.node_of_pixel.data(), tree.parent.data(),
                                          tree.altitude.data(), tree.area.data(), &nodes));
    tree.parent.resize(static_cast<size_t>(nodes));
    tree.altitude.resize(static_cast<size_t>(nodes));
    tree.area.resize(static_cast<size_t>(nodes));
    return tree;
  }

  /// Prunes and merges the component tree of `levels`. options: only pfa_bound and number_of_tests
  /// count. energies: (height, width), or empty to take them from levels.
  Selection select(Span<const float> levels, int64_t height, int64_t width, int64_t channels,
                   int64_t total_pixels, const SegmentOptions& options = {},
                   Span<const float> energies = {}) {
    const float* values = map_of("levels", levels, height, width);
    flowline_segment_options how = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    how.pfa_bound = static_cast<int32_t>(options.pfa_bound);
    how.number_of_tests = static_cast<int32_t>(options.number_of_tests);
    Selection selection;
    selection.region_of_pixel.resize(levels.size());
    selection.log10_pfa.resize(levels.size());
    selection.painted.resize(levels.size());
    detail::check(flowline_select(
        handle_, values, energies.require_size("energies", levels.size(), true), height, width,
        channels, total_pixels, &how, selection.region_of_pixel.data(), selection.log10_pfa.data(),
        selection.painted.data()));
    return selection;
  }

  /// Computes a coupling block forward. output: has the strides and the extent of input. log_det:
  /// (batch) or empty.
  void coupling_forward(const Coupling& coupling, const Tensor& input, const Tensor& subnet,
                        float* output, Span<double> log_det = {}) {
    const flowline_coupling given = coupling_of(coupling, input.channels);
    detail::check(flowline_coupling_forward(handle_, &given, &input, &subnet, output,
                                            log_det_of(log_det, input)));
  }

  /// Undoes the permutation and the affine of a coupling block, the first of two steps of its
  /// inverse. Arguments as of coupling_forward.
  void coupling_undo_affine(const Coupling& coupling, const Tensor& input, float* output,
                            Span<double> log_det = {}) {
    const flowline_coupling given = coupling_of(coupling, input.channels);
    detail::check(
        flowline_coupling_undo_affine(handle_, &given, &input, output, log_det_of(log_det, input)));
  }

  /// Inverts the affine coupling in place, the second of two steps of the inverse. latent: the
  /// output of coupling_undo_affine.
  void coupling_inverse(const Coupling& coupling, const Tensor& latent, const Tensor& subnet,
                        Span<double> log_det = {}) {
    const flowline_coupling given = coupling_of(coupling, latent.channels);
    detail::check(
        flowline_coupling_inverse(handle_, &given, &latent, &subnet, log_det_of(log_det, latent)));
  }

  /// Packs a convolution of 3 x 3 for calls of this context and of others of its instruction set.
  /// weights: (outputs, inputs, 3, 3). bias: (outputs), or empty for 0. Both are copied.
  Convolution convolution(int64_t inputs, int64_t outputs, Span<const float> weights,
                          Span<const float> bias = {}) {
    const float* const w = elements("weights", weights, {outputs, inputs, 9});
    const float* const b = elements("bias", bias, {outputs});
    flowline_convolution* made = nullptr;
    detail::check(flowline_convolution_create(handle_, inputs, outputs, w, b, &made));
    return Convolution(made, outputs);
  }

  /// Returns the output (batch, height, width, outputs) of a convolution. input: its channels side
  /// by side, Strides::channels_last. summand: as the output's shape, added to it; nullptr: none.
  std::vector<float> convolution_forward(const Convolution& convolution, const Tensor& input,
                                         Rectified rectified = Rectified::No,
                                         const Tensor* summand = nullptr) {
    std::vector<float> output(convolution.output_of(input).elements());
    convolution_forward_into(convolution, input, output, rectified, summand);
    return output;
  }

  /// Computes the same in memory of the caller.
  void convolution_forward_into(const Convolution& convolution, const Tensor& input,
                                Span<float> output, Rectified rectified = Rectified::No,
                                const Tensor* summand = nullptr) {
    const size_t floats = convolution.output_of(input).elements();
    detail::check(flowline_convolution_forward(handle_, convolution.handle(), &input, summand,
                                               static_cast<int32_t>(rectified),
                                               output.require_size("output", floats)));
  }

  /// Returns a linear layer's output, (rows, outputs). input: (rows, inputs). weights: (outputs,
  /// inputs). bias: (outputs), or empty for 0. See flowline_linear.
  std::vector<float> linear(int64_t rows, int64_t inputs, int64_t outputs, Span<const float> input,
                            Span<const float> weights, Span<const float> bias = {}) {
    std::vector<float> output(detail::count({rows, outputs}));
    linear_into(rows, inputs, outputs, input, weights, output, bias);
    return output;
  }

  /// Computes the same in memory of the caller.
  void linear_into(int64_t rows, int64_t inputs, int64_t outputs, Span<const float> input,
                   Span<const float> weights, Span<float> output, Span<const float> bias = {}) {
    detail::check(flowline_linear(
        handle_, rows, inputs, outputs, elements("input", input, {rows, inputs}),
        elements("weights", weights, {outputs, inputs}), elements("bias", bias, {outputs}),
        elements("output", output, {rows, outputs})));
  }

  /// Returns attention's output, (batch, tokens, heads * head_channels).
  std::vector<float> attention_forward(const Attention& attention) {
    std::vector<float> output(detail::count(
        {attention.batch, attention.tokens, attention.heads, attention.head_channels}));
    attention_forward_into(attention, output);
    return output;
  }

  /// Computes the same in memory of the caller.
  void attention_forward_into(const Attention& given, Span<float> output) {
    const int64_t heads = given.heads;
    flowline_attention attention = {sizeof(flowline_attention),
                                    given.scale,
                                    given.batch,
                                    given.tokens,
                                    heads,
                                    given.head_channels,
                                    given.batch_stride,
                                    given.token_stride,
                                    given.queries.data(),
                                    given.keys.data(),
                                    given.values.data(),
                                    elements("mix_scores", given.mix_scores, {heads, heads}),
                                    elements("mix_shares", given.mix_shares, {heads, heads}),
                                    elements("share_bias", given.share_bias, {heads})};
    if (detail::is_countable({given.batch, given.tokens, heads, given.head_channels})) {
      const size_t channels = detail::count({heads, given.head_channels});
      if (attention.token_stride == 0) attention.token_stride = static_cast<int64_t>(channels);
      const size_t image = reach(given.tokens, attention.token_stride, channels);
      if (attention.batch_stride == 0) attention.batch_stride = static_cast<int64_t>(image);
      const size_t needed = reach(given.batch, attention.batch_stride, image);
      attention.queries = at_least("queries", given.queries, needed);
      attention.keys = at_least("keys", given.keys, needed);
      attention.values = at_least("values", given.values, needed);
    }
    detail::check(flowline_attention_forward(
        handle_, &attention,
        elements("output", output, {given.batch, given.tokens, heads, given.head_channels})));
  }

  /// Packs the steps of a flow of so many channels, as convolution() does weights.
  FlowStage flow_stage(int64_t channels, Span<const FlowStep> steps) {
    return FlowStage(stage_of(flowline_flow_stage_create, channels, steps));
  }

  /// Packs them for a training, which also goes back.
  TrainedFlowStage trained_flow_stage(int64_t channels, Span<const FlowStep> steps) {
    FlowStage made(stage_of(flowline_flow_stage_create_trained, channels, steps));
    std::vector<FlowStepSizes> sizes;
    for (size_t i = 0; i < steps.size(); i++) {
      const FlowStep& step = steps.data()[i];
      const int64_t second = channels / 2, taps = taps_of(step);
      const size_t all = static_cast<size_t>(channels);
      sizes.push_back({detail::count({step.hidden, channels - second, taps}),
                       detail::count({step.hidden}), detail::count({2, second, step.hidden, taps}),
                       detail::count({2, second}), all, all});
    }
    return TrainedFlowStage(std::move(made), std::move(sizes));
  }

  /// Returns the output (batch, height, width, channels) of a stage. input: its channels side by
  /// side, Strides::channels_last.
  std::vector<float> flow_stage_forward(const FlowStage& stage, const Tensor& input) {
    std::vector<float> output(input.shape().elements());
    flow_stage_forward_into(stage, input, output);
    return output;
  }

  /// Computes the same in memory of the caller, which may be the input's if that is dense.
  void flow_stage_forward_into(const FlowStage& stage, const Tensor& input, Span<float> output) {
    detail::check(flowline_flow_stage_forward(
        handle_, stage.handle(), &input, output.require_size("output", input.shape().elements())));
  }

  /// Computes the same, and the log-determinants (batch).
  void flow_stage_forward_log_det_into(const FlowStage& stage, const Tensor& input,
                                       Span<float> output, Span<double> log_det) {
    const Shape shape = input.shape();
    detail::check(flowline_flow_stage_forward_log_det(
        handle_, stage.handle(), &input, output.require_size("output", shape.elements()),
        log_det.require_size("log_det", detail::count({shape.batch}))));
  }

  /// Goes back through a stage: adds the gradients with respect to parameters to those of each step,
  /// and writes that with respect to the input, (batch, height, width, channels); empty: not wanted.
  /// log_det_gradient: (batch); empty: 0. See flowline_flow_stage_gradients.
  void flow_stage_gradients_into(const TrainedFlowStage& stage, const Tensor& input,
                                 const Tensor& output_gradient, Span<const double> log_det_gradient,
                                 Span<float> input_gradient,
                                 Span<const FlowStepGradients> gradients) {
    const Shape shape = input.shape();
    gradients.require_size("gradients", stage.sizes().size());
    std::vector<flowline_flow_step_gradients> given;
    for (size_t i = 0; i < gradients.size(); i++) {
      given.push_back(gradients_of(gradients.data()[i], stage.sizes()[i], i));
    }
    detail::check(flowline_flow_stage_gradients(
        handle_, stage.handle(), &input, &output_gradient,
        log_det_gradient.require_size("log_det_gradient", detail::count({shape.batch}), true),
        input_gradient.require_size("input_gradient", shape.elements(), true), given.data()));
  }

 private:
  static constexpr int64_t MOST_IMAGES = int64_t{1} << 30;  // of a batch

  /// create: flowline_flow_stage_create or its like.
  template <class Create>
  flowline_flow_stage* stage_of(const Create& create, int64_t channels,
                                Span<const FlowStep> steps) {
    std::vector<flowline_coupling> couplings(steps.size());
    std::vector<flowline_flow_step> given(steps.size());
    for (size_t i = 0; i < steps.size(); i++) {
      const FlowStep& step = steps.data()[i];
      const int64_t second = channels / 2, first = second > 0 ? channels - second : 0;
      const int64_t taps = taps_of(step);
      const std::string name = "steps[" + std::to_string(i) + "].";
      couplings[i] = coupling_of(step.coupling, channels, name);
      given[i] = {
          sizeof(flowline_flow_step),
          step.kernel,
          step.hidden,
          elements("first_weights", step.first_weights, {step.hidden, first, taps}, name),
          elements("first_bias", step.first_bias, {step.hidden}, name),
          elements("second_weights", step.second_weights, {2, second, step.hidden, taps}, name),
          elements("second_bias", step.second_bias, {2, second}, name),
          &couplings[i]};
    }
    flowline_flow_stage* made = nullptr;
    detail::check(
        create(handle_, channels, given.data(), static_cast<int64_t>(given.size()), &made));
    return made;
  }

  static flowline_flow_step_gradients gradients_of(const FlowStepGradients& views,
                                                   const FlowStepSizes& sizes, size_t index) {
    const auto data = [index](const char* name, Span<float> view, size_t size) {
      const std::string text = "gradients[" + std::to_string(index) + "]." + name;
      return view.require_size(text.c_str(), size, true);
    };
    return {sizeof(flowline_flow_step_gradients),
            data("first_weights", views.first_weights, sizes.first_weights),
            data("first_bias", views.first_bias, sizes.first_bias),
            data("second_weights", views.second_weights, sizes.second_weights),
            data("second_bias", views.second_bias, sizes.second_bias),
            data("gain", views.gain, sizes.gain),
            data("offset", views.offset, sizes.offset)};
  }

  /// A list of arguments lives as long as the call that it is an argument of.
  static Span<const Tensor> view_of(std::initializer_list<Tensor> latents) {
    return {latents.begin(), latents.size()};
  }

  static int32_t scales_of(Span<const Tensor> latents) {
    return latents.size() > INT32_MAX ? INT32_MAX : static_cast<int32_t>(latents.size());
  }

  void check_call(Span<const Tensor> latents, const SegmentOptions& options,
                  const flowline_maps& maps) {
    const flowline_region_law law = law_of(options);
    const flowline_segment_options how =
        options_of(options, latents, maps.height, maps.width, &law);
    detail::check(flowline_reserve(handle_, latents.data(), scales_of(latents), &how, &maps));
  }

  static flowline_maps maps_of(Span<const Tensor> latents, const MapViews& maps) {
    const Shape finest = latents.empty() ? Shape{} : latents.data()->shape();
    const int64_t batch = finest.batch, height = maps.height, width = maps.width;
    return {sizeof(flowline_maps),
            0,
            height,
            width,
            elements("maps.log10_nfa", maps.log10_nfa, {batch, height, width}),
            elements("maps.min_log10_nfa", maps.min_log10_nfa, {batch}),
            elements("maps.anomaly_map", maps.anomaly_map, {batch, height, width}),
            elements("maps.anomaly_score", maps.anomaly_score, {batch}),
            elements("maps.fused_map", maps.fused_map, {batch, finest.height, finest.width}),
            elements("maps.mean_energies", maps.mean_energies, {batch, scales_of(latents)}),
            elements("maps.channel_means", maps.channel_means, {batch, channels_of(latents)})};
  }

  /// Returns where the elements of an array lie, nullptr if it is empty. Sizes that no call may have
  /// are left to flowline.h, which checks them before it reads or writes, and names the wrong one.
  /// of: what the array belongs to, "steps[1].".
  template <class Element>
  static Element* elements(const char* name, Span<Element> view,
                           std::initializer_list<int64_t> sizes, const std::string& of = {}) {
    if (view.empty()) return nullptr;  // a vector may have memory behind its end
    if (!detail::is_countable(sizes)) return view.data();
    const size_t needed = detail::count(sizes);
    if (view.size() == needed) return view.data();
    return view.require_size((of + name).c_str(), needed);
  }

  /// Returns how far so many parts reach, the last of them with its own elements; 0 if the stride is
  /// one that flowline.h refuses.
  static size_t reach(int64_t parts, int64_t stride, size_t last) {
    if (!detail::is_countable({stride})) return 0;
    return detail::count({parts - 1, stride}) + last;
  }

  /// Returns where a view lies that may have gaps: it must reach so far; nullptr if it is empty.
  static const float* at_least(const char* name, Span<const float> view, size_t needed) {
    if (view.size() >= needed || view.empty()) return view.empty() ? nullptr : view.data();
    return view.require_size(name, needed);
  }

  /// Returns the channels of all scales, 0 if those of one are not countable.
  static int64_t channels_of(Span<const Tensor> latents) {
    int64_t channels = 0;
    for (size_t scale = 0; scale < latents.size(); scale++) {
      const int64_t more = latents.data()[scale].channels;
      if (!detail::is_countable({more}) || channels > detail::MOST_ELEMENTS - more) return 0;
      channels += more;
    }
    return channels;
  }

  static flowline_region_law law_of(const SegmentOptions& options) {
    if (options.law == nullptr) return {};
    const RegionLaw& law = *options.law;
    const size_t knots = law.level.size();
    if (knots == 0 || law.log10_pfa.size() % knots != 0) {
      detail::fail(FLOWLINE_INVALID_ARGUMENT, "options.law.log10_pfa must have a multiple of the " +
                                                  std::to_string(knots) + " knots, got " +
                                                  std::to_string(law.log10_pfa.size()));
    }
    const bool relative = law.baseline != 0;
    if (law.baseline_log10_pfa.size() != (relative ? knots : 0)) {
      detail::fail(FLOWLINE_INVALID_ARGUMENT,
                   "options.law.baseline_log10_pfa must have " +
                       (relative ? "the " + std::to_string(knots) + " knots" : "no elements") +
                       ", got " + std::to_string(law.baseline_log10_pfa.size()));
    }
    return {sizeof(flowline_region_law),
            static_cast<int32_t>(law.log10_pfa.size() / knots),
            static_cast<int32_t>(knots),
            0,
            law.level.data(),
            law.log10_pfa.data(),
            law.height,
            law.width,
            law.baseline,
            law.baseline_exponent,
            relative ? law.baseline_log10_pfa.data() : nullptr};
  }

  static flowline_segment_options options_of(const SegmentOptions& options,
                                             Span<const Tensor> latents, int64_t height,
                                             int64_t width, const flowline_region_law* law) {
    const int64_t batch = latents.empty() ? 1 : latents.data()->batch;
    const bool countable = detail::is_countable({batch, height, width});
    const bool by_image =
        countable && batch > 1 && options.ignore.size() == detail::count({batch, height, width});
    const uint8_t* const ignore = by_image || !countable
                                      ? options.ignore.data()
                                      : elements("options.ignore", options.ignore, {height, width});
    return {sizeof(flowline_segment_options),
            static_cast<int32_t>(options.pfa_bound),
            static_cast<int32_t>(options.number_of_tests),
            0,
            options.region_of_interest.x,
            options.region_of_interest.y,
            options.region_of_interest.width,
            options.region_of_interest.height,
            ignore,
            by_image ? height * width : 0,
            options.law == nullptr ? nullptr : law,
            prepared_of(options),
            options.smallest_region};
  }

  static const flowline_field_of_view* prepared_of(const SegmentOptions& options) {
    if (options.field_of_view == nullptr) return nullptr;
    // NULL would be everything in view.
    if (options.field_of_view->handle() == nullptr) {
      detail::fail(FLOWLINE_INVALID_ARGUMENT, "options.field_of_view was moved from");
    }
    return options.field_of_view->handle();
  }

  static flowline_coupling coupling_of(const Coupling& coupling, int64_t channels,
                                       const std::string& of = {}) {
    return {sizeof(flowline_coupling),
            static_cast<int32_t>(coupling.clamp),
            coupling.alpha,
            coupling.subnet_scale,
            elements("coupling.gain", coupling.gain, {channels}, of),
            elements("coupling.offset", coupling.offset, {channels}, of),
            elements("coupling.permutation", coupling.permutation, {channels}, of)};
  }

  /// Returns 1 or 9; of another kernel 0, for flowline.h to name.
  static int64_t taps_of(const FlowStep& step) {
    return step.kernel == 1 || step.kernel == 3 ? step.kernel * step.kernel : 0;
  }

  static double* log_det_of(Span<double> log_det, const Tensor& of) {
    return log_det.require_size("log_det", detail::count({of.batch}), true);
  }

  static const float* map_of(const char* name, Span<const float> map, int64_t height,
                             int64_t width) {
    return map.require_size(name, detail::count({height, width}));
  }

  flowline_context* handle_ = nullptr;
};

}  // namespace v0
}  // namespace flowline
#endif
