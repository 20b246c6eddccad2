#ifndef FLOWLINE_TEST_FUZZ_STEPS_HPP
#define FLOWLINE_TEST_FUZZ_STEPS_HPP

#include "layers.hpp"
#include "plain/plain_convolution.hpp"

/// A step and its arrays, as the stage's array of steps has it.
struct Step {
  Step(Input& in, int64_t channels, bool channels_valid, Verdict* verdict) {
    step.struct_size = sizeof step;
    step.kernel = in.perhaps_wild32(in.often() ? 1 : 3);
    step.hidden = in.perhaps_wild(in.among(1, 40));
    const bool kernel_valid = step.kernel == 1 || step.kernel == 3;
    const bool valid = kernel_valid && step.hidden >= 1 && step.hidden <= MOST_LAYER_CHANNELS;
    verdict->require(valid);
    int64_t sizes[4] = {1, 1, 1, 1};
    if (valid && channels_valid) {
      const int64_t taps = step.kernel * step.kernel, second = channels / 2 * 2;
      sizes[0] = step.hidden * (channels - channels / 2) * taps;
      sizes[1] = step.hidden;
      sizes[2] = second * step.hidden * taps;
      sizes[3] = second;
    }
    held = *std::max_element(sizes, sizes + 4) <= MOST_HELD;
    if (!held) return;
    const float** const members[] = {&step.first_weights, &step.first_bias, &step.second_weights,
                                     &step.second_bias};
    for (int i = 0; i < 4; i++) {
      arrays.push_back(std::make_unique<Array>(in, sizes[i]));
      const bool is_bias = i % 2 == 1;
      *members[i] = (is_bias ? in.often() : in.rarely()) ? nullptr : arrays.back()->get();
      arrays.back()->judge(*members[i], verdict);
      verdict->require(is_bias || *members[i] != nullptr);
      if (*members[i] != nullptr) largest = std::max(largest, arrays.back()->largest);
    }
    flowline_coupling coupling = any_coupling(in, verdict);
    vectors = std::make_unique<Vectors>(in, channels_valid ? channels : 1, &coupling);
    given = std::make_unique<Given<flowline_coupling>>(in, coupling, verdict);
    vectors->judge(given->known, verdict);
    verdict->require(!given->is_null());
    step.coupling = given->get();
  }

  /// The subnet's output in double and how far from it float32 may be, (height, width, 2 C2) each.
  /// Returns false if it may overflow on the way.
  bool subnet_of(const float* image, int64_t height, int64_t width, int64_t channels,
                 std::vector<double>* out, std::vector<double>* error) const {
    const int64_t passed = channels - channels / 2, outputs = channels / 2 * 2;
    std::vector<double> hidden, of_hidden;
    convolved(image, height, width, channels, passed, step.hidden, step.first_weights,
              step.first_bias, &hidden, &of_hidden);
    std::vector<float> h(hidden.size()), e(hidden.size());
    for (size_t i = 0; i < hidden.size(); i++) {
      h[i] = static_cast<float>(std::max(0.0, hidden[i]));
      e[i] = static_cast<float>((of_hidden[i] + 1e-7 * std::fabs(hidden[i])) * 1.001);
    }
    if (!(largest_of(h) < HUGE_NUMBER) || !(largest_of(e) < HUGE_NUMBER)) return false;
    convolved(h.data(), height, width, step.hidden, step.hidden, outputs, step.second_weights,
              step.second_bias, out, error);
    // And what becomes of the error of the hidden channels: of sums, and of their rounding.
    std::vector<float> sizes = widened(step.second_weights, outputs * step.hidden);
    for (float& weight : sizes) weight = std::fabs(weight);
    const PlainConvolution absolute = {step.hidden, outputs, sizes.data(), nullptr};
    const std::vector<double> more = absolute.of(e.data(), height, width, step.hidden);
    const std::vector<double> rounding =
        absolute.winograd_bound(e.data(), height, width, step.hidden);
    for (size_t i = 0; i < more.size(); i++) (*error)[i] += more[i] + rounding[i];
    return true;
  }

  flowline_flow_step step = {};
  std::vector<std::unique_ptr<Array>> arrays;
  std::unique_ptr<Vectors> vectors;
  std::unique_ptr<Given<flowline_coupling>> given;
  bool held;
  double largest = 0;

 private:
  // Kernels of 1 x 1 as of 3 x 3 with zeros around.
  std::vector<float> widened(const float* weights, int64_t count) const {
    if (step.kernel == 3) return std::vector<float>(weights, weights + count * 9);
    std::vector<float> wide(static_cast<size_t>(count * 9));
    for (int64_t i = 0; i < count; i++) wide[static_cast<size_t>(i * 9 + 4)] = weights[i];
    return wide;
  }

  // With the bound of Winograd's, which is wider than that of a sum in order.
  void convolved(const float* image, int64_t height, int64_t width, int64_t stride, int64_t inputs,
                 int64_t outputs, const float* weights, const float* bias, std::vector<double>* out,
                 std::vector<double>* error) const {
    const std::vector<float> wide = widened(weights, outputs * inputs);
    const PlainConvolution plain = {inputs, outputs, wide.data(), bias};
    *out = plain.of(image, height, width, stride);
    *error = plain.winograd_bound(image, height, width, stride);
  }
};

using CreateStage = std::function<flowline_status(flowline_context*, flowline_flow_stage**)>;
using MadeStage = Made<flowline_flow_stage, CreateStage, decltype(flowline_flow_stage_destroy)>;

/// The arguments that a stage is made of.
struct StageArguments {
  StageArguments(Input& in, Verdict* verdict) : channels(in.perhaps_wild(in.among(2, 40))) {
    const bool valid = channels >= 2 && channels <= MOST_LAYER_CHANNELS;
    verdict->require(valid);
    if (valid && channels > MOST_HELD / 8) return;
    const int64_t there = in.among(1, 3);
    count = in.perhaps_wild(there);
    if (count != there && count >= 1 && count <= MOST_STEPS) return;
    verdict->require(count == there);
    for (int64_t i = 0; i < there; i++) {
      steps.emplace_back(in, channels, valid, verdict);
      if (!steps.back().held) return;
    }
    std::vector<flowline_flow_step> all;
    for (const Step& one : steps) all.push_back(one.step);
    array = std::make_unique<StructArray<flowline_flow_step>>(in, all, verdict);
    if (in.rarely()) no_steps = verdict->must_fail = true;
  }

  /// Whether it is small enough to be held here.
  bool held() const { return array != nullptr; }

  MadeStage made(Input& in, decltype(flowline_flow_stage_create)* create, Verdict* verdict) const {
    return MadeStage(
        in,
        [this, create](flowline_context* context, flowline_flow_stage** to) {
          return create(context, channels, no_steps ? nullptr : array->get(), count, to);
        },
        flowline_flow_stage_destroy, verdict);
  }

  int64_t channels, count = 0;
  std::vector<Step> steps;
  std::unique_ptr<StructArray<flowline_flow_step>> array;
  bool no_steps = false;
};

#endif
