// Trainings of stages: every argument of the entries that make a stage with gradients, compute its
// log-determinant and go back through it. Gradients have the same bits for every number of threads, and
// for instruction sets with a fused multiply-add; whichever of them are wanted; and for a stage as for
// its steps one after the other.
#include <array>

#include "steps.hpp"

namespace {

using Images = std::vector<float>;

/// The arrays of the gradients of a stage's parameters, each in memory of its own.
class Arrays {
 public:
  explicit Arrays(const StageArguments& stage, int shift = 0) {
    for (const Step& step : stage.steps) {
      const int64_t taps = step.step.kernel * step.step.kernel, half = stage.channels / 2;
      const int64_t sizes[] = {step.step.hidden * (stage.channels - half) * taps,
                               step.step.hidden,
                               2 * half * step.step.hidden * taps,
                               2 * half,
                               stage.channels,
                               stage.channels};
      for (int64_t size : sizes) all.emplace_back(size, shift);
      const Exact<float>* const own = &all[all.size() - 6];
      places.push_back({sizeof places[0], own[0], own[1], own[2], own[3], own[4], own[5]});
    }
    clear();
  }

  void clear() {
    for (const Exact<float>& array : all) std::memset(array.get(), 0, array.bytes());
  }

  std::vector<Exact<float>> all;  // six of each step
  std::vector<flowline_flow_step_gradients> places;
};

std::array<float**, 6> members_of(flowline_flow_step_gradients* place) {
  return {&place->first_weights, &place->first_bias, &place->second_weights,
          &place->second_bias,   &place->gain,       &place->offset};
}

/// Which arrays a call is to leave out, and what is wrong with the others.
struct Wanted {
  Wanted(Input& in, const StageArguments& stage, Verdict* verdict)
      : shift(perhaps_shift(in)), arrays(stage, shift) {
    verdict->require(shift % 4 == 0);
    std::vector<flowline_flow_step_gradients> places = arrays.places;
    for (size_t step = 0; step < places.size(); step++) {
      const auto members = members_of(&places[step]);
      const uint8_t without = in.often() ? in.byte() : 0;
      for (int i = 0; i < 6; i++) {
        left_out.push_back((without >> i & 1) != 0);
        if (left_out.back()) *members[i] = nullptr;
      }
      if (in.rarely()) {  // on another one: of this step, or of one before
        const size_t own = in.byte() % 6u;
        const size_t other = (own + 1 + in.byte() % (6 * step + 5)) % (6 * step + 6);
        float* const taken = *members_of(&places[step - other / 6])[other % 6];
        *members[own] = taken;
        verdict->require(taken == nullptr);
        left_out[6 * step + own] = true;
      }
    }
    given = std::make_unique<StructArray<flowline_flow_step_gradients>>(in, places, verdict);
  }

  int shift;
  Arrays arrays;
  std::vector<bool> left_out;  // six of each step
  std::unique_ptr<StructArray<flowline_flow_step_gradients>> given;
};

/// The gradients with respect to log-determinants.
struct OfLogDet {
  OfLogDet(Input& in, int64_t batch, Verdict* verdict)
      : shift(perhaps_shift(in)), values(batch, shift), wanted(in.often()) {
    const bool wild = in.rarely();
    for (int64_t i = 0; i < batch; i++) {
      const double value = wild ? in.bits<double>() : static_cast<int8_t>(in.byte()) / 16.0;
      std::memcpy(reinterpret_cast<char*>(values.get()) + 8 * i, &value, sizeof value);
    }
    verdict->require(!wanted || shift == 0);
  }
  const double* get() const { return wanted ? values.get() : nullptr; }

  int shift;
  Exact<double> values;
  bool wanted;
};

Images images_of(const Operand& x) {
  Images all;
  for (int64_t n = 0; n < x.tensor.batch; n++) {
    const std::vector<float> image = image_of(x, n);
    all.insert(all.end(), image.begin(), image.end());
  }
  return all;
}

/// The same shape, dense.
flowline_tensor dense(const flowline_tensor& x, const float* data) {
  flowline_tensor t = x;
  t.struct_size = sizeof t;
  t.flags = 0;
  t.data = data;
  t.channel_stride = 1;
  t.column_stride = t.channels;
  t.row_stride = t.width * t.column_stride;
  t.batch_stride = t.height * t.row_stride;
  return t;
}

/// A call's results.
struct Results {
  Results(const StageArguments& stage, int64_t elements, int64_t batch)
      : output(elements), of_input(elements), log_det(batch), arrays(stage) {}

