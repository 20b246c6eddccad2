// Layers of a network: every argument of the six entries. Convolutions, and the steps of stages one by
// one, against plain programs in double, each output within a bound of its own; a stage against its
// steps; in place; the same bits for every number of threads, and for instruction sets with a fused
// multiply-add.
#include <functional>
#include <memory>

#include "couplings.hpp"
#include "plain/plain_convolution.hpp"

namespace {

constexpr int64_t MOST_LAYER_CHANNELS = 65536, MOST_STEPS = 1024;
constexpr int64_t MOST_WORK = int64_t{1} << 19;  // multiplications of a plain convolution here
constexpr double HUGE_NUMBER = 1e12;             // beyond, float32 may overflow on the way

const std::vector<flowline_context*>& layer_contexts() {
  static const Contexts made({{FLOWLINE_INSTRUCTION_SET_BASELINE, 1},
                              {FLOWLINE_INSTRUCTION_SET_BASELINE, 3},
                              {FLOWLINE_INSTRUCTION_SET_BEST, 1},
                              {FLOWLINE_INSTRUCTION_SET_BEST, 3},
                              {FLOWLINE_INSTRUCTION_SET_AVX2, 3}});
  return made.all;
}

/// Contexts whose layers give the same bits.
int kind_of(flowline_context* context) {
  return std::strstr(flowline_context_description(context), "SSE2") == nullptr ? 1 : 0;
}

bool are_of_one_set(flowline_context* a, flowline_context* b) {
  const auto name = [](flowline_context* context) {
    return std::strrchr(flowline_context_description(context), ',');
  };
  return std::strcmp(name(a), name(b)) == 0;
}

/// An array of so many floats, or of one if nobody is to read it.
struct Array {
  Array(Input& in, int64_t count) : shift(perhaps_shift(in)), layout(row(count)) {
    elements = std::make_unique<Elements>(in, layout, FLOWLINE_FLOAT32, shift);
    for (int64_t i = 0; i < count; i++) {
      finite &= std::isfinite(at(i));
      largest = std::max(largest, std::fabs(static_cast<double>(at(i))));
    }
  }
  static flowline_tensor row(int64_t count) {
    flowline_tensor tensor = {};
    tensor.batch = tensor.channels = tensor.height = 1;
    tensor.width = count;
    return tensor;
  }
  float at(int64_t i) const { return elements->at(i, FLOWLINE_FLOAT32); }
  const float* get() const { return static_cast<const float*>(elements->get()); }

  /// What it takes to be an argument.
  void judge(const float* given, Verdict* verdict) const {
    verdict->require(given == nullptr || (shift % 4 == 0 && finite));
  }

  int shift;
  Layout layout;
  std::unique_ptr<Elements> elements;
  bool finite = true;
  double largest = 0;
};

/// A tensor of so many channels side by side, if its bytes do not say otherwise.
flowline_tensor any_pixels(Input& in, int64_t batch, int64_t channels) {
  const bool wide = in.byte() % 8 == 7;
  flowline_tensor t = any_tensor(in, batch, 1, wide ? 150 : 13);
  if (wide) t.height = 1 + t.height % 9;
  if (in.rarely()) return t;
  t.channels = in.perhaps_wild(channels);
  const int64_t gap = in.often() ? 0 : in.byte() % 4;
  const auto times = [](int64_t a, int64_t b) {
    int64_t product;
    return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
  };
  t.flags = 0;
  t.channel_stride = in.perhaps_wild(1);
  t.column_stride = times(t.channels, 1) > MOST_PIXELS ? t.channels : t.channels + gap;
  t.row_stride = times(t.width, t.column_stride);
  t.batch_stride = times(t.height, t.row_stride);
  if (in.rarely()) {  // one row for all
    t.row_stride = 0;
    t.flags = FLOWLINE_TENSOR_BROADCAST;
  }
  return t;
}

void require_pixels(const Operand& x, int64_t channels, Verdict* verdict) {
  verdict->require(x.tensor.channels == channels);
  verdict->require(channels == 1 || !x.layout.valid || x.layout.stride[1] == 1);
}

/// Image n as (height, width, channels), dense.
std::vector<float> image_of(const Operand& x, int64_t n) {
  const flowline_tensor& t = x.tensor;
  std::vector<float> image;
  for (int64_t i = 0; i < t.height * t.width; i++) {
    for (int64_t c = 0; c < t.channels; c++) image.push_back(x.at(n, c, i / t.width, i % t.width));
  }
  return image;
}

double largest_of(const std::vector<float>& values) {
  double largest = 0;
  for (float value : values) {
    if (std::isnan(value)) return INFINITY;
    largest = std::max(largest, std::fabs(static_cast<double>(value)));
  }
  return largest;
}

/// What products of numbers of these sizes lose where they are denormal.
double lost(double weights, double inputs, int64_t channels) {
  return 1e-37 + 1e-40 * (weights + inputs) * static_cast<double>(channels);
}

/// What the entries of a layer share: made in every context, and asked by every one of its set.
template <class Layer, class Create, class Destroy>
struct Made {
  Made(Input& in, const Create& create, Destroy* destroy, Verdict* verdict)
      : destroy_(destroy), handles(layer_contexts().size()) {
    const bool no_context = in.rarely(), no_handle = in.rarely();
    const int shift = perhaps_shift(in);
    Exact<Layer*> made(1, shift);
    verdict->require(!no_context && !no_handle && made.aligned());
    for (size_t i = 0; i < handles.size(); i++) {
      Layer** const to = no_handle ? nullptr : made.get();
      const flowline_status status = create(no_context ? nullptr : layer_contexts()[i], to);
      expect(status, *verdict);
      if (no_handle || !made.aligned()) continue;
      EXPECT((status == FLOWLINE_OK) == (made[0] != nullptr));
      handles[i] = made[0];
    }
    destroy(nullptr);
  }
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;
  ~Made() {
    for (Layer* handle : handles) destroy_(handle);
  }

