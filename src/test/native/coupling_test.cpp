// The couplings' elementwise half: every instruction set, clamp, layout and awkward size against
// the plain arithmetic, bit for bit; the inverse undoes it; log-det against a sum in another order.
#include "coupling/coupling.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels_under_test.hpp"
#include "math/soft_clamps.hpp"

namespace {

using namespace flowline;

constexpr int32_t EVERY_CLAMP[] = {FLOWLINE_CLAMP_TANH, FLOWLINE_CLAMP_TANH_SCALED,
                                   FLOWLINE_CLAMP_ATAN};

struct Parameters {
  std::vector<float> gain, offset;
  std::vector<int32_t> permutation;
  flowline_coupling coupling;

  Parameters(std::mt19937& random, int32_t clamp, int64_t channels, bool plain)
      : gain(channels, 1.0f), offset(channels), permutation(channels) {
    std::iota(permutation.begin(), permutation.end(), 0);
    coupling = {sizeof coupling, clamp, 2.0f, 0.1f, nullptr, nullptr, nullptr};
    if (plain) return;
    std::normal_distribution<float> normal;
    for (float& value : gain) value = std::exp(0.3f * normal(random));
    for (float& value : offset) value = normal(random);
    std::shuffle(permutation.begin(), permutation.end(), random);
    coupling.alpha = 1.9f;
    coupling.subnet_scale = 0.7f;
    coupling.gain = gain.data();
    coupling.offset = offset.data();
    coupling.permutation = permutation.data();
  }
};

// Elements of an image by channel, row and column.
class Values {
 public:
  Values(std::mt19937& random, const Image& image) : image_(image), elements_(extent(image)) {
    std::normal_distribution<float> normal(0, 2);
    for (int64_t i = 0; i < elements_.size(); i++) elements_[i] = normal(random);
  }
  // Of so many sizes that a sum of them in double depends on its order.
  static Values of_a_subnet(std::mt19937& random, const Image& image) {
    Values values(random, image);
    for (int64_t i = 0; i < values.elements_.size(); i++) {
      values.elements_[i] =
          std::ldexp(values.elements_[i], static_cast<int>(between(random, -45, 1)));
    }
    return values;
  }
  explicit Values(const Image& image) : image_(image), elements_(extent(image)) {}
  Image image() const {
    Image image = image_;
    image.data = elements_.data();
    return image;
  }
  float* data() { return elements_.data(); }
  float& at(int64_t c, int64_t i) {
    return elements_[place(image_, c, i / image_.width, i % image_.width)];
  }
  bool operator==(const Values& other) const { return elements_ == other.elements_; }

 private:
  Image image_;
  Unaligned<float> elements_;
};

float clamped(const flowline_coupling& coupling, float raw) {
  const volatile float a = coupling.subnet_scale * raw;
  const volatile float scaled = a / coupling.alpha;
  const volatile float atan_factor = coupling.alpha * 0.636f;
  if (coupling.clamp == FLOWLINE_CLAMP_TANH) return coupling.alpha * hyperbolic_tangent(a);
  if (coupling.clamp == FLOWLINE_CLAMP_TANH_SCALED) {
    return coupling.alpha * hyperbolic_tangent(scaled);
  }
  return atan_factor * arctangent(scaled);
}

// The law of the clamp in doubles, by the C library.
double clamped_exactly(const flowline_coupling& coupling, double raw) {
  const double a = coupling.subnet_scale * raw, alpha = coupling.alpha;
  if (coupling.clamp == FLOWLINE_CLAMP_TANH) return alpha * std::tanh(a);
  if (coupling.clamp == FLOWLINE_CLAMP_TANH_SCALED) return alpha * std::tanh(a / alpha);
  return alpha * 0.636 * std::atan(a / alpha);
}

struct Expected {
  Values output;
  double sum = 0, sum_in_another_order = 0;

