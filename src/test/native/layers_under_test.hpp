#ifndef FLOWLINE_TEST_LAYERS_UNDER_TEST_HPP
#define FLOWLINE_TEST_LAYERS_UNDER_TEST_HPP

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "check.hpp"

/// Images whose channels lie side by side, dense.
inline flowline_tensor pixels(const float* data, int64_t batch, int64_t height, int64_t width,
                              int64_t channels) {
  flowline_tensor tensor = {};
  tensor.struct_size = sizeof tensor;
  tensor.data = data;
  tensor.batch = batch;
  tensor.channels = channels;
  tensor.height = height;
  tensor.width = width;
  tensor.channel_stride = 1;
  tensor.column_stride = channels;
  tensor.row_stride = width * channels;
  tensor.batch_stride = height * tensor.row_stride;
  return tensor;
}

/// Numbers between -size and size, always the same.
inline std::vector<float> some_numbers(int64_t count, float size) {
  std::vector<float> values(static_cast<size_t>(count));
  uint32_t state = static_cast<uint32_t>(count);
  for (float& value : values) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<float>(static_cast<int32_t>(state)) * 0x1p-31f * size;
  }
  return values;
}

/// The arrays of a convolution.
struct LayerWeights {
  LayerWeights(int64_t from, int64_t to)
      : inputs(from),
        outputs(to),
        weights(some_numbers(to * from * 9, 0.3f)),
        bias(some_numbers(to, 1)) {}

  flowline_status create(flowline_context* context, flowline_convolution** made) const {
    return flowline_convolution_create(context, inputs, outputs, weights.data(), bias.data(), made);
  }

  int64_t inputs, outputs;
  std::vector<float> weights, bias;
};

/// Steps of kernels of 3, 3, 1, 1 and 3, and a coupling of all kinds of arrays.
class StageSteps {
 public:
  static constexpr size_t STEPS = 5;

  explicit StageSteps(int64_t channels) : channels_(channels) {
    const int64_t second = channels / 2, first = channels - second;
    static constexpr int32_t SIDES[STEPS] = {3, 3, 1, 1, 3};
    gain_ = some_numbers(channels, 0.5f);
    offset_ = some_numbers(channels, 1);
    for (float& value : gain_) value += 1;
    for (int64_t c = 0; c < channels; c++) {
      permutation_.push_back(static_cast<int32_t>(channels - 1 - c));
    }
    coupling_ = {sizeof coupling_, FLOWLINE_CLAMP_ATAN, 1.9f, 0.7f, gain_.data(),
                 offset_.data(),   permutation_.data()};
    arrays_.reserve(4 * STEPS);
    for (int32_t side : SIDES) {
      const int64_t hidden = 5 + side;
      const auto array = [&](int64_t count) {
        arrays_.push_back(some_numbers(count, 0.4f));
        return arrays_.back().data();
      };
      steps_.push_back({sizeof(flowline_flow_step), side, hidden,
                        array(hidden * first * side * side), array(hidden),
                        array(2 * second * hidden * side * side), array(2 * second), &coupling_});
    }
  }
  StageSteps(const StageSteps&) = delete;
  StageSteps& operator=(const StageSteps&) = delete;

  flowline_status create(flowline_context* context, flowline_flow_stage** made) const {
    return flowline_flow_stage_create(context, channels_, steps_.data(),
                                      static_cast<int64_t>(steps_.size()), made);
  }
  flowline_status create_trained(flowline_context* context, flowline_flow_stage** made) const {
    return flowline_flow_stage_create_trained(context, channels_, steps_.data(),
                                              static_cast<int64_t>(steps_.size()), made);
  }

  /// How many parameters all steps have.
  int64_t parameters() const {
    int64_t count = 0;
    for (const flowline_flow_step& step : steps_) {
      for (int64_t size : sizes(step)) count += size;
    }
    return count;
  }

  /// The places of the steps' gradients in an array of so many.
  std::array<flowline_flow_step_gradients, STEPS> gradients(float* array) const {
    std::array<flowline_flow_step_gradients, STEPS> places;
    for (size_t i = 0; i < STEPS; i++) {
      float* at[6];
      for (size_t a = 0; a < 6; a++) {
        at[a] = array;
        array += sizes(steps_[i])[a];
      }
      places[i] = {sizeof places[i], at[0], at[1], at[2], at[3], at[4], at[5]};
    }
    return places;
  }

 private:
  std::array<int64_t, 6> sizes(const flowline_flow_step& step) const {
    const int64_t taps = step.kernel * step.kernel, second = channels_ / 2;
    return {step.hidden * (channels_ - second) * taps,
            step.hidden,
            2 * second * step.hidden * taps,
            2 * second,
            channels_,
            channels_};
  }

  int64_t channels_;
  std::vector<float> gain_, offset_;
  std::vector<int32_t> permutation_;
  flowline_coupling coupling_;
  std::vector<std::vector<float>> arrays_;
  std::vector<flowline_flow_step> steps_;
};