  bool same_as(const Results& other) const {
    bool alike = same(output, other.output) && same(of_input, other.of_input) &&
                 same(log_det, other.log_det);
    for (size_t i = 0; i < arrays.all.size(); i++) {
      alike = alike && same(arrays.all[i], other.arrays.all[i]);
    }
    return alike;
  }

  Exact<float> output, of_input;
  Exact<double> log_det;
  Arrays arrays;
};

/// The stage's results are those of its steps one after the other.
void check_in_steps(const StageArguments& stage, flowline_context* context, const Operand& x,
                    const Operand& of_output, const double* of_log_det, const Results& all) {
  std::vector<Images> inputs = {images_of(x)};
  std::vector<flowline_flow_stage*> alone;
  for (const Step& step : stage.steps) {
    flowline_flow_stage* made;
    EXPECT(flowline_flow_stage_create_trained(context, stage.channels, &step.step, 1, &made) ==
           FLOWLINE_OK);
    const flowline_tensor from = dense(x.tensor, inputs.back().data());
    Exact<float> to(static_cast<int64_t>(inputs.back().size()));
    EXPECT(flowline_flow_stage_forward(context, made, &from, to) == FLOWLINE_OK);
    inputs.emplace_back(to.get(), to.get() + to.size());
    alone.push_back(made);
  }
  Images gradient = images_of(of_output);
  for (size_t i = alone.size(); i-- > 0;) {
    const flowline_tensor from = dense(x.tensor, inputs[i].data());
    const flowline_tensor of_y = dense(x.tensor, gradient.data());
    Exact<float> of_x(static_cast<int64_t>(gradient.size()));
    const Arrays arrays(stage);  // of which those of step i are used
    EXPECT(flowline_flow_stage_gradients(context, alone[i], &from, &of_y, of_log_det, of_x,
                                         &arrays.places[i]) == FLOWLINE_OK);
    for (size_t a = 6 * i; a < 6 * i + 6; a++) EXPECT(same(arrays.all[a], all.arrays.all[a]));
    gradient.assign(of_x.get(), of_x.get() + of_x.size());
    if (i == 0) EXPECT(same(of_x, all.of_input));
    flowline_flow_stage_destroy(alone[i]);
  }
}

/// Every argument of the way forward; what it computes is compared below.
void fuzz_log_det(Input& in, const MadeStage& made, const Operand& x, const flowline_tensor* input,
                  Verdict verdict) {
  const int64_t batch = x.layout.held ? x.tensor.batch : 0;
  const int64_t elements = batch * x.tensor.height * x.tensor.width * x.tensor.channels;
  const int shift = perhaps_shift(in), of_log_det = perhaps_shift(in);
  const bool no_context = in.rarely(), no_handle = in.rarely(), no_output = in.rarely();
  const bool no_log_det = in.rarely(), on_output = in.rarely();
  verdict.require(input != nullptr && shift % 4 == 0 && of_log_det == 0 && !no_context &&
                  !no_handle && !no_output && !no_log_det && !on_output);
  if (elements > MOST_WORK / 64 || (batch == 0 && !verdict.must_fail)) return;
  const Exact<float> output(elements + 2, shift);
  const Exact<double> sums(batch, of_log_det);
  double* log_det = no_log_det ? nullptr : sums.get();
  if (on_output) log_det = reinterpret_cast<double*>(output.get());
  for (size_t i = 0; i < made.handles.size(); i++) {
    expect(flowline_flow_stage_forward_log_det(no_context ? nullptr : layer_contexts()[i],
                                               no_handle ? nullptr : made.handles[i], input,
                                               no_output ? nullptr : output.get(), log_det),
           verdict);
  }
}

void fuzz(Input& in) {
  Verdict verdict;
  const StageArguments stage(in, &verdict);
  if (!stage.held()) return;
  const MadeStage made = stage.made(in, flowline_flow_stage_create_trained, &verdict);
  if (!verdict.plain()) return;

  const int64_t channels = stage.channels;
  const Operand x(in, any_pixels(in, in.among(1, 3), channels), &verdict);
  require_pixels(x, channels, &verdict);
  const Given<flowline_tensor> input(in, x.tensor, &verdict);
  if (!is_shorter(input, x.tensor)) fuzz_log_det(in, made, x, input.get(), verdict);
  flowline_tensor like;
  if (!as_many_pixels(in, x.tensor, channels, &like)) return;
  const Operand of_output(in, like, &verdict);
  require_pixels(of_output, channels, &verdict);
  verdict.require(like.batch == x.tensor.batch && like.height == x.tensor.height &&
                  like.width == x.tensor.width);
  const Given<flowline_tensor> output_gradient(in, of_output.tensor, &verdict);
  if (is_shorter(input, x.tensor) || is_shorter(output_gradient, of_output.tensor)) return;
  verdict.require(!input.is_null() && !output_gradient.is_null());

  const int64_t batch = x.layout.held ? x.tensor.batch : 0;
  const int64_t positions = batch * x.tensor.height * x.tensor.width;
  for (const Step& step : stage.steps) {
    if (positions * channels * step.step.hidden > MOST_WORK / 16) return;
  }
  if (batch == 0 && !verdict.must_fail) return;  // too large to be held here
  const OfLogDet of_log_det(in, batch, &verdict);
  const Wanted wanted(in, stage, &verdict);
  const int shift = perhaps_shift(in);
  const bool no_input_gradient = in.often(), no_context = in.rarely(), no_handle = in.rarely();
  const bool no_gradients = in.rarely(), untrained = in.rarely();
  const bool on_input = in.rarely() && x.tensor.data != nullptr;
  const bool on_output = in.rarely() && of_output.tensor.data != nullptr;
  verdict.require(!no_context && !no_handle && !no_gradients && !untrained && !on_input &&
                  !on_output && (shift % 4 == 0 || no_input_gradient));
  std::unique_ptr<Results> first[2];
  for (size_t i = 0; i < layer_contexts().size(); i++) {
    flowline_context* const context = layer_contexts()[i];
    flowline_flow_stage* plain = nullptr;
    if (untrained) {
      EXPECT(flowline_flow_stage_create(context, channels, stage.array->get(), stage.count,
                                        &plain) == FLOWLINE_OK);
    }
    const flowline_flow_stage* const handle = untrained ? plain : made.handles[i];
    const Exact<float> own(positions * channels, shift);
    float* of_input = no_input_gradient ? nullptr : own.get();
    if (on_input) of_input = static_cast<float*>(const_cast<void*>(x.tensor.data));
    if (on_output) of_input = static_cast<float*>(const_cast<void*>(of_output.tensor.data));
    for (const Exact<float>& array : wanted.arrays.all) {
      std::memset(array.get(), 0, array.bytes());
    }
    expect(
        flowline_flow_stage_gradients(no_context ? nullptr : context, no_handle ? nullptr : handle,
                                      input.get(), output_gradient.get(), of_log_det.get(),
                                      of_input, no_gradients ? nullptr : wanted.given->get()),
        verdict);
    flowline_flow_stage_destroy(plain);
    if (!verdict.plain()) return;

    // And with everything wanted.
    auto results = std::make_unique<Results>(stage, positions * channels, batch);
    EXPECT(flowline_flow_stage_forward_log_det(context, handle, input.get(), results->output,
                                               results->log_det) == FLOWLINE_OK);
    Exact<float> output(positions * channels);
    EXPECT(flowline_flow_stage_forward(context, handle, input.get(), output) == FLOWLINE_OK);
    EXPECT(same(output, results->output));
    EXPECT(flowline_flow_stage_gradients(context, handle, input.get(), output_gradient.get(),
                                         of_log_det.get(), results->of_input,
                                         results->arrays.places.data()) == FLOWLINE_OK);
    if (!no_input_gradient) {
      for (int64_t e = 0; e < own.size(); e++) {
        EXPECT(std::memcmp(&own[e], &results->of_input[e], 4) == 0 || own[e] != own[e]);
      }
    }
    for (size_t a = 0; a < wanted.arrays.all.size(); a++) {
      const Exact<float>& array = wanted.arrays.all[a];
      if (!wanted.left_out[a]) EXPECT(same(array, results->arrays.all[a]));
    }
    auto& expected = first[kind_of(context)];
    if (expected != nullptr) {
      EXPECT(results->same_as(*expected));
      continue;
    }
    check_in_steps(stage, context, x, of_output, of_log_det.get(), *results);
    expected = std::move(results);
  }
  Arrays other(stage);
  expect_foreign_layer_refused(
      made.handles, [&](flowline_context* context, const flowline_flow_stage* of) {
        return flowline_flow_stage_gradients(context, of, input.get(), output_gradient.get(),
                                             of_log_det.get(), nullptr, other.places.data());
      });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  fuzz(in);
  return 0;
}
