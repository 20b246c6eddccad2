#include "plain/plain_stage.hpp"

#include <algorithm>
#include <cmath>

namespace {

using Values = std::vector<double>;

Values copied(const float* from, int64_t count, double otherwise) {
  Values values(static_cast<size_t>(count), otherwise);
  if (from != nullptr) std::copy_n(from, count, values.begin());
  return values;
}

/// body(output, input) for the pixels that a tap of a convolution joins.
template <class Body>
void each_pair(int64_t height, int64_t width, int64_t dy, int64_t dx, const Body& body) {
  for (int64_t y = 0; y < height; y++) {
    for (int64_t x = 0; x < width; x++) {
      const int64_t from_y = y + dy, from_x = x + dx;
      if (from_y < 0 || from_x < 0 || from_y >= height || from_x >= width) continue;
      body(static_cast<size_t>(y * width + x), static_cast<size_t>(from_y * width + from_x));
    }
  }
}

/// body(weight, output's element, input's element) for all products of a convolution.
template <class Body>
void each_product(int64_t height, int64_t width, int64_t side, int64_t inputs, int64_t stride,
                  int64_t outputs, const Body& body) {
  for (int64_t o = 0; o < outputs; o++) {
    for (int64_t i = 0; i < inputs; i++) {
      for (int64_t tap = 0; tap < side * side; tap++) {
        const size_t weight = static_cast<size_t>((o * inputs + i) * side * side + tap);
        each_pair(height, width, tap / side - side / 2, tap % side - side / 2,
                  [&](size_t to, size_t from) {
                    body(weight, to * static_cast<size_t>(outputs) + static_cast<size_t>(o),
                         from * static_cast<size_t>(stride) + static_cast<size_t>(i));
                  });
      }
    }
  }
}

struct Clamped {
  double value, slope;  // with respect to the subnet's output
};

Clamped clamped(const PlainStep& step, double raw) {
  const double a = step.scale * raw;
  if (step.clamp == FLOWLINE_CLAMP_TANH) {
    const double t = std::tanh(a);
    return {step.alpha * t, step.scale * step.alpha * (1 - t * t)};
  }
  const double q = a / step.alpha;
  if (step.clamp == FLOWLINE_CLAMP_TANH_SCALED) {
    const double t = std::tanh(q);
    return {step.alpha * t, step.scale * (1 - t * t)};
  }
  return {step.alpha * 0.636 * std::atan(q), step.scale * 0.636 / (1 + q * q)};
}

/// What a step makes of an image.
struct Trace {
  Values hidden, subnet, y, output;  // y: before the affine
  double log_det = 0, kink = HUGE_VAL;
};

Trace run(const PlainStep& s, int64_t height, int64_t width, const Values& x) {
  const int64_t half = s.channels / 2, passed = s.channels - half, pixels = height * width;
  Trace t;
  for (int64_t i = 0; i < pixels; i++) {
    t.hidden.insert(t.hidden.end(), s.first_bias.begin(), s.first_bias.end());
    t.subnet.insert(t.subnet.end(), s.second_bias.begin(), s.second_bias.end());
  }
  each_product(height, width, s.side, passed, s.channels, s.hidden,
               [&](size_t w, size_t to, size_t from) { t.hidden[to] += s.first[w] * x[from]; });
  for (double& value : t.hidden) {
    t.kink = std::min(t.kink, std::fabs(value));
    value = std::max(0.0, value);
  }
  each_product(
      height, width, s.side, s.hidden, s.hidden, 2 * half,
      [&](size_t w, size_t to, size_t from) { t.subnet[to] += s.second[w] * t.hidden[from]; });
  t.y = x;
  t.output.resize(x.size());
  for (int64_t i = 0; i < pixels; i++) {
    for (int64_t j = 0; j < half; j++) {
      const double log_scale = clamped(s, t.subnet[static_cast<size_t>(i * 2 * half + j)]).value;
      double& value = t.y[static_cast<size_t>(i * s.channels + passed + j)];
      value = value * std::exp(log_scale) +
              s.scale * t.subnet[static_cast<size_t>(i * 2 * half + half + j)];
      t.log_det += log_scale;
    }
    for (int64_t c = 0; c < s.channels; c++) {
      const size_t from = static_cast<size_t>(s.permutation[static_cast<size_t>(c)]);
      t.output[static_cast<size_t>(i * s.channels + c)] =
          s.gain[from] * t.y[static_cast<size_t>(i * s.channels) + from] + s.offset[from];
    }
  }
  for (double gain : s.gain) t.log_det += static_cast<double>(pixels) * std::log(gain);
  return t;
}

Values back(const PlainStep& s, int64_t height, int64_t width, const Values& x, const Trace& t,
            const Values& of_output, double of_log_det, PlainStep* sums) {
  const int64_t half = s.channels / 2, passed = s.channels - half, pixels = height * width;
  Values of_x(x.size()), of_subnet(t.subnet.size()), of_hidden(t.hidden.size());
  for (int64_t i = 0; i < pixels; i++) {
    for (int64_t c = 0; c < s.channels; c++) {
      const int64_t p = s.permutation[static_cast<size_t>(c)];
      const double of_affine = of_output[static_cast<size_t>(i * s.channels + c)];
      const size_t at = static_cast<size_t>(i * s.channels + p), of = static_cast<size_t>(p);
      sums->gain[of] += of_affine * t.y[at] + of_log_det / s.gain[of];
      sums->offset[of] += of_affine;
      const double of_y = of_affine * s.gain[of];
      const int64_t j = p - passed;
      if (j < 0) {
        of_x[at] += of_y;
        continue;
      }
      const size_t raw = static_cast<size_t>(i * 2 * half + j);
      const Clamped log_scale = clamped(s, t.subnet[raw]);
      const double factor = std::exp(log_scale.value);
      of_x[at] += of_y * factor;
      of_subnet[raw] = (of_y * x[at] * factor + of_log_det) * log_scale.slope;
      of_subnet[raw + static_cast<size_t>(half)] = of_y * s.scale;
    }
  }
  for (size_t i = 0; i < of_subnet.size(); i++) {
    sums->second_bias[i % static_cast<size_t>(2 * half)] += of_subnet[i];
  }
  each_product(height, width, s.side, s.hidden, s.hidden, 2 * half,
               [&](size_t w, size_t to, size_t from) {
                 sums->second[w] += of_subnet[to] * t.hidden[from];
                 of_hidden[from] += of_subnet[to] * s.second[w];
               });
  for (size_t i = 0; i < of_hidden.size(); i++) {
    if (!(t.hidden[i] > 0)) of_hidden[i] = 0;
    sums->first_bias[i % static_cast<size_t>(s.hidden)] += of_hidden[i];
  }
  each_product(height, width, s.side, passed, s.channels, s.hidden,
               [&](size_t w, size_t to, size_t from) {
                 sums->first[w] += of_hidden[to] * x[from];
                 of_x[from] += of_hidden[to] * s.first[w];
               });
  return of_x;
}

}  // namespace

