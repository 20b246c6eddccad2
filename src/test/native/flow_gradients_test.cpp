// The gradients of flow stages through the C ABI, and their log-determinants: at awkward shapes, strides,
// batches and numbers of threads, with every clamp and kernel, on every instruction set, against a plain
// program in double, which finite differences check. And what the calls refuse.
#include "plain/plain_stage.hpp"
#include "stages_under_test.hpp"

namespace {

/// The gradients of a call: by step six arrays, and with respect to the input.
struct Found {
  struct OfStep {
    std::vector<float> first, first_bias, second, second_bias, gain, offset;
  };
  std::vector<OfStep> steps;
  std::vector<flowline_flow_step_gradients> array;
  std::vector<float> of_input;

  /// Arrays that hold `before` everywhere.
  Found(const Steps& of, int64_t input_elements, float before)
      : steps(of.array.size()), of_input(static_cast<size_t>(input_elements), UNTOUCHED) {
    for (size_t i = 0; i < steps.size(); i++) {
      const flowline_flow_step& shape = of.array[i];
      OfStep& own = steps[i];
      const int64_t taps = shape.kernel * shape.kernel, half = of.channels / 2;
      own.first.assign(static_cast<size_t>(shape.hidden * (of.channels - half) * taps), before);
      own.first_bias.assign(static_cast<size_t>(shape.hidden), before);
      own.second.assign(static_cast<size_t>(2 * half * shape.hidden * taps), before);
      own.second_bias.assign(static_cast<size_t>(2 * half), before);
      own.gain.assign(static_cast<size_t>(of.channels), before);
      own.offset.assign(static_cast<size_t>(of.channels), before);
      array.push_back({sizeof(flowline_flow_step_gradients), own.first.data(),
                       own.first_bias.data(), own.second.data(), own.second_bias.data(),
                       own.gain.data(), own.offset.data()});
    }
  }
  Found(const Found&) = delete;

  std::vector<const std::vector<float>*> all() const {
    std::vector<const std::vector<float>*> arrays = {&of_input};
    for (const OfStep& step : steps) {
      for (const std::vector<float>* one : {&step.first, &step.first_bias, &step.second,
                                            &step.second_bias, &step.gain, &step.offset}) {
        arrays.push_back(one);
      }
    }
    return arrays;
  }
  bool operator==(const Found& other) const {
    const auto mine = all(), theirs = other.all();
    return std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(),
                      [](const auto* a, const auto* b) { return *a == *b; });
  }
};

std::vector<const std::vector<double>*> arrays_of(const PlainStep& step) {
  return {&step.first, &step.first_bias, &step.second, &step.second_bias, &step.gain, &step.offset};
}

std::vector<double> doubled(const std::vector<float>& values) {
  return std::vector<double>(values.begin(), values.end());
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double loss(const PlainStage& stage, const std::vector<double>& x,
            const std::vector<double>& of_output, double of_log_det) {
  const PlainStage::Result result = stage.forward(x);
  return dot(result.output, of_output) + of_log_det * result.log_det;
}

/// The plain program's own gradients, against differences.
void check_plain(std::mt19937& random) {
  const Steps steps(random, between(random, 2, 6), between(random, 1, 3));
  PlainStage stage = {{}, between(random, 1, 4), between(random, 1, 4)};
  for (const flowline_flow_step& step : steps.array) stage.steps.emplace_back(step, steps.channels);
  const int64_t elements = stage.height * stage.width * steps.channels;
  std::vector<double> x = doubled(normal(random, elements, 1));
  const std::vector<double> of_output = doubled(normal(random, elements, 1));
  constexpr double OF_LOG_DET = -0.7, STEP = 1e-5;
  if (stage.forward(x).kink < 100 * STEP) return;
  std::vector<PlainStep> sums;
  for (const PlainStep& step : stage.steps) sums.push_back(step.zeros());
  const std::vector<double> of_x = stage.backward(x, of_output, OF_LOG_DET, &sums);
  const auto check = [&](double* value, double expected) {
    const double before = *value;
    *value = before + STEP;
    const double above = loss(stage, x, of_output, OF_LOG_DET);
    *value = before - STEP;
    const double below = loss(stage, x, of_output, OF_LOG_DET);
    *value = before;
    CHECK(std::fabs((above - below) / (2 * STEP) - expected) < 1e-5 * (1 + std::fabs(expected)));
  };
  for (size_t i = 0; i < x.size(); i++) check(&x[i], of_x[i]);
  for (size_t s = 0; s < sums.size(); s++) {
    const auto parameters = arrays_of(stage.steps[s]), expected = arrays_of(sums[s]);
    for (size_t a = 0; a < expected.size(); a++) {
      double* const values = const_cast<double*>(parameters[a]->data());
      const size_t step = 1 + expected[a]->size() / 20;
      for (size_t i = 0; i < expected[a]->size(); i += step) check(values + i, (*expected[a])[i]);
    }
  }
}

/// Returns the largest error, as a share of the largest element.
double error_of(const std::vector<float>& found, const std::vector<double>& expected,
                double before) {
  double largest = 0, error = 0;
  CHECK(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); i++) {
    largest = std::max(largest, std::fabs(expected[i]));
    error = std::max(error, std::fabs(static_cast<double>(found[i]) - before - expected[i]));
  }
  return error / (largest + 1e-3 + std::fabs(before));
}