  Destroy* destroy_;
  std::vector<Layer*> handles;
};

/// Two contexts of other instruction sets, if there are, do not share a layer.
template <class Layer, class Forward>
void expect_foreign_layer_refused(const std::vector<Layer*>& made, const Forward& forward) {
  const auto& contexts = layer_contexts();
  const flowline_status status = forward(contexts.back(), made.front());
  const bool alike = are_of_one_set(contexts.front(), contexts.back());
  EXPECT(status == (alike ? FLOWLINE_OK : FLOWLINE_INVALID_ARGUMENT));
  if (!alike) EXPECT(std::strstr(flowline_last_error(), "was made for") != nullptr);
}

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
  flowline_tensor like = any_pixels(in, x.tensor.batch, outputs);
  if (!in.rarely()) {
    like.height = x.tensor.height;
    like.width = x.tensor.width;
    like.channels = outputs;
    if (like.channel_stride == 1 && like.flags == 0) {
      like.column_stride = std::max(like.column_stride, outputs);
      like.row_stride = like.batch_stride = 0;
      if (__builtin_mul_overflow(like.width, like.column_stride, &like.row_stride)) return;
      if (__builtin_mul_overflow(like.height, like.row_stride, &like.batch_stride)) return;
    }
  }
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

/// Steps side by side, each of the size that the first states, and nothing behind the last.
class StepArray {
 public:
  StepArray(Input& in, const std::vector<Step>& steps, Verdict* verdict) {
    uint32_t size = sizeof(flowline_flow_step);
    if (in.rarely()) size += 8 * (in.byte() % 4);
    bytes_ = std::make_unique<Exact<char>>(static_cast<int64_t>(size * steps.size()));
    std::memset(bytes_->get(), 0, bytes_->bytes());
    for (size_t i = 0; i < steps.size(); i++) {
      flowline_flow_step step = steps[i].step;
      step.struct_size = size;
      if (i > 0 && in.rarely()) {
        step.struct_size = in.perhaps_wild32(in.byte());
        verdict->require(step.struct_size == size);
      }
      std::memcpy(bytes_->get() + i * size, &step, sizeof step);
      if (size > sizeof step && in.rarely()) {
        (*bytes_)[static_cast<int64_t>((i + 1) * size - 1)] = 1;
        verdict->must_fail = true;
      }
    }
    if (steps.size() == 1 && in.rarely()) {
      const uint32_t shorter = in.byte() % sizeof(flowline_flow_step);
      std::memcpy(bytes_->get(), &shorter, sizeof shorter);
      verdict->must_fail = true;
    }
  }
  const flowline_flow_step* get() const {
    return reinterpret_cast<const flowline_flow_step*>(bytes_->get());
  }

 private:
  std::unique_ptr<Exact<char>> bytes_;
};

using CreateStage = std::function<flowline_status(flowline_context*, flowline_flow_stage**)>;
using MadeStage = Made<flowline_flow_stage, CreateStage, decltype(flowline_flow_stage_destroy)>;

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
  const int64_t channels = in.perhaps_wild(in.among(2, 40));
  const bool valid = channels >= 2 && channels <= MOST_LAYER_CHANNELS;
  verdict.require(valid);
  if (valid && channels > MOST_HELD / 8) return;
  const int64_t there = in.among(1, 3), count = in.perhaps_wild(there);
  if (count != there && count >= 1 && count <= MOST_STEPS) return;
  verdict.require(count == there);
  std::vector<Step> steps;
  for (int64_t i = 0; i < there; i++) {
    steps.emplace_back(in, channels, valid, &verdict);
    if (!steps.back().held) return;
  }
  const StepArray array(in, steps, &verdict);
  const bool no_steps = in.rarely();
  verdict.require(!no_steps);
  const MadeStage made(
      in,
      [&](flowline_context* context, flowline_flow_stage** to) {
        return flowline_flow_stage_create(context, channels, no_steps ? nullptr : array.get(),
                                          count, to);
      },
      flowline_flow_stage_destroy, &verdict);
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