PlainStep::PlainStep(const flowline_flow_step& step, int64_t of_channels)
    : channels(of_channels),
      hidden(step.hidden),
      side(step.kernel),
      clamp(step.coupling->clamp),
      alpha(static_cast<double>(step.coupling->alpha)),
      scale(static_cast<double>(step.coupling->subnet_scale)) {
  const int64_t half = channels / 2, taps = side * side;
  first = copied(step.first_weights, hidden * (channels - half) * taps, 0);
  first_bias = copied(step.first_bias, hidden, 0);
  second = copied(step.second_weights, 2 * half * hidden * taps, 0);
  second_bias = copied(step.second_bias, 2 * half, 0);
  gain = copied(step.coupling->gain, channels, 1);
  offset = copied(step.coupling->offset, channels, 0);
  for (int64_t c = 0; c < channels; c++) {
    const int32_t* const order = step.coupling->permutation;
    permutation.push_back(order == nullptr ? static_cast<int32_t>(c) : order[c]);
  }
}

PlainStep PlainStep::zeros() const {
  PlainStep zero = *this;
  for (Values* values :
       {&zero.first, &zero.first_bias, &zero.second, &zero.second_bias, &zero.gain, &zero.offset}) {
    std::fill(values->begin(), values->end(), 0.0);
  }
  return zero;
}

PlainStage::Result PlainStage::forward(const std::vector<double>& x) const {
  Result result = {x, 0, HUGE_VAL};
  for (const PlainStep& step : steps) {
    const Trace trace = run(step, height, width, result.output);
    result.output = trace.output;
    result.log_det += trace.log_det;
    result.kink = std::min(result.kink, trace.kink);
  }
  return result;
}

std::vector<double> PlainStage::backward(const std::vector<double>& x,
                                         const std::vector<double>& of_output, double of_log_det,
                                         std::vector<PlainStep>* sums) const {
  std::vector<Values> inputs = {x};
  std::vector<Trace> traces;
  for (const PlainStep& step : steps) {
    traces.push_back(run(step, height, width, inputs.back()));
    inputs.push_back(traces.back().output);
  }
  Values gradient = of_output;
  for (size_t i = steps.size(); i-- > 0;) {
    gradient =
        back(steps[i], height, width, inputs[i], traces[i], gradient, of_log_det, &(*sums)[i]);
  }
  return gradient;
}