flowline_flow_stage* trained(flowline_context* context, const Steps& steps) {
  flowline_flow_stage* stage;
  CHECK(flowline_flow_stage_create_trained(context, steps.channels, steps.array.data(),
                                           static_cast<int64_t>(steps.array.size()),
                                           &stage) == FLOWLINE_OK);
  return stage;
}

/// A round; returns the largest error, and 0 if a ReLU is too near its kink to tell.
double check_gradients(std::mt19937& random, int64_t n, int64_t height, int64_t width,
                       int64_t channels, int64_t count) {
  const Steps steps(random, channels, count);
  const Pixels x(random, n, height, width, channels, between(random, 0, 1) == 1);
  const Pixels of_output(random, n, height, width, channels, between(random, 0, 1) == 1);
  const bool determined = between(random, 0, 3) > 0;
  const std::vector<float> of_log_det = normal(random, n, determined ? 1.0f : 0.0f);
  const std::vector<double> of_log_dets = doubled(of_log_det);
  PlainStage plain = {{}, height, width};
  for (const flowline_flow_step& step : steps.array) plain.steps.emplace_back(step, channels);
  std::vector<PlainStep> sums;
  for (const PlainStep& step : plain.steps) sums.push_back(step.zeros());
  std::vector<double> of_x, outputs, log_dets;
  double kink = 1;
  for (int64_t image = 0; image < n; image++) {
    const PlainStage::Result result = plain.forward(doubled(x.image(image)));
    outputs.insert(outputs.end(), result.output.begin(), result.output.end());
    log_dets.push_back(result.log_det);
    kink = std::min(kink, result.kink);
    const std::vector<double> one =
        plain.backward(doubled(x.image(image)), doubled(of_output.image(image)),
                       of_log_dets[static_cast<size_t>(image)], &sums);
    of_x.insert(of_x.end(), one.begin(), one.end());
  }
  const float before = between(random, 0, 1) == 1 ? 0.5f : 0.0f;
  const int64_t elements = n * height * width * channels;
  double error = 0;
  const Found* of_fused = nullptr;
  std::vector<double> known_log_det;
  std::vector<std::unique_ptr<Found>> founds;
  for (const int32_t set : every_set_number()) {
    for (const int32_t threads : {1, 3}) {
      const TestContext context(set, {threads, nullptr});
      flowline_flow_stage* const stage = trained(context, steps);
      Unaligned<float> output(elements), bare(elements);
      std::vector<double> log_det(static_cast<size_t>(n), 1e9);
      CHECK(flowline_flow_stage_forward(context, stage, &x.tensor, bare.data()) == FLOWLINE_OK);
      CHECK(flowline_flow_stage_forward_log_det(context, stage, &x.tensor, output.data(),
                                                log_det.data()) == FLOWLINE_OK);
      CHECK(output == bare);
      for (size_t i = 0; i < log_det.size(); i++) {
        CHECK(std::fabs(log_det[i] - log_dets[i]) <
              1e-5 * (10 + std::fabs(log_dets[i])) + 1e-6 * static_cast<double>(elements));
      }
      founds.push_back(std::make_unique<Found>(steps, elements, before));
      Found& found = *founds.back();
      const double* const given = determined ? of_log_dets.data() : nullptr;
      // Without the input's gradient and some of the others first, in a workspace that is used then.
      Found some(steps, elements, before);
      for (flowline_flow_step_gradients& one : some.array) {
        one.first_weights = one.second_bias = one.gain = nullptr;
      }
      CHECK(flowline_flow_stage_gradients(context, stage, &x.tensor, &of_output.tensor, given,
                                          nullptr, some.array.data()) == FLOWLINE_OK);
      CHECK(flowline_flow_stage_gradients(context, stage, &x.tensor, &of_output.tensor, given,
                                          found.of_input.data(),
                                          found.array.data()) == FLOWLINE_OK);
      flowline_flow_stage_destroy(stage);
      for (size_t s = 0; s < sums.size(); s++) {
        CHECK(some.steps[s].second == found.steps[s].second);
        CHECK(some.steps[s].first_bias == found.steps[s].first_bias);
        CHECK(some.steps[s].offset == found.steps[s].offset);
        CHECK(std::all_of(some.steps[s].first.begin(), some.steps[s].first.end(),
                          [&](float value) { return value == before; }));
      }
      CHECK(std::all_of(some.of_input.begin(), some.of_input.end(),
                        [](float value) { return value == UNTOUCHED; }));
      if (kink > 1e-5) {
        error = std::max(error, error_of(found.of_input, of_x, 0));
        for (size_t s = 0; s < sums.size(); s++) {
          const auto expected = arrays_of(sums[s]);
          const Found::OfStep& own = found.steps[s];
          const std::vector<float>* const actual[] = {
              &own.first, &own.first_bias, &own.second, &own.second_bias, &own.gain, &own.offset};
          for (size_t a = 0; a < expected.size(); a++) {
            error =
                std::max(error, error_of(*actual[a], *expected[a], static_cast<double>(before)));
          }
        }
      }
      if (threads == 3) CHECK(found == *founds[founds.size() - 2]);
      if (!fuses(set)) continue;
      if (of_fused != nullptr) CHECK(found == *of_fused);
      if (!known_log_det.empty()) CHECK(log_det == known_log_det);
      of_fused = &found;
      known_log_det = log_det;
    }
  }
  CHECK(error < 1e-4);
  return error;
}