  Expected(const Parameters& p, Values& x, Values& subnet, const Image& image) : output(image) {
    const int64_t half = image.channels / 2, passed = image.channels - half;
    const int64_t pixels = image.height * image.width;
    std::vector<int64_t> channel_of(image.channels);
    for (int64_t c = 0; c < image.channels; c++) channel_of[p.permutation[c]] = c;
    for (int64_t from = 0; from < image.channels; from++) {
      double sums[8] = {};
      for (int64_t i = 0; i < pixels; i++) {
        volatile float y = x.at(from, i);
        if (from >= passed) {
          const float s = clamped(p.coupling, subnet.at(from - passed, i));
          const volatile float t = p.coupling.subnet_scale * subnet.at(from - passed + half, i);
          y = y * exponential(s);
          y = y + t;
          sums[i % 8] += s;
          sum_in_another_order += clamped_exactly(p.coupling, subnet.at(from - passed, i));
        }
        const volatile float gained = p.gain[from] * y;
        output.at(channel_of[from], i) = gained + p.offset[from];
      }
      if (from >= passed) {
        sum += ((sums[0] + sums[1]) + (sums[2] + sums[3])) +
               ((sums[4] + sums[5]) + (sums[6] + sums[7]));
      }
    }
  }
};

void check(std::mt19937& random, const Parameters& p, const Image& shape,
           const Image& subnet_shape) {
  Values x(random, shape), subnet = Values::of_a_subnet(random, subnet_shape);
  const int64_t pixels = shape.height * shape.width;
  const int64_t half = shape.channels / 2, passed = shape.channels - half;
  Expected expected(p, x, subnet, shape);
  const double gains = [&] {
    double sum = 0;
    for (float gain : p.gain) sum += std::log(static_cast<double>(gain));
    return sum * static_cast<double>(pixels);
  }();
  Coupling coupling;
  coupling.prepare(p.coupling, shape.channels);
  double first_log_det = NAN;
  for (const Kernels* kernels : every_set()) {
    // Memory between the elements is nobody's to write to.
    Values output(shape), y(shape), back(shape);
    const double forward = coupling.forward(*kernels, x.image(), subnet.image(), output.data());
    CHECK(output == expected.output);
    const double tolerance = 1e-6 * static_cast<double>(half * pixels) + 1e-9;
    CHECK(std::fabs(forward - gains - expected.sum_in_another_order) <= tolerance);
    CHECK(std::fabs(forward - gains - expected.sum) <=
          1e-13 * (std::fabs(forward) + std::fabs(gains) + 1));
    if (std::isnan(first_log_det)) first_log_det = forward;
    CHECK(forward == first_log_det);

    const double affine = coupling.undo_affine(*kernels, output.image(), y.data());
    CHECK(std::fabs(affine - gains) <= 1e-12 * (std::fabs(gains) + 1));
    for (int64_t c = 0; c < shape.channels; c++) {
      for (int64_t i = 0; i < pixels; i++) {
        const int64_t from = p.permutation[c];
        const volatile float moved = output.at(c, i) - p.offset[from];
        CHECK(y.at(from, i) == moved / p.gain[from]);
      }
    }
    Values restored = y;
    const double inverse = coupling.inverse(*kernels, restored.image(), subnet.image());
    CHECK(inverse == expected.sum);
    for (int64_t c = 0; c < shape.channels; c++) {
      for (int64_t i = 0; i < pixels; i++) {
        if (c < passed) {
          CHECK(restored.at(c, i) == y.at(c, i));
        } else {
          const float s = clamped(p.coupling, subnet.at(c - passed, i));
          const volatile float t = p.coupling.subnet_scale * subnet.at(c - passed + half, i);
          const volatile float moved = y.at(c, i) - t;
          CHECK(restored.at(c, i) == moved * exponential(-s));
        }
        // Back where it came from, up to what rounding at the size of t and of the offset costs.
        CHECK(std::fabs(restored.at(c, i) - x.at(c, i)) <= 1e-4f);
      }
    }
  }
}

void every_case(std::mt19937& random) {
  const int64_t awkward[] = {2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 34, 65};
  for (int round = 0; round < 60; round++) {
    const int64_t channels = awkward[between(random, 0, 11)];
    const int64_t height = between(random, 1, 12), width = between(random, 1, 23);
    for (Layout layout : EVERY_LAYOUT) {
      const Parameters p(random, EVERY_CLAMP[round % 3], channels, round % 5 == 0);
      const Layout other = EVERY_LAYOUT[between(random, 0, 5)];
      const Image shape = image_with(layout, channels, height, width);
      check(random, p, shape, image_with(layout, 2 * (channels / 2), height, width));
      check(random, p, shape, image_with(other, 2 * (channels / 2), height, width));
    }
  }
  // Longer than the pieces that are worked on.
  for (Layout layout : EVERY_LAYOUT) {
    const Parameters wide(random, FLOWLINE_CLAMP_ATAN, 1031, false);
    check(random, wide, image_with(layout, 1031, 3, 5), image_with(layout, 1030, 3, 5));
    const Parameters large(random, FLOWLINE_CLAMP_TANH, 3, false);
    check(random, large, image_with(layout, 3, 31, 33), image_with(layout, 2, 31, 33));
  }
}

// The same numbers in another layout, the same log-det.
void layouts_agree(std::mt19937& random) {
  const int64_t channels = 37, height = 9, width = 13;
  const Parameters p(random, FLOWLINE_CLAMP_TANH, channels, false);
  Coupling coupling;
  coupling.prepare(p.coupling, channels);
  Values x(random, image_with(Layout::DENSE, channels, height, width));
  Values subnet = Values::of_a_subnet(random, image_with(Layout::DENSE, 36, height, width));
  std::vector<double> log_dets;
  for (Layout layout : EVERY_LAYOUT) {
    Values same_x(image_with(layout, channels, height, width));
    Values same_subnet(image_with(layout, 36, height, width));
    for (int64_t i = 0; i < height * width; i++) {
      for (int64_t c = 0; c < channels; c++) same_x.at(c, i) = x.at(c, i);
      for (int64_t c = 0; c < 36; c++) same_subnet.at(c, i) = subnet.at(c, i);
    }
    for (const Kernels* kernels : every_set()) {
      Values output(same_x.image());
      log_dets.push_back(
          coupling.forward(*kernels, same_x.image(), same_subnet.image(), output.data()));
      CHECK(log_dets.back() == log_dets.front());
    }
  }
  CHECK(log_dets.front() != 0);
}

// What a subnet may say that has gone astray.
void wild_subnets() {
  const float wild[] = {1e30f, -1e30f, INFINITY, -INFINITY, 0.0f, -0.0f, 1e-40f, NAN};
  for (int32_t clamp : EVERY_CLAMP) {
    const flowline_coupling law = {sizeof law, clamp, 2.0f, 0.1f, nullptr, nullptr, nullptr};
    Coupling coupling;
    coupling.prepare(law, 2);
    for (const Kernels* kernels : every_set()) {
      float input[16], subnet[16] = {}, output[16];
      std::fill(input, input + 16, 1.0f);
      std::copy(wild, wild + 8, subnet);
      const Image x = {FLOWLINE_FLOAT32, input, 2, 1, 8, 8, 8, 1};
      const Image a = {FLOWLINE_FLOAT32, subnet, 2, 1, 8, 8, 8, 1};
      coupling.forward(*kernels, x, a, output);
      const double most = clamp == FLOWLINE_CLAMP_ATAN ? 2 * 0.636 * std::acos(0.0) : 2.0;
      for (int i = 0; i < 4; i++) {
        const double expected = std::exp(i % 2 == 0 ? most : -most);
        CHECK(std::fabs(output[8 + i] - expected) <= 1e-6 * expected);
      }
      for (int i = 4; i < 7; i++) CHECK(output[8 + i] == 1.0f);
      CHECK(std::isnan(output[15]));
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::mt19937 random = seeded(count, arguments);
  every_case(random);
  layouts_agree(random);
  wild_subnets();
}