/// The layers of a transformer: a linear layer and attention with talking heads. Allocates nothing when
/// it runs.
class TestTransformer {
 public:
  static constexpr int64_t DEPTH = 16;

  TestTransformer(int64_t most_tokens, int64_t heads)
      : heads_(heads),
        channels_(heads * DEPTH),
        x_(some_numbers(2 * most_tokens * channels_, 1)),
        weights_(some_numbers(channels_ * 3 * channels_, 0.3f)),
        bias_(some_numbers(3 * channels_, 1)),
        mixes_(some_numbers(2 * heads * heads + heads, 0.5f)) {}

  /// The numbers that two images of so many tokens give.
  int64_t results(int64_t tokens) const { return 2 * tokens * 4 * channels_; }

  flowline_status linear(flowline_context* context, int64_t tokens, float* to) const {
    return flowline_linear(context, 2 * tokens, channels_, 3 * channels_, x_.data(),
                           weights_.data(), bias_.data(), to);
  }

  /// qkv: the output of the linear layer.
  flowline_status attention(flowline_context* context, int64_t tokens, const float* qkv,
                            float* to) const {
    flowline_attention of = {};
    of.struct_size = sizeof of;
    of.scale = 0.25f;
    of.batch = 2;
    of.tokens = tokens;
    of.heads = heads_;
    of.head_channels = DEPTH;
    of.token_stride = 3 * channels_;
    of.batch_stride = tokens * of.token_stride;
    of.queries = qkv;
    of.keys = qkv + channels_;
    of.values = qkv + 2 * channels_;
    of.mix_scores = mixes_.data();
    of.mix_shares = mixes_.data() + heads_ * heads_;
    of.share_bias = mixes_.data() + 2 * heads_ * heads_;
    return flowline_attention_forward(context, &of, to);
  }

  /// Both, one after the other. to: receives the results.
  flowline_status run(flowline_context* context, int64_t tokens, float* to) const {
    const flowline_status status = linear(context, tokens, to);
    if (status != FLOWLINE_OK) return status;
    return attention(context, tokens, to, to + 2 * tokens * 3 * channels_);
  }

 private:
  int64_t heads_, channels_;
  std::vector<float> x_, weights_, bias_, mixes_;
};

/// A convolution for contexts of the instruction set of this one.
class TestConvolution {
 public:
  TestConvolution(flowline_context* context, int64_t inputs, int64_t outputs) {
    CHECK(LayerWeights(inputs, outputs).create(context, &handle_) == FLOWLINE_OK);
  }
  ~TestConvolution() { flowline_convolution_destroy(handle_); }
  TestConvolution(const TestConvolution&) = delete;
  TestConvolution& operator=(const TestConvolution&) = delete;
  operator const flowline_convolution*() const { return handle_; }

 private:
  flowline_convolution* handle_ = nullptr;
};

/// A stage of the same kind.
class TestStage {
 public:
  TestStage(flowline_context* context, int64_t channels) {
    CHECK(StageSteps(channels).create(context, &handle_) == FLOWLINE_OK);
  }
  ~TestStage() { flowline_flow_stage_destroy(handle_); }
  TestStage(const TestStage&) = delete;
  TestStage& operator=(const TestStage&) = delete;
  operator const flowline_flow_stage*() const { return handle_; }

 private:
  flowline_flow_stage* handle_ = nullptr;
};

/// A stage that was made for a training, which any thread may use.
class TestTraining {
 public:
  TestTraining(flowline_context* context, int64_t channels)
      : channels_(channels), steps_(channels) {
    CHECK(steps_.create_trained(context, &handle_) == FLOWLINE_OK);
  }
  ~TestTraining() { flowline_flow_stage_destroy(handle_); }
  TestTraining(const TestTraining&) = delete;
  TestTraining& operator=(const TestTraining&) = delete;

  /// The numbers that two images of so many pixels give.
  int64_t results(int64_t height, int64_t width) const {
    return 4 * height * width * channels_ + 2 + steps_.parameters();
  }

  /// Forward and back, the output being its own gradient. Allocates nothing itself. x: two images.
  /// to: receives the results.
  flowline_status run(flowline_context* context, const float* x, int64_t height, int64_t width,
                      float* to) const {
    const int64_t elements = 2 * height * width * channels_;
    const flowline_tensor input = pixels(x, 2, height, width, channels_);
    const flowline_tensor output = pixels(to, 2, height, width, channels_);
    const double of_log_det[] = {-1, 0.5};
    double log_det[2];
    flowline_status status =
        flowline_flow_stage_forward_log_det(context, handle_, &input, to, log_det);
    if (status != FLOWLINE_OK) return status;
    float* const sums = to + 2 * elements + 2;
    std::copy_n(log_det, 2, sums - 2);
    std::fill_n(sums, steps_.parameters(), 0.0f);
    return flowline_flow_stage_gradients(context, handle_, &input, &output, of_log_det,
                                         to + elements, steps_.gradients(sums).data());
  }

 private:
  int64_t channels_;
  StageSteps steps_;
  flowline_flow_stage* handle_ = nullptr;
};

#endif
