// Convolutions of 3 x 3 by Winograd: every instruction set, at awkward sizes and channels, against
// the plain one in double, within the bound of its header; and typical errors are small. Sets with a
// fused multiply-add agree to the bit. Blocks write what is theirs and nothing else.
#include "convolution/winograd.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels_under_test.hpp"
#include "plain/plain_convolution.hpp"

namespace {

using namespace flowline;

constexpr float UNTOUCHED = -12345.0f;

struct Case {
  int64_t height, width, inputs, outputs;
  bool rectified, with_bias;
  int64_t input_padding, output_padding;  // elements between two pixels' channels
  int workers = 1;
};

float larger_by_magnitude(std::mt19937& random, bool wild) {
  std::normal_distribution<float> normal;
  const float value = normal(random);
  return wild ? std::ldexp(value, static_cast<int>(between(random, -30, 30))) : value;
}

std::vector<float> convolved(const Kernels& kernels, const Case& c, Unaligned<float>& image,
                             const std::vector<float>& weights, const float* bias) {
  WorkerPool pool(c.workers);
  const Winograd winograd(kernels, c.inputs, c.outputs, weights.data(), bias, pool);
  const int64_t in = c.inputs + c.input_padding, out = c.outputs + c.output_padding;
  std::vector<float> all(c.height * c.width * c.outputs, UNTOUCHED);
  Winograd::Workspace workspace;
  winograd.reserve(c.height, c.width, workspace);
  const Blocks blocks(c.height, c.width, c.workers);
  for (int64_t i = blocks.count(); i-- > 0;) {  // in any order
    const Block block = blocks[i];
    // Where it ends is where the memory ends.
    Unaligned<float> pixels((block.height * block.width - 1) * out + c.outputs);
    for (int64_t j = 0; j < pixels.size(); j++) pixels[j] = UNTOUCHED;
    winograd.run({image.data(), c.height, c.width, c.inputs, c.width * in, in}, block, c.rectified,
                 {pixels.data(), block.height, block.width, c.outputs, block.width * out, out},
                 workspace);
    for (int64_t j = 0; j < pixels.size(); j++) {
      if (j % out >= c.outputs) {
        CHECK(pixels[j] == UNTOUCHED);
        continue;
      }
      const int64_t y = block.y + j / out / block.width, x = block.x + j / out % block.width;
      float& to = all[(y * c.width + x) * c.outputs + j % out];
      CHECK(to == UNTOUCHED);  // no two blocks have it
      to = pixels[j];
    }
  }
  return all;
}

bool fuses(const Kernels& kernels) { return std::strcmp(kernels.name, "SSE2") != 0; }

/// Returns the largest error, as a part of the largest output.
double check(std::mt19937& random, const Case& c, bool wild) {
  const int64_t stride = c.inputs + c.input_padding;
  Unaligned<float> image((c.height * c.width - 1) * stride + c.inputs);
  for (int64_t i = 0; i < image.size(); i++) image[i] = larger_by_magnitude(random, wild);
  std::vector<float> weights(c.outputs * c.inputs * 9), bias(c.outputs);
  for (float& weight : weights) weight = 0.1f * larger_by_magnitude(random, wild);
  for (float& value : bias) value = larger_by_magnitude(random, false);
  const float* const biased = c.with_bias ? bias.data() : nullptr;

  const PlainConvolution plain = {c.inputs, c.outputs, weights.data(), biased};
  const std::vector<double> expected = plain.of(image.data(), c.height, c.width, stride);
  const std::vector<double> bound = plain.winograd_bound(image.data(), c.height, c.width, stride);
  double largest = 0, error = 0;
  for (double value : expected) largest = std::max(largest, std::fabs(value));
  std::vector<float> of_fused;
  for (const Kernels* kernels : every_set()) {
    const std::vector<float> all = convolved(*kernels, c, image, weights, biased);
    for (size_t i = 0; i < all.size(); i++) {
      const double exact = c.rectified ? std::max(0.0, expected[i]) : expected[i];
      const double off = std::fabs(static_cast<double>(all[i]) - exact);
      if (!(off <= bound[i])) {
        std::fprintf(stderr, "%s: %lld x %lld, %lld to %lld: %g instead of %g, bound %g\n",
                     kernels->name, static_cast<long long>(c.height),
                     static_cast<long long>(c.width), static_cast<long long>(c.inputs),
                     static_cast<long long>(c.outputs), static_cast<double>(all[i]), exact,
                     bound[i]);
      }
      CHECK(off <= bound[i]);
      error = std::max(error, off / largest);
    }
    if (!fuses(*kernels)) continue;
    if (!of_fused.empty()) CHECK(of_fused == all);
    of_fused = all;
  }
  return error;
}

// They cover the image once, of whole tiles, and divide evenly among the workers where they can.
void check_blocks(std::mt19937& random) {
  for (int round = 0; round < 2000; round++) {
    const int64_t height = between(random, 1, 300), width = between(random, 1, 300);
    const int workers = static_cast<int>(between(random, 1, 9));
    const Blocks blocks(height, width, workers);
    int64_t pixels = 0;
    for (int64_t i = 0; i < blocks.count(); i++) {
      const Block block = blocks[i];
      CHECK(block.y % TILE == 0 && block.x % TILE == 0 && block.height > 0 && block.width > 0);
      CHECK(block.y + block.height <= height && block.x + block.width <= width);
      CHECK(block.height % TILE == 0 || block.y + block.height == height);
      CHECK(block.width % TILE == 0 || block.x + block.width == width);
      const int64_t down = (block.height + TILE - 1) / TILE,
                    across = (block.width + TILE - 1) / TILE;
      CHECK(down * across <= Blocks::most_tiles(height, width));
      pixels += block.height * block.width;
    }
    CHECK(pixels == height * width);
    if (height >= TILE * workers) CHECK(blocks.count() >= workers);
  }
  CHECK(Blocks(16, 16, 2).count() == 2);  // and not one
  CHECK(Blocks(32, 32, 2).count() == 4);  // and not three
  CHECK(Blocks(16, 16, 1).count() == 1);
}

// What is not finite stays within its tile.
void check_not_finite() {
  constexpr int64_t SIDE = 12, CHANNELS = 20;
  for (const Kernels* kernels : every_set()) {
    Unaligned<float> image(SIDE * SIDE * CHANNELS);
    std::vector<float> weights(CHANNELS * CHANNELS * 9, 0.5f);
    for (int64_t i = 0; i < image.size(); i++) image[i] = 1.0f;
    image[(1 * SIDE + 1) * CHANNELS] = NAN;
    const Case c = {SIDE, SIDE, CHANNELS, CHANNELS, true, false, 0, 0};
    const std::vector<float> all = convolved(*kernels, c, image, weights, nullptr);
    for (int64_t i = 0; i < SIDE * SIDE; i++) {
      const bool near = i / SIDE < 3 && i % SIDE < 3, tile = i / SIDE < 4 && i % SIDE < 4;
      if (near) CHECK(std::isnan(all[i * CHANNELS]));
      if (!tile) CHECK(std::isfinite(all[i * CHANNELS]));
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::mt19937 random = seeded(count, arguments);
  const int rounds = count > 2 ? std::atoi(arguments[2]) : 60;
  double worst = 0;
  for (const Case& c :
       {Case{1, 1, 1, 1, false, true, 0, 0}, Case{3, 5, 2, 3, false, false, 0, 0},
        Case{5, 3, 17, 15, true, true, 1, 0}, Case{4, 4, 16, 16, false, true, 0, 0},
        Case{9, 133, 33, 31, true, true, 0, 2}, Case{300, 2, 3, 130, false, true, 0, 0},
        Case{28, 28, 42, 84, true, true, 42, 0}, Case{14, 13, 130, 65, false, true, 7, 1}}) {
    worst = std::max(worst, check(random, c, false));
    check(random, c, true);
  }
  for (int round = 0; round < rounds; round++) {
    const bool large = round % 4 == 0;
    const Case c = {between(random, 1, large ? 40 : 10),
                    between(random, 1, large ? 40 : 10),
                    between(random, 1, large ? 24 : 130),
                    between(random, 1, large ? 24 : 130),
                    between(random, 0, 1) == 1,
                    between(random, 0, 1) == 1,
                    between(random, 0, 1) * between(random, 0, 50),
                    between(random, 0, 3),
                    static_cast<int>(between(random, 1, 5))};
    worst = std::max(worst, check(random, c, false));
    if (round % 4 == 1) check(random, c, true);
  }
  check_not_finite();
  check_blocks(random);
  std::printf("largest error %.3g of the largest output\n", worst);
  CHECK(worst < 5e-6);
  return 0;
}