void check_arguments(std::mt19937& random) {
  constexpr flowline_status BAD = FLOWLINE_INVALID_ARGUMENT;
  const TestContext context(FLOWLINE_INSTRUCTION_SET_BEST, {1, nullptr});
  const Steps steps(random, 5, 2);
  flowline_flow_stage* plain = nullptr;
  CHECK(flowline_flow_stage_create(context, 5, steps.array.data(), 2, &plain) == FLOWLINE_OK);
  flowline_flow_stage* const stage = trained(context, steps);
  std::vector<float> x(3 * 4 * 5, 0.5f), y(x.size()), of_y(x.size(), 1.0f);
  const flowline_tensor input = {sizeof input, 0, x.data(), 1, 5, 3, 4, 0, 1, 20, 5, 0, 0};
  flowline_tensor gradient = input;
  gradient.data = of_y.data();
  double log_det = 0;
  Found found(steps, 60, 0);
  auto call = [&](const flowline_flow_stage* of, const flowline_tensor* in,
                  const flowline_tensor* out, const double* of_log_det, float* of_x,
                  const flowline_flow_step_gradients* to) {
    return flowline_flow_stage_gradients(context, of, in, out, of_log_det, of_x, to);
  };
  const flowline_flow_step_gradients* const to = found.array.data();
  float* const of_x = found.of_input.data();
  CHECK(call(stage, &input, &gradient, &log_det, of_x, to) == FLOWLINE_OK);
  expect_failure(call(nullptr, &input, &gradient, nullptr, of_x, to), BAD,
                 "stage must not be NULL");
  expect_failure(call(plain, &input, &gradient, nullptr, of_x, to), BAD,
                 "stage has no gradients: make it with flowline_flow_stage_create_trained");
  expect_failure(call(stage, nullptr, &gradient, nullptr, of_x, to), BAD, "input must not be NULL");
  expect_failure(call(stage, &input, nullptr, nullptr, of_x, to), BAD,
                 "output_gradient must not be NULL");
  expect_failure(call(stage, &input, &gradient, nullptr, of_x, nullptr), BAD,
                 "gradients must not be NULL");
  flowline_tensor other = gradient;
  other.height = 2;
  expect_failure(call(stage, &input, &other, nullptr, of_x, to), BAD,
                 "output_gradient.height must be 3, got 2");
  other = gradient;
  other.channels = 4;
  expect_failure(call(stage, &input, &other, nullptr, of_x, to), BAD,
                 "output_gradient.channels must be 5, got 4");
  expect_failure(call(stage, &input, &gradient, nullptr, x.data(), to), BAD,
                 "input_gradient.data overlaps input.data");
  expect_failure(call(stage, &input, &gradient, nullptr, of_y.data() + 1, to), BAD,
                 "input_gradient.data overlaps output_gradient.data");
  expect_failure(
      call(stage, &input, &gradient, reinterpret_cast<const double*>(uintptr_t{4100}), of_x, to),
      BAD, "log_det_gradient must be aligned");
  std::vector<flowline_flow_step_gradients> wrong = found.array;
  wrong[1].gain = wrong[1].offset;
  expect_failure(call(stage, &input, &gradient, nullptr, of_x, wrong.data()), BAD,
                 "gradients[1].offset overlaps gradients[1].gain");
  // Of different steps: the same array, and one that begins in the middle of another.
  wrong = found.array;
  wrong[1].gain = wrong[0].gain;
  expect_failure(call(stage, &input, &gradient, nullptr, of_x, wrong.data()), BAD,
                 "gradients[1].gain overlaps gradients[0].gain");
  wrong = found.array;
  wrong[0].first_bias = wrong[1].second_weights + 1;
  expect_failure(call(stage, &input, &gradient, nullptr, of_x, wrong.data()), BAD,
                 "gradients[1].second_weights overlaps gradients[0].first_bias");
  wrong = found.array;
  wrong[0].second_weights = of_x;
  expect_failure(call(stage, &input, &gradient, nullptr, of_x, wrong.data()), BAD,
                 "gradients[0].second_weights overlaps input");
  wrong = found.array;
  wrong[1].struct_size = 48;
  expect_failure(call(stage, &input, &gradient, nullptr, of_x, wrong.data()), BAD,
                 "gradients[1].struct_size must be that of the first");
  wrong[0].struct_size = 48;
  expect_failure(call(stage, &input, &gradient, nullptr, of_x, wrong.data()), BAD,
                 "gradients[0].struct_size must be");
  expect_failure(flowline_flow_stage_forward_log_det(context, stage, &input, y.data(), nullptr),
                 BAD, "log_det must not be NULL");
  flowline_flow_stage* made = plain;
  expect_failure(flowline_flow_stage_create_trained(context, 1, steps.array.data(), 2, &made), BAD,
                 "channels must be 2 to 65536, got 1");
  CHECK(made == nullptr);
  expect_failure(flowline_flow_stage_create_trained(context, 5, nullptr, 2, &made), BAD,
                 "steps must not be NULL");
  for (const int32_t set : every_set_number()) {
    if (kernels_of(set) == kernels_of(FLOWLINE_INSTRUCTION_SET_BEST)) continue;
    const TestContext foreign(set, {1, nullptr});
    expect_failure(
        flowline_flow_stage_gradients(foreign, stage, &input, &gradient, nullptr, of_x, to), BAD,
        "stage was made for");
  }
  flowline_flow_stage_destroy(plain);
  flowline_flow_stage_destroy(stage);
}

}  // namespace

int main(int count, char** arguments) {
  std::mt19937 random = seeded(count, arguments);
  const int rounds = count > 2 ? std::atoi(arguments[2]) : 40;
  double worst = 0;
  for (int round = 0; round < rounds; round++) {
    check_plain(random);
    worst = std::max(worst, check_gradients(random, between(random, 1, 4), between(random, 1, 15),
                                            between(random, 1, 15), between(random, 2, 50),
                                            between(random, 1, 5)));
  }
  worst = std::max(worst, check_gradients(random, 3, 45, 50, 9, 2));  // several parts of tiles
  worst = std::max(worst, check_gradients(random, 1, 3, 300, 4, 3));  // several blocks across
  check_arguments(random);
  std::printf("largest error %.3g of the largest gradient\n", worst);
  return 0;
}
