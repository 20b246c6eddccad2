// Layers of a network: every argument of the six entries. Convolutions, and the steps of stages one by
// one, against plain programs in double, each output within a bound of its own; a stage against its
// steps; in place; the same bits for every number of threads, and for instruction sets with a fused
// multiply-add.
#include "steps.hpp"

namespace {

// ---- Convolutions -------------------------------------------------------------------------------

struct Convolution {
  PlainConvolution plain;
  bool rectified;
  const Operand* summand;  // or nullptr
  double largest_weight;

  /// Each output within the bound of winograd_test and of what follows the sum.
  void check(const Operand& x, const float* output) const {
    const flowline_tensor& t = x.tensor;
    for (int64_t n = 0; n < t.batch; n++) {
      const std::vector<float> image = image_of(x, n);
      const std::vector<float> added = summand == nullptr ? image : image_of(*summand, n);
      const double largest = largest_of(image);
      const double slack = lost(largest_weight, largest, t.channels);
      if (!(largest < HUGE_NUMBER) || !(largest_weight < HUGE_NUMBER)) continue;
      const std::vector<double> sums = plain.of(image.data(), t.height, t.width, plain.inputs);
      const std::vector<double> bounds =
          plain.winograd_bound(image.data(), t.height, t.width, plain.inputs);
      for (size_t i = 0; i < sums.size(); i++) {
        const double addend = summand == nullptr ? 0 : added[i];
        const double actual = output[n * static_cast<int64_t>(sums.size()) + i];
        double expected = sums[i] + addend;
        if (!(std::fabs(expected) < 1e37)) continue;
        if (rectified) expected = std::max(0.0, expected);
        const double bound = bounds[i] + 1.2e-7 * (std::fabs(sums[i]) + std::fabs(addend)) + slack;
        EXPECT(std::fabs(actual - expected) <= bound);
      }
    }
  }
};

void fuzz_convolution(Input& in) {
  Verdict verdict;
  const int64_t inputs = in.perhaps_wild(in.among(1, 40));
  const int64_t outputs = in.perhaps_wild(in.among(1, 60));
  const bool valid = inputs >= 1 && inputs <= MOST_LAYER_CHANNELS && outputs >= 1 &&
                     outputs <= MOST_LAYER_CHANNELS;
  if (valid && inputs * outputs * 9 > MOST_HELD) return;
  verdict.require(valid);
  const Array weights(in, valid ? inputs * outputs * 9 : 1), bias(in, valid ? outputs : 1);
  const float* const w = in.rarely() ? nullptr : weights.get();
  const float* const b = in.often() ? nullptr : bias.get();
  verdict.require(w != nullptr);
  weights.judge(w, &verdict);
  bias.judge(b, &verdict);
  const Made<flowline_convolution,
             std::function<flowline_status(flowline_context*, flowline_convolution**)>,
             decltype(flowline_convolution_destroy)>
      made(
          in,
          [&](flowline_context* context, flowline_convolution** to) {
            return flowline_convolution_create(context, inputs, outputs, w, b, to);
          },
          flowline_convolution_destroy, &verdict);
  if (!verdict.plain()) return;

  const Operand x(in, any_pixels(in, in.among(1, 3), inputs), &verdict);
  require_pixels(x, inputs, &verdict);
  const Given<flowline_tensor> input(in, x.tensor, &verdict);
  Verdict of_summand;
  flowline_tensor like;
  if (!as_many_pixels(in, x.tensor, outputs, &like)) return;
  const Operand added(in, like, &of_summand);
  require_pixels(added, outputs, &of_summand);
  of_summand.require(like.batch == x.tensor.batch && like.height == x.tensor.height &&
                     like.width == x.tensor.width);
  const Given<flowline_tensor> summand(in, added.tensor, &of_summand);
  const bool summed = in.often() && !summand.is_null();
  if (summed) {
    verdict.must_fail |= of_summand.must_fail;
    verdict.may_fail |= of_summand.may_fail;
  }
  // Shorter structures mean other layouts: they have to be refused or harmless, which these are.
  if (is_shorter(input, x.tensor) || (summed && is_shorter(summand, added.tensor))) return;
  verdict.require(!input.is_null());
  const int32_t rectified = in.perhaps_wild32(in.byte() % 2);
  verdict.require(rectified == 0 || rectified == 1);

  const int64_t positions = x.layout.held ? x.tensor.batch * x.tensor.height * x.tensor.width : 0;
  if (positions * inputs * outputs > MOST_WORK) return;
  const int shift = perhaps_shift(in);
  const bool no_context = in.rarely(), no_handle = in.rarely(), no_output = in.rarely();
  const bool on_input = in.rarely() && x.tensor.data != nullptr;
  const bool on_summand = in.rarely() && summed && added.tensor.data != nullptr;
  verdict.require(shift % 4 == 0 && !no_context && !no_handle && !no_output && !on_input &&
                  !on_summand);
  if (positions == 0 && !verdict.must_fail) return;  // too large to be held here
  std::unique_ptr<Exact<float>> first[2];
  const auto forward = [&](flowline_context* context, const flowline_convolution* of, float* to) {
    return flowline_convolution_forward(context, of, input.get(), summed ? summand.get() : nullptr,
                                        rectified, to);
  };
  for (size_t i = 0; i < layer_contexts().size(); i++) {
    flowline_context* const context = layer_contexts()[i];
    auto output = std::make_unique<Exact<float>>(positions * outputs, shift);
    float* to = no_output ? nullptr : output->get();
    if (on_input) to = static_cast<float*>(const_cast<void*>(x.tensor.data));
    if (on_summand) to = static_cast<float*>(const_cast<void*>(added.tensor.data));
    expect(forward(no_context ? nullptr : context, no_handle ? nullptr : made.handles[i], to),
           verdict);
    if (!verdict.plain()) return;
    auto& expected = first[kind_of(context)];
    if (expected != nullptr) {
      EXPECT(same(*expected, *output));
      continue;
    }
    const Convolution convolution = {{inputs, outputs, w, b},
                                     rectified == 1,
                                     summed ? &added : nullptr,
                                     std::max(weights.largest, b == nullptr ? 0.0 : bias.largest)};
    convolution.check(x, *output);
    expected = std::move(output);
  }
  Exact<float> other(positions * outputs);
  expect_foreign_layer_refused(made.handles,
                               [&](flowline_context* context, const flowline_convolution* of) {
                                 return forward(context, of, other);
                               });
}

// ---- Stages -------------------------------------------------------------------------------------

/// The outputs of one step by its formula, from what it was given.
void check_step(const Step& s, const flowline_tensor& t, const float* x, const float* y) {
  const flowline_coupling& k = s.given->known;
  const int64_t channels = t.channels, half = channels / 2, passed = channels - half;
  const int64_t positions = t.height * t.width;
  for (int64_t n = 0; n < t.batch; n++) {
    const float* const image = x + n * positions * channels;
    const std::vector<float> all(image, image + positions * channels);
    const double largest = largest_of(all);
    std::vector<double> subnet, error;
    if (!(largest < HUGE_NUMBER) || !(s.largest < HUGE_NUMBER)) continue;
    if (!s.subnet_of(image, t.height, t.width, channels, &subnet, &error)) continue;
    const double slack = lost(s.largest, largest, channels) * (1 + s.largest) *
                         (1 + static_cast<double>(s.step.hidden));
    for (int64_t i = 0; i < positions; i++) {
      for (int64_t c = 0; c < channels; c++) {
        const int64_t p = k.permutation == nullptr ? c : k.permutation[c];
        double z = image[i * channels + p], size = std::fabs(z), off = 0;
        if (p >= passed) {
          const int64_t at = i * 2 * half + p - passed;
          const double scale = k.subnet_scale, of_log = error[at] + slack;
          const double log_scale = clamped(k, subnet[at]), factor = std::exp(log_scale);
          const double shift = scale * subnet[at + half];
          // How steep the clamp is, and float32's own error in it.
          const double steep = k.clamp == FLOWLINE_CLAMP_TANH ? k.alpha * scale : scale;
          const double log_off = std::fabs(steep) * (of_log + 3e-7 * std::fabs(subnet[at])) +
                                 1e-6 * (1 + static_cast<double>(k.alpha));
          if (!(log_off < 0.5) || !(std::fabs(log_scale) < 80)) continue;
          off = size * factor * std::expm1(log_off) + std::fabs(scale) * (error[at + half] + slack);
          z = z * factor + shift;
          size = size * factor + std::fabs(shift);
        }
        const double gain = k.gain == nullptr ? 1 : k.gain[p];
        const double offset = k.offset == nullptr ? 0 : k.offset[p];
        const double expected = gain * z + offset, actual = y[(n * positions + i) * channels + c];
        size = gain * size + std::fabs(offset);
        if (!(size + gain * off < 1e37)) continue;  // float32 may overflow on the way
        EXPECT(std::fabs(actual - expected) <= gain * off + 1e-6 * size + 1e-37);
      }
    }
  }
}

/// The stage's output is that of its steps one after the other, each of which is near its formula.
void check_in_steps(const std::vector<Step>& steps, const Operand& x, flowline_context* context,
                    const Exact<float>& output) {
  flowline_tensor t = x.tensor;
  std::vector<float> from;
  for (int64_t n = 0; n < t.batch; n++) {
    const std::vector<float> image = image_of(x, n);
    from.insert(from.end(), image.begin(), image.end());
  }
  t.struct_size = sizeof t;
  t.flags = 0;
  t.channel_stride = 1;
  t.column_stride = t.channels;
  t.row_stride = t.width * t.column_stride;
  t.batch_stride = t.height * t.row_stride;
  Exact<float> to(static_cast<int64_t>(from.size()));
  for (const Step& step : steps) {
    flowline_flow_stage* alone;
    EXPECT(flowline_flow_stage_create(context, t.channels, &step.step, 1, &alone) == FLOWLINE_OK);
    t.data = from.data();
    EXPECT(flowline_flow_stage_forward(context, alone, &t, to) == FLOWLINE_OK);
    check_step(step, t, from.data(), to);
    from.assign(to.get(), to.get() + to.size());
    t.data = from.data();
    flowline_flow_stage_destroy(alone);
  }
  EXPECT(same(to, output));
}

void fuzz_stage(Input& in) {
  Verdict verdict;
  const StageArguments stage(in, &verdict);
  if (!stage.held()) return;
  const int64_t channels = stage.channels;
  const std::vector<Step>& steps = stage.steps;
  const MadeStage made = stage.made(in, flowline_flow_stage_create, &verdict);
  if (!verdict.plain()) return;

  const Operand x(in, any_pixels(in, in.among(1, 3), channels), &verdict);
  require_pixels(x, channels, &verdict);
  const Given<flowline_tensor> input(in, x.tensor, &verdict);
  if (is_shorter(input, x.tensor)) return;
  verdict.require(!input.is_null());
  const int64_t positions = x.layout.held ? x.tensor.batch * x.tensor.height * x.tensor.width : 0;
  for (const Step& step : steps) {
    if (positions * channels * step.step.hidden > MOST_WORK / 8) return;
  }
  const int shift = perhaps_shift(in);
  const bool no_context = in.rarely(), no_handle = in.rarely(), no_output = in.rarely();
  verdict.require(shift % 4 == 0 && !no_context && !no_handle && !no_output);
  if (positions == 0 && !verdict.must_fail) return;  // too large to be held here
  std::unique_ptr<Exact<float>> first[2];
  for (size_t i = 0; i < layer_contexts().size(); i++) {
    flowline_context* const context = layer_contexts()[i];
    auto output = std::make_unique<Exact<float>>(positions * std::max<int64_t>(channels, 0), shift);
    expect(flowline_flow_stage_forward(no_context ? nullptr : context,
                                       no_handle ? nullptr : made.handles[i], input.get(),
                                       no_output ? nullptr : output->get()),
           verdict);
    if (!verdict.plain()) return;
    const flowline_tensor& t = x.tensor;
    const int64_t row = t.width * channels;
    const int64_t dense_strides[4] = {t.height * row, 1, row, channels};
    bool dense = true;
    for (int d = 0; d < 4; d++) {
      dense &= x.layout.size[d] == 1 || x.layout.stride[d] == dense_strides[d];
    }
    if (dense) {
      Exact<float> both(x.layout.extent);
      std::memcpy(both.get(), x.tensor.data, both.bytes());
      flowline_tensor here = x.tensor;
      here.data = both;
      EXPECT(flowline_flow_stage_forward(context, made.handles[i], &here, both) == FLOWLINE_OK);
      EXPECT(same(both, *output));
    } else {
      float* const here = static_cast<float*>(const_cast<void*>(x.tensor.data));
      EXPECT(flowline_flow_stage_forward(context, made.handles[i], input.get(), here) ==
             FLOWLINE_INVALID_ARGUMENT);
    }
    auto& expected = first[kind_of(context)];
    if (expected != nullptr) {
      EXPECT(same(*expected, *output));
      continue;
    }
    check_in_steps(steps, x, context, *output);
    expected = std::move(output);
  }
  Exact<float> other(positions * channels);
  expect_foreign_layer_refused(
      made.handles, [&](flowline_context* context, const flowline_flow_stage* of) {
        return flowline_flow_stage_forward(context, of, input.get(), other);
      });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  in.byte() % 2 == 0 ? fuzz_convolution(in) : fuzz_stage(in);
  return 0;
}
