// A flow step: every instruction set, kernel, clamp and number of threads, at awkward sizes and
// channels. Against its parts one after the other, bit for bit: both convolutions of the whole image,
// then the coupling. And against the plain program in double.
#include "flow/flow_step.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "coupling/coupling.hpp"
#include "kernels_under_test.hpp"
#include "plain/plain_convolution.hpp"

namespace {

using namespace flowline;

struct Step {
  int64_t height, width, channels, hidden, side;
  int64_t passed, half;
  std::vector<float> first, first_bias, second, second_bias, gain, offset, x;
  std::vector<int32_t> permutation;
  FlowStepParameters parameters;

  Step(std::mt19937& random, int64_t h, int64_t w, int64_t c, int64_t of_hidden, int64_t kernel,
       int32_t clamp, bool bare)
      : height(h),
        width(w),
        channels(c),
        hidden(of_hidden),
        side(kernel),
        passed(c - c / 2),
        half(c / 2),
        permutation(c) {
    const float taps = static_cast<float>(side * side);
    first = normal(random, hidden * passed * side * side,
                   1 / std::sqrt(taps * static_cast<float>(passed)));
    second = normal(random, 2 * half * hidden * side * side,
                    1 / std::sqrt(taps * static_cast<float>(hidden)));
    first_bias = normal(random, hidden, 0.3f);
    second_bias = normal(random, 2 * half, 0.3f);
    gain = normal(random, channels, 0.3f);
    for (float& value : gain) value = std::exp(value);
    offset = normal(random, channels, 1);
    x = normal(random, height * width * channels, 1);
    std::iota(permutation.begin(), permutation.end(), 0);
    std::shuffle(permutation.begin(), permutation.end(), random);
    parameters = {channels,
                  hidden,
                  side,
                  first.data(),
                  first_bias.data(),
                  second.data(),
                  second_bias.data(),
                  {sizeof(flowline_coupling), clamp, 1.9f, 0.7f, gain.data(), offset.data(),
                   permutation.data()}};
    if (!bare) return;
    parameters.first_bias = parameters.second_bias = nullptr;
    parameters.coupling.gain = parameters.coupling.offset = nullptr;
    parameters.coupling.permutation = nullptr;
  }

  static std::vector<float> normal(std::mt19937& random, int64_t count, float deviation) {
    std::normal_distribution<float> of(0, deviation);
    std::vector<float> values(count);
    for (float& value : values) value = of(random);
    return values;
  }

