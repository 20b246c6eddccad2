// The layers of flowline.h: convolutions and flow stages through the C ABI, at awkward shapes,
// strides, batches and numbers of threads, on every instruction set: convolutions against the plain
// program in double, stages against their steps one after the other. And what they refuse.
#include "api/layers.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "plain/plain_convolution.hpp"
#include "stages_under_test.hpp"

namespace {

using namespace flowline;

void check_convolution(std::mt19937& random) {
  const int64_t n = between(random, 1, 3), height = between(random, 1, 20);
  const int64_t width = between(random, 1, 20), inputs = between(random, 1, 70);
  const int64_t outputs = between(random, 1, 70);
  const bool biased = between(random, 0, 1) == 1, rectified = between(random, 0, 1) == 1;
  const bool summed = between(random, 0, 1) == 1;
  const std::vector<float> weights = normal(random, outputs * inputs * 9, 0.1f);
  const std::vector<float> bias = normal(random, outputs, 1);
  const Pixels x(random, n, height, width, inputs, between(random, 0, 1) == 1);
  const Pixels summand(random, n, height, width, outputs, false);
  const int64_t pixels = height * width;
  std::vector<float> of_fused;
  for (const int32_t set : every_set_number()) {
    for (const Workers& workers : EVERY_WORKERS) {
      flowline_convolution* convolution;
      {
        const TestContext maker(set, {1, nullptr});  // which the convolution outlives
        const std::vector<float> gone = weights;
        CHECK(flowline_convolution_create(maker, inputs, outputs, gone.data(),
                                          biased ? bias.data() : nullptr,
                                          &convolution) == FLOWLINE_OK);
      }
      const TestContext context(set, workers);
      Unaligned<float> output(n * pixels * outputs);
      for (int64_t i = 0; i < output.size(); i++) output[i] = UNTOUCHED;
      CHECK(flowline_convolution_forward(context, convolution, &x.tensor,
                                         summed ? &summand.tensor : nullptr, rectified,
                                         output.data()) == FLOWLINE_OK);
      flowline_convolution_destroy(convolution);
      const PlainConvolution plain = {inputs, outputs, weights.data(),
                                      biased ? bias.data() : nullptr};
      for (int64_t image = 0; image < n; image++) {
        const std::vector<float> from = x.image(image), added = summand.image(image);
        const std::vector<double> sum = plain.of(from.data(), height, width, inputs);
        const std::vector<double> bound = plain.winograd_bound(from.data(), height, width, inputs);
        for (size_t i = 0; i < sum.size(); i++) {
          const double addend = summed ? static_cast<double>(added[i]) : 0;
          double expected = sum[i] + addend;
          if (rectified) expected = std::max(expected, 0.0);
          const double actual =
              static_cast<double>(output[image * pixels * outputs + static_cast<int64_t>(i)]);
          CHECK(std::fabs(actual - expected) <=
                bound[i] + 1.2e-7 * (std::fabs(sum[i]) + std::fabs(addend)));
        }
      }
      if (!fuses(set)) continue;
      const std::vector<float> all(output.data(), output.data() + output.size());
      if (!of_fused.empty()) CHECK(of_fused == all);  // whatever the set and the threads
      of_fused = all;
    }
  }
}

void check_stage(std::mt19937& random) {
  const int64_t n = between(random, 1, 3), height = between(random, 1, 15);
  const int64_t width = between(random, 1, 15), channels = between(random, 2, 60);
  const Steps steps(random, channels, between(random, 1, 6));
  const Pixels x(random, n, height, width, channels, between(random, 0, 1) == 1);
  const int64_t row = width * channels, of_image = height * row;
  std::vector<float> of_fused;
  for (const int32_t set : every_set_number()) {
    std::vector<float> expected;
    for (int64_t image = 0; image < n; image++) {
      std::vector<float> values = x.image(image);
      const PixelMap map = {values.data(), height, width, channels, row, channels};
      WorkerPool alone(1);
      FlowStep::Workspace workspace;
      for (size_t i = 0; i < steps.array.size(); i++) {
        FlowStep(*kernels_of(set), steps.parameters(i), alone).forward(map, map, alone, workspace);
      }
      expected.insert(expected.end(), values.begin(), values.end());
    }
    if (fuses(set)) {
      if (!of_fused.empty()) CHECK(of_fused == expected);  // whatever the set
      of_fused = expected;
    }
    for (const Workers& workers : EVERY_WORKERS) {
      const TestContext context(set, workers);
      flowline_flow_stage* stage;
      CHECK(flowline_flow_stage_create(context, channels, steps.array.data(),
                                       static_cast<int64_t>(steps.array.size()),
                                       &stage) == FLOWLINE_OK);
      Unaligned<float> output(n * of_image);
      for (int64_t i = 0; i < output.size(); i++) output[i] = UNTOUCHED;
      CHECK(flowline_flow_stage_forward(context, stage, &x.tensor, output.data()) == FLOWLINE_OK);
      CHECK(std::equal(expected.begin(), expected.end(), output.data()));
      // In place.
      std::vector<float> both;
      for (int64_t image = 0; image < n; image++) {
        const std::vector<float> values = x.image(image);
        both.insert(both.end(), values.begin(), values.end());
      }
      flowline_tensor dense = x.tensor;
      dense.data = both.data();
      dense.column_stride = channels;
      dense.row_stride = row;
      dense.batch_stride = of_image;
      CHECK(flowline_flow_stage_forward(context, stage, &dense, both.data()) == FLOWLINE_OK);
      CHECK(expected == both);
      flowline_flow_stage_destroy(stage);
    }
  }
}

// ---- What is refused ----------------------------------------------------------------------------

void check_convolution_arguments() {
  constexpr flowline_status BAD = FLOWLINE_INVALID_ARGUMENT;
  const TestContext context(FLOWLINE_INSTRUCTION_SET_BEST, {1, nullptr});
  std::vector<float> weights(2 * 3 * 9, 0.5f), bias(2, 0.25f), x(4 * 5 * 3, 1.0f), y(4 * 5 * 2);
  flowline_convolution* made = nullptr;
  auto create = [&](int64_t inputs, int64_t outputs, const float* w, const float* b) {
    made = reinterpret_cast<flowline_convolution*>(uintptr_t{4096});
    const flowline_status status =
        flowline_convolution_create(context, inputs, outputs, w, b, &made);
    if (status != FLOWLINE_OK) CHECK(made == nullptr);
    return status;
  };
  expect_failure(create(0, 2, weights.data(), nullptr), BAD, "inputs must be 1 to 65536, got 0");
  expect_failure(create(3, 65537, weights.data(), nullptr), BAD, "outputs must be 1 to 65536");
  expect_failure(create(3, 2, nullptr, nullptr), BAD, "weights must not be NULL");
  expect_failure(create(3, 2, weights.data(), reinterpret_cast<float*>(uintptr_t{5})), BAD,
                 "bias must be aligned");
  weights[53] = NAN;
  expect_failure(create(3, 2, weights.data(), nullptr), BAD, "weights must be finite");
  weights[53] = 0;
  bias[1] = INFINITY;
  expect_failure(create(3, 2, weights.data(), bias.data()), BAD, "bias must be finite");
  expect_failure(flowline_convolution_create(context, 3, 2, weights.data(), nullptr, nullptr), BAD,
                 "convolution must not be NULL");
  auto* const in_weights = reinterpret_cast<flowline_convolution**>(
      (reinterpret_cast<uintptr_t>(weights.data()) + 7) / 8 * 8);
  expect_failure(flowline_convolution_create(context, 3, 2, weights.data(), nullptr, in_weights),
                 BAD, "convolution overlaps weights");
  expect_failure(flowline_convolution_create(nullptr, 3, 2, weights.data(), nullptr, &made), BAD,
                 "context must not be NULL");
  CHECK(create(3, 2, weights.data(), nullptr) == FLOWLINE_OK);

  const flowline_tensor input = {sizeof input, 0, x.data(), 1, 3, 4, 5, 0, 1, 15, 3, 0, 0};
  auto forward = [&](const flowline_tensor& of, const flowline_tensor* summand, int32_t rectified,
                     float* output) {
    return flowline_convolution_forward(context, made, &of, summand, rectified, output);
  };
  CHECK(forward(input, nullptr, 0, y.data()) == FLOWLINE_OK);
  flowline_tensor of = input;
  of.channels = 2;
  expect_failure(forward(of, nullptr, 0, y.data()), BAD, "input.channels must be 3, got 2");
  of = input;
  of.channel_stride = 20;
  of.row_stride = 5;
  of.column_stride = 1;
  expect_failure(forward(of, nullptr, 0, y.data()), BAD, "input.channel_stride must be 1, got 20");
  of = input;
  of.type = FLOWLINE_FLOAT16;
  expect_failure(forward(of, nullptr, 0, y.data()), BAD, "input.type must be 0, got 1");
  expect_failure(forward(input, nullptr, 2, y.data()), BAD, "rectified must be 0 to 1, got 2");
  expect_failure(forward(input, nullptr, 0, nullptr), BAD, "output must not be NULL");
  expect_failure(forward(input, nullptr, 0, x.data() + 3), BAD, "output.data overlaps input.data");
  flowline_tensor summand = {sizeof summand, 0, y.data(), 1, 2, 4, 5, 0, 1, 10, 2, 0, 0};
  expect_failure(forward(input, &summand, 0, y.data()), BAD, "output.data overlaps summand.data");
  std::vector<float> other(4 * 5 * 2);
  summand.data = other.data();
  CHECK(forward(input, &summand, 1, y.data()) == FLOWLINE_OK);
  summand.height = 3;
  expect_failure(forward(input, &summand, 0, y.data()), BAD, "summand.height must be 4, got 3");
  expect_failure(flowline_convolution_forward(context, nullptr, &input, nullptr, 0, y.data()), BAD,
                 "convolution must not be NULL");
  for (const int32_t set : every_set_number()) {
    if (kernels_of(set) == kernels_of(FLOWLINE_INSTRUCTION_SET_BEST)) continue;
    const TestContext foreign(set, {1, nullptr});
    expect_failure(flowline_convolution_forward(foreign, made, &input, nullptr, 0, y.data()), BAD,
                   "convolution was made for");
  }
  flowline_convolution_destroy(made);
  flowline_convolution_destroy(nullptr);
}

void check_stage_arguments(std::mt19937& random) {
  constexpr flowline_status BAD = FLOWLINE_INVALID_ARGUMENT;
  const TestContext context(FLOWLINE_INSTRUCTION_SET_BEST, {1, nullptr});
  flowline_flow_stage* made = nullptr;
  auto with = [&](auto&& change) {
    Steps steps(random, 5, 2);
    for (Steps::One& one : steps.each) {  // none is bare
      one.coupling.gain = one.gain.data();
      one.coupling.offset = one.offset.data();
      one.coupling.permutation = one.permutation.data();
    }
    change(steps);
    made = reinterpret_cast<flowline_flow_stage*>(uintptr_t{4096});
    const flowline_status status =
        flowline_flow_stage_create(context, steps.channels, steps.array.data(),
                                   static_cast<int64_t>(steps.array.size()), &made);
    if (status != FLOWLINE_OK) CHECK(made == nullptr);
    return status;
  };
  expect_failure(with([](Steps& s) { s.channels = 1; }), BAD, "channels must be 2 to 65536, got 1");
  expect_failure(with([](Steps& s) { s.array[1].kernel = 5; }), BAD,
                 "steps[1].kernel must be 1 or 3, got 5");
  expect_failure(with([](Steps& s) { s.array[1].hidden = 0; }), BAD,
                 "steps[1].hidden must be 1 to 65536, got 0");
  expect_failure(with([](Steps& s) { s.array[0].first_weights = nullptr; }), BAD,
                 "steps[0].first_weights must not be NULL");
  expect_failure(with([](Steps& s) { s.array[0].second_weights = nullptr; }), BAD,
                 "steps[0].second_weights must not be NULL");
  expect_failure(with([](Steps& s) { s.each[1].second[0] = NAN; }), BAD,
                 "steps[1].second_weights must be finite");
  expect_failure(with([](Steps& s) { s.array[0].coupling = nullptr; }), BAD,
                 "steps[0].coupling must not be NULL");
  expect_failure(with([](Steps& s) { s.each[1].coupling.alpha = 0; }), BAD,
                 "steps[1].coupling.alpha must be positive");
  expect_failure(with([](Steps& s) { s.each[1].gain[2] = -1; }), BAD,
                 "steps[1].coupling.gain must be positive");
  expect_failure(with([](Steps& s) { s.each[0].permutation[0] = s.each[0].permutation[1]; }), BAD,
                 "steps[0].coupling.permutation repeats");
  expect_failure(with([](Steps& s) { s.array[1].struct_size = 8; }), BAD, "steps[1].struct_size");
  expect_failure(with([](Steps& s) { s.array.clear(); }), BAD, "count must be 1 to 1024, got 0");
  {
    const Steps steps(random, 5, 2);
    const flowline_flow_step& second = steps.array[1];
    auto* const in_weights = reinterpret_cast<flowline_flow_stage**>(
        (reinterpret_cast<uintptr_t>(second.second_weights) + 7) / 8 * 8);
    expect_failure(flowline_flow_stage_create(context, 5, steps.array.data(), 2, in_weights), BAD,
                   "stage overlaps steps[1].second_weights");
  }
  CHECK(with([](Steps&) {}) == FLOWLINE_OK);
  std::vector<float> x(3 * 4 * 5, 0.5f), y(3 * 4 * 5);
  flowline_tensor input = {sizeof input, 0, x.data(), 1, 5, 3, 4, 0, 1, 20, 5, 0, 0};
  CHECK(flowline_flow_stage_forward(context, made, &input, y.data()) == FLOWLINE_OK);
  expect_failure(flowline_flow_stage_forward(context, made, &input, x.data() + 5), BAD,
                 "output.data overlaps input.data");
  expect_failure(flowline_flow_stage_forward(context, nullptr, &input, y.data()), BAD,
                 "stage must not be NULL");
  input.channels = 4;
  expect_failure(flowline_flow_stage_forward(context, made, &input, y.data()), BAD,
                 "input.channels must be 5, got 4");
  flowline_flow_stage_destroy(made);
  flowline_flow_stage_destroy(nullptr);
}

}  // namespace

int main(int count, char** arguments) {
  std::mt19937 random = seeded(count, arguments);
  const int rounds = count > 2 ? std::atoi(arguments[2]) : 40;
  for (int round = 0; round < rounds; round++) {
    check_convolution(random);
    check_stage(random);
  }
  check_convolution_arguments();
  check_stage_arguments(random);
  return 0;
}
