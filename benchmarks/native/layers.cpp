// The layers of the C interface that no other part measures: a linear layer and attention with talking
// heads, of the shapes of a small CaiT, and the gradients of a stage of a training.
#include <memory>
#include <stdexcept>

#include "flowline/flowline.h"
#include "parts.hpp"

namespace {

void require(flowline_status status) {
  if (status != FLOWLINE_OK) throw std::runtime_error(flowline_last_error());
}

std::shared_ptr<flowline_context> context_of(int32_t instruction_set) {
  flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  options.instruction_set = instruction_set;
  flowline_context* context = nullptr;
  require(flowline_context_create(&options, &context));
  return {context, flowline_context_destroy};
}

using Numbers = std::vector<float>;

/// Normal numbers, times a factor.
Numbers numbers(int64_t count, uint32_t seed, float factor = 1) {
  Numbers values = normal_numbers(count, seed);
  for (float& value : values) value *= factor;
  return values;
}

Part linear_part(const std::shared_ptr<flowline_context>& context) {
  constexpr int64_t ROWS = 196, INPUTS = 192, OUTPUTS = 576;
  const Numbers x = numbers(ROWS * INPUTS, 1), weights = numbers(INPUTS * OUTPUTS, 2, 0.07f);
  const Numbers bias = numbers(OUTPUTS, 3);
  const auto output = std::make_shared<Numbers>(ROWS * OUTPUTS);
  return {"linear-196-192-576", "", ROWS, [=] {
            require(flowline_linear(context.get(), ROWS, INPUTS, OUTPUTS, x.data(), weights.data(),
                                    bias.data(), output->data()));
          }};
}

Part attention_part(const std::shared_ptr<flowline_context>& context) {
  constexpr int64_t TOKENS = 196, HEADS = 4, DEPTH = 48, CHANNELS = HEADS * DEPTH;
  const Numbers qkv = numbers(3 * TOKENS * CHANNELS, 1),
                mixes = numbers(2 * HEADS * HEADS, 2, 0.5f);
  const Numbers bias = numbers(HEADS, 3, 0.01f);
  const auto output = std::make_shared<Numbers>(TOKENS * CHANNELS);
  return {"attention-196-4-48", "", TOKENS, [=] {
            flowline_attention of = {};
            of.struct_size = sizeof of;
            of.scale = 0.144f;
            of.batch = 1;
            of.tokens = TOKENS;
            of.heads = HEADS;
            of.head_channels = DEPTH;
            of.token_stride = 3 * CHANNELS;
            of.batch_stride = TOKENS * of.token_stride;
            of.queries = qkv.data();
            of.keys = of.queries + CHANNELS;
            of.values = of.keys + CHANNELS;
            of.mix_scores = mixes.data();
            of.mix_shares = mixes.data() + HEADS * HEADS;
            of.share_bias = bias.data();
            require(flowline_attention_forward(context.get(), &of, output->data()));
          }};
}

/// A stage of a step of 3 x 3 and one of 1 x 1, all of whose gradients are wanted.
class Training {
 public:
  static constexpr int64_t SIDE = 14, CHANNELS = 64, HALF = CHANNELS / 2, STEPS = 2;

  explicit Training(const std::shared_ptr<flowline_context>& context) : context_(context) {
    flowline_flow_step steps[STEPS];
    for (int64_t i = 0; i < STEPS; i++) {
      const int32_t kernel = i == 0 ? 3 : 1;
      const int64_t taps = kernel * kernel;
      Parameters& of = parameters_[i];
      of = {numbers(HALF * HALF * taps, 1, 0.06f), numbers(HALF, 2),
            numbers(CHANNELS * HALF * taps, 3, 0.06f), numbers(CHANNELS, 4)};
      Parameters& sums = sums_[i];
      sums = of;
      steps[i] = {sizeof steps[i],
                  kernel,
                  HALF,
                  of.first.data(),
                  of.first_bias.data(),
                  of.second.data(),
                  of.second_bias.data(),
                  &coupling_};
      gradients_[i] = {};
      gradients_[i].struct_size = sizeof gradients_[i];
      gradients_[i].first_weights = sums.first.data();
      gradients_[i].first_bias = sums.first_bias.data();
      gradients_[i].second_weights = sums.second.data();
      gradients_[i].second_bias = sums.second_bias.data();
    }
    flowline_flow_stage* stage = nullptr;
    require(flowline_flow_stage_create_trained(context.get(), CHANNELS, steps, STEPS, &stage));
    stage_ = {stage, flowline_flow_stage_destroy};
  }

  void run() {
    const flowline_tensor input = image(x_), gradient = image(of_output_);
    const double of_log_det[] = {-1};
    require(flowline_flow_stage_gradients(context_.get(), stage_.get(), &input, &gradient,
                                          of_log_det, of_input_.data(), gradients_));
  }

 private:
  struct Parameters {
    Numbers first, first_bias, second, second_bias;
  };

  static flowline_tensor image(const Numbers& of) {
    flowline_tensor tensor = {};
    tensor.struct_size = sizeof tensor;
    tensor.data = of.data();
    tensor.batch = 1;
    tensor.channels = CHANNELS;
    tensor.height = tensor.width = SIDE;
    tensor.channel_stride = 1;
    tensor.column_stride = CHANNELS;
    tensor.row_stride = SIDE * CHANNELS;
    tensor.batch_stride = SIDE * tensor.row_stride;
    return tensor;
  }

  std::shared_ptr<flowline_context> context_;
  flowline_coupling coupling_ = {
      sizeof coupling_, FLOWLINE_CLAMP_TANH, 2.0f, 0.1f, nullptr, nullptr, nullptr};
  Parameters parameters_[STEPS], sums_[STEPS];
  flowline_flow_step_gradients gradients_[STEPS];
  Numbers x_ = numbers(SIDE * SIDE * CHANNELS, 5), of_output_ = numbers(SIDE * SIDE * CHANNELS, 6);
  Numbers of_input_ = Numbers(SIDE * SIDE * CHANNELS);
  std::shared_ptr<flowline_flow_stage> stage_;
};

}  // namespace

std::vector<Part> layer_parts(int32_t instruction_set) {
  const std::shared_ptr<flowline_context> context = context_of(instruction_set);
  const auto training = std::make_shared<Training>(context);
  return {linear_part(context),
          attention_part(context),
          {"gradients-14-64", "", Training::SIDE * Training::SIDE, [=] { training->run(); }}};
}