  PixelMap map(float* data, int64_t of) const { return {data, height, width, of, width * of, of}; }
  int64_t pixels() const { return height * width; }
};

std::vector<float> stepped(const Kernels& kernels, Step& s, int threads) {
  WorkerPool pool(threads);
  const FlowStep step(kernels, s.parameters, pool);
  FlowStep::Workspace workspace;
  Unaligned<float> y(s.pixels() * s.channels);
  // Twice, the second time in a workspace that is used.
  for (int i = 0; i < 2; i++) {
    for (int64_t j = 0; j < y.size(); j++) y[j] = NAN;
    step.forward(s.map(s.x.data(), s.channels), s.map(y.data(), s.channels), pool, workspace);
  }
  return std::vector<float>(y.data(), y.data() + y.size());
}

// In place, and a step of 1 x 1 after it in the same call.
std::vector<float> stepped_twice(const Kernels& kernels, Step& s, Step& next, int threads) {
  WorkerPool pool(threads);
  const FlowStep step(kernels, s.parameters, pool), last(kernels, next.parameters, pool);
  FlowStep::Workspace workspace;
  std::vector<float> y = s.x;
  step.forward(s.map(y.data(), s.channels), s.map(y.data(), s.channels), pool, workspace, &last);
  return y;
}

std::vector<float> convolved(const Kernels& kernels, const Step& s, const float* weights,
                             const float* bias, int64_t inputs, int64_t outputs, bool rectified,
                             float* image, int64_t stride) {
  const int64_t out = std::max(outputs, kernels.lanes);
  std::vector<float> result(s.pixels() * out);
  WorkerPool pool(1);
  if (s.side == 3) {
    const Winograd winograd(kernels, inputs, outputs, weights, bias, pool);
    Winograd::Workspace workspace;
    winograd.reserve(s.height, s.width, workspace);
    const Blocks blocks(s.height, s.width, 1);
    for (int64_t i = 0; i < blocks.count(); i++) {
      const Block block = blocks[i];
      winograd.run({image, s.height, s.width, inputs, s.width * stride, stride}, block, rectified,
                   {result.data() + (block.y * s.width + block.x) * out, block.height, block.width,
                    outputs, s.width * out, out},
                   workspace);
    }
    return result;
  }
  const Convolution product(kernels, 1, inputs, outputs, weights, bias, pool);
  const Panels& panels = product.panels();
  for (const Panels::Panel& panel : panels.all()) {
    kernels.multiply({image, stride, s.pixels(), inputs, panels.of(panel, 0), panel.vectors,
                      result.data() + panel.column, out, panel.last, panels.bias(panel),
                      rectified});
  }
  return result;
}

std::vector<float> in_parts(const Kernels& kernels, Step& s) {
  std::vector<float> hidden = convolved(kernels, s, s.first.data(), s.parameters.first_bias,
                                        s.passed, s.hidden, true, s.x.data(), s.channels);
  std::vector<float> subnet =
      convolved(kernels, s, s.second.data(), s.parameters.second_bias, s.hidden, 2 * s.half, false,
                hidden.data(), std::max(s.hidden, kernels.lanes));
  Coupling coupling;
  coupling.prepare(s.parameters.coupling, s.channels);
  const int64_t stride = std::max(2 * s.half, kernels.lanes);
  const Image x = {FLOWLINE_FLOAT32, s.x.data(), s.channels,           s.height,
                   s.width,          1,          s.width * s.channels, s.channels};
  const Image of_subnet = {FLOWLINE_FLOAT32, subnet.data(), 2 * s.half, s.height, s.width, 1,
                           s.width * stride, stride};
  std::vector<float> y(s.pixels() * s.channels);
  coupling.forward(kernels, x, of_subnet, y.data());
  return y;
}

// A convolution of 1 x 1 is one of 3 x 3 with zeros around.
std::vector<float> widened(const std::vector<float>& weights, int64_t side) {
  if (side == 3) return weights;
  std::vector<float> wide(weights.size() * 9);
  for (size_t i = 0; i < weights.size(); i++) wide[i * 9 + 4] = weights[i];
  return wide;
}

double clamped(const flowline_coupling& coupling, double raw) {
  const double a = static_cast<double>(coupling.subnet_scale) * raw,
               alpha = static_cast<double>(coupling.alpha);
  if (coupling.clamp == FLOWLINE_CLAMP_TANH) return alpha * std::tanh(a);
  if (coupling.clamp == FLOWLINE_CLAMP_TANH_SCALED) return alpha * std::tanh(a / alpha);
  return alpha * 0.636 * std::atan(a / alpha);
}

std::vector<double> plain(const Step& s) {
  const std::vector<float> first = widened(s.first, s.side), second = widened(s.second, s.side);
  const std::vector<double> h =
      PlainConvolution{s.passed, s.hidden, first.data(), s.parameters.first_bias}.of(
          s.x.data(), s.height, s.width, s.channels);
  std::vector<float> hidden(h.size());  // rounded once: as near as float32 is
  for (size_t i = 0; i < h.size(); i++) hidden[i] = static_cast<float>(std::max(0.0, h[i]));
  const std::vector<double> subnet =
      PlainConvolution{s.hidden, 2 * s.half, second.data(), s.parameters.second_bias}.of(
          hidden.data(), s.height, s.width, s.hidden);
  std::vector<double> out(s.pixels() * s.channels), y(s.channels);
  const flowline_coupling& coupling = s.parameters.coupling;
  for (int64_t i = 0; i < s.pixels(); i++) {
    for (int64_t c = 0; c < s.channels; c++) {
      double value = static_cast<double>(s.x[i * s.channels + c]);
      const int64_t j = c - s.passed;
      if (j >= 0) {
        value = value * std::exp(clamped(coupling, subnet[i * 2 * s.half + j])) +
                static_cast<double>(coupling.subnet_scale) * subnet[i * 2 * s.half + s.half + j];
      }
      if (coupling.gain != nullptr) value *= static_cast<double>(coupling.gain[c]);
      y[c] = coupling.offset == nullptr ? value : value + static_cast<double>(coupling.offset[c]);
    }
    for (int64_t c = 0; c < s.channels; c++) {
      out[i * s.channels + c] = y[coupling.permutation == nullptr ? c : coupling.permutation[c]];
    }
  }
  return out;
}

double check(std::mt19937& random, int64_t height, int64_t width, int64_t channels, int64_t hidden,
             int64_t side, int32_t clamp, bool bare) {
  Step s(random, height, width, channels, hidden, side, clamp, bare);
  const std::vector<double> expected = plain(s);
  double largest = 0, error = 0;
  for (double value : expected) largest = std::max(largest, std::fabs(value));
  for (const Kernels* kernels : every_set()) {
    const std::vector<float> y = stepped(*kernels, s, 1);
    CHECK(y == in_parts(*kernels, s));
    CHECK(y == stepped(*kernels, s, 3));
    Step next(random, height, width, channels, hidden + 1, 1, clamp, bare);
    next.x = y;
    CHECK(stepped_twice(*kernels, s, next, 2) == stepped(*kernels, next, 1));
    for (size_t i = 0; i < y.size(); i++)
      error = std::max(error, std::fabs(static_cast<double>(y[i]) - expected[i]) / largest);
  }
  CHECK(error < 1e-5);
  return error;
}

}  // namespace

int main(int count, char** arguments) {
  std::mt19937 random = seeded(count, arguments);
  const int rounds = count > 2 ? std::atoi(arguments[2]) : 40;
  constexpr int32_t CLAMPS[] = {FLOWLINE_CLAMP_TANH, FLOWLINE_CLAMP_TANH_SCALED,
                                FLOWLINE_CLAMP_ATAN};
  double worst = 0;
  for (int64_t side : {1, 3}) {
    for (int32_t clamp : CLAMPS)
      worst = std::max(worst, check(random, 1, 1, 2, 1, side, clamp, false));
    worst = std::max(worst, check(random, 28, 28, 84, 42, side, FLOWLINE_CLAMP_TANH, false));
    worst = std::max(worst, check(random, 3, 130, 17, 5, side, FLOWLINE_CLAMP_TANH, true));
  }
  for (int round = 0; round < rounds; round++) {
    worst = std::max(
        worst, check(random, between(random, 1, 20), between(random, 1, 20),
                     between(random, 2, 130), between(random, 1, 70), 2 * between(random, 0, 1) + 1,
                     CLAMPS[between(random, 0, 2)], between(random, 0, 3) == 0));
  }
  std::printf("largest error %.3g of the largest output\n", worst);
  return 0;
}
