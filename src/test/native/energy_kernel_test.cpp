// Energy and channel means: every instruction set, type, layout and awkward size, bit for bit the
// sums that the header promises, and the first position that is not finite.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels_under_test.hpp"
#include "math/short_floats.hpp"

namespace {

using namespace flowline;

float value_of(const Image& image, int64_t at) {
  if (image.type == FLOWLINE_FLOAT32) return static_cast<const float*>(image.data)[at];
  const uint16_t bits = static_cast<const uint16_t*>(image.data)[at];
  return image.type == FLOWLINE_FLOAT16 ? float_of_half(bits) : float_of_bfloat(bits);
}

float energy_at(const Image& image, int64_t y, int64_t x) {
  volatile float sum = 0;
  for (int64_t first = 0; first < image.channels; first += 64) {
    volatile float run = 0;
    for (int64_t c = first; c < std::min(first + 64, image.channels); c++) {
      const float value = value_of(image, place(image, c, y, x));
      const volatile float square = value * value;
      run = run + square;
    }
    sum = sum + run;
  }
  return sum;
}

// Pixel i in sum i mod 8, and the eight added pairwise.
double sum_of(const std::vector<float>& values) {
  double sum[8] = {};
  for (size_t i = 0; i < values.size(); i++) sum[i % 8] += static_cast<double>(values[i]);
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

bool same(double a, double b) { return std::isnan(a) ? std::isnan(b) : a == b; }

void check_means(const Image& image) {
  const int64_t pixels = image.height * image.width;
  std::vector<double> expected;
  std::vector<float> values(pixels);
  for (int64_t c = 0; c < image.channels; c++) {
    for (int64_t i = 0; i < pixels; i++) {
      values[i] = value_of(image, place(image, c, i / image.width, i % image.width));
    }
    expected.push_back(sum_of(values) / static_cast<double>(pixels));
  }
  for (const Kernels* kernels : every_set()) {
    Unaligned<double> mean(image.channels);
    kernels->channel_means(image, mean.data());
    for (int64_t c = 0; c < image.channels; c++) CHECK(same(mean[c], expected[c]));
    CHECK(same(kernels->sum(values.data(), pixels), sum_of(values)));
  }
}

void check(const Image& image) {
  check_means(image);
  const int64_t pixels = image.height * image.width;
  std::vector<float> expected(pixels);
  int64_t first = -1;
  for (int64_t i = pixels; i-- > 0;) {
    expected[i] = energy_at(image, i / image.width, i % image.width);
    if (!std::isfinite(expected[i])) first = i;
  }
  for (const Kernels* kernels : every_set()) {
    Unaligned<float> energy(pixels);
    CHECK(kernels->energy(image, energy.data()) == first);
    for (int64_t i = 0; i < pixels; i++) {
      CHECK(std::isnan(expected[i]) ? std::isnan(energy[i]) : energy[i] == expected[i]);
    }
  }
}

// Elements of every size that the type has, and some that are not finite if `wild`.
void check_type(std::mt19937& random, Image image, int32_t type, bool wild) {
  image.type = type;
  if (type == FLOWLINE_FLOAT32) {
    std::normal_distribution<float> normal;
    Unaligned<float> z(extent(image));
    for (int64_t i = 0; i < z.size(); i++) {
      z[i] = normal(random) * std::ldexp(1.0f, static_cast<int>(between(random, -80, 30)));
    }
    if (wild) z[between(random, 0, z.size() - 1)] = between(random, 0, 1) == 0 ? NAN : 3e30f;
    image.data = z.data();
    check(image);
    return;
  }
  // Any bits but those of infinity, of NaN and, of bfloat16, those whose square overflows.
  const uint16_t limit = type == FLOWLINE_FLOAT16 ? 0x7c00 : 0x5c00;
  Unaligned<uint16_t> z(extent(image));
  for (int64_t i = 0; i < z.size(); i++) {
    z[i] = static_cast<uint16_t>(between(random, 0, limit - 1) | between(random, 0, 1) << 15);
  }
  if (wild) z[between(random, 0, z.size() - 1)] = between(random, 0, 1) == 0 ? 0x7fc1 : 0xff80;
  image.data = z.data();
  check(image);
}

void every_layout(std::mt19937& random) {
  const int64_t awkward[] = {1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 127, 128, 131, 200};
  for (int round = 0; round < 60; round++) {
    const int64_t channels = awkward[between(random, 0, 14)];
    const int64_t height = between(random, 1, 20), width = between(random, 1, 40);
    for (Layout layout : EVERY_LAYOUT) {
      for (int32_t type = FLOWLINE_FLOAT32; type <= FLOWLINE_BFLOAT16; type++) {
        check_type(random, image_with(layout, channels, height, width), type, round % 3 == 0);
      }
    }
  }
  // More pixels than a block has, by every remainder.
  for (int64_t pixels : {1007, 1023, 1024, 1025, 1031, 1039, 2047, 2500}) {
    check_type(random, image_with(Layout::DENSE, 66, 1, pixels), FLOWLINE_FLOAT32, false);
    check_type(random, image_with(Layout::DENSE, 9, pixels, 1), FLOWLINE_FLOAT16, false);
    check_type(random, image_with(Layout::CHANNELS_LAST, 7, 1, pixels), FLOWLINE_BFLOAT16, false);
  }
}

// One plane, row, column or element read again and again.
void broadcast(std::mt19937& random) {
  for (int which = 0; which < 8; which++) {
    Image image = image_with(Layout::DENSE, 70, 9, 21);
    if ((which & 1) != 0) image.channel_stride = 0;
    if ((which & 2) != 0) image.row_stride = 0;
    if ((which & 4) != 0) image.column_stride = 0;
    for (int32_t type = FLOWLINE_FLOAT32; type <= FLOWLINE_BFLOAT16; type++) {
      check_type(random, image, type, false);
    }
  }
}

// Each bit pattern of the short types in a place of its own.
void every_short_float() {
  Unaligned<uint16_t> z(65536);
  for (int64_t i = 0; i < z.size(); i++) z[i] = static_cast<uint16_t>(i);
  for (int32_t type : {FLOWLINE_FLOAT16, FLOWLINE_BFLOAT16}) {
    Image dense = {type, z.data(), 1, 256, 256, 65536, 256, 1};
    check(dense);
    Image last = {type, z.data(), 4, 128, 128, 1, 512, 4};
    check(last);
  }
}

void first_not_finite() {
  for (const Kernels* kernels : every_set()) {
    for (int64_t count : {1, 7, 16, 33, 1023}) {
      Unaligned<float> values(count);
      for (int64_t i = 0; i < count; i++) values[i] = i % 2 == 0 ? 3.4e38f : -1e-40f;
      CHECK(kernels->first_not_finite(values.data(), count) == -1);
      for (int64_t at : {count - 1, count / 2, int64_t{0}}) {
        values[at] = at % 2 == 0 ? NAN : -INFINITY;
        CHECK(kernels->first_not_finite(values.data(), count) == at);
      }
    }
  }
}

// What is asked for or nothing; the best is one of those that can be asked for by name.
void dispatch() {
  const std::vector<const Kernels*> sets = every_set();
  const Kernels* best = kernels_of(FLOWLINE_INSTRUCTION_SET_BEST);
  CHECK(std::find(sets.begin(), sets.end(), best) != sets.end());
  CHECK(kernels_of(FLOWLINE_INSTRUCTION_SET_BASELINE) != nullptr);
  CHECK(kernels_of(-1) == nullptr && kernels_of(FLOWLINE_INSTRUCTION_SET_NEON + 1) == nullptr);
#ifdef __x86_64__
  CHECK(best == sets.back() && kernels_of(FLOWLINE_INSTRUCTION_SET_NEON) == nullptr);
#endif
}

}  // namespace

int main(int count, char** arguments) {
  std::mt19937 random = seeded(count, arguments);
  dispatch();
  every_layout(random);
  broadcast(random);
  every_short_float();
  first_not_finite();
}
