// Interpolated minimum and anomaly map: every instruction set against the plain arithmetic, bit for
// bit, at sizes that grow, shrink and stay; and the anomaly map against doubles.
#include <algorithm>
#include <cmath>

#include "acontrario/anomaly_map.hpp"
#include "acontrario/upsample.hpp"
#include "kernels_under_test.hpp"
#include "math/exponential.hpp"

namespace {

using namespace flowline;

struct Map {
  int64_t height, width;
  std::vector<float> values;
  Map(int64_t height, int64_t width) : height(height), width(width), values(height * width) {}
  float at(int64_t y, int64_t x) const { return values[y * width + x]; }
};

// Where output pixel i lies between two source pixels, as PyTorch has it for float32.
struct Source {
  int64_t low, high;
  float weight;
  Source(int64_t i, int64_t size, int64_t out_size) {
    const volatile float scale = static_cast<float>(size) / static_cast<float>(out_size);
    const volatile float scaled = scale * (static_cast<float>(i) + 0.5f);
    const float source = std::max(scaled - 0.5f, 0.0f);
    low = std::min(static_cast<int64_t>(source), size - 1);
    high = std::min(low + 1, size - 1);
    weight = std::min(source - static_cast<float>(low), 1.0f);
  }
};

float blend(float low, float high, float weight) {
  const volatile float rest = 1.0f - weight;
  const volatile float of_low = rest * low;
  const volatile float of_high = weight * high;
  return of_low + of_high;
}

float interpolated(const Map& map, int64_t y, int64_t x, int64_t out_height, int64_t out_width) {
  const Source row(y, map.height, out_height), column(x, map.width, out_width);
  const float above =
      blend(map.at(row.low, column.low), map.at(row.low, column.high), column.weight);
  const float below =
      blend(map.at(row.high, column.low), map.at(row.high, column.high), column.weight);
  return blend(above, below, row.weight);
}

double interpolated_exactly(const std::vector<double>& map, int64_t height, int64_t width,
                            int64_t y, int64_t x, int64_t out_height, int64_t out_width) {
  const Source row(y, height, out_height), column(x, width, out_width);
  const auto along = [&](int64_t at) {
    return (1.0 - column.weight) * map[at * width + column.low] +
           column.weight * map[at * width + column.high];
  };
  return (1.0 - row.weight) * along(row.low) + row.weight * along(row.high);
}

// Maps as they are painted: a background, rows that repeat, a few other values.
Map painted(std::mt19937& random, int64_t height, int64_t width) {
  std::normal_distribution<float> normal;
  Map map(height, width);
  const float background = 400 + normal(random);
  std::fill(map.values.begin(), map.values.end(), background);
  const int64_t others = between(random, 0, 2) * between(random, 0, height * width);
  for (int64_t i = 0; i < others; i++) {
    map.values[between(random, 0, height * width - 1)] =
        background - 1000 * std::fabs(normal(random));
  }
  return map;
}

struct Scales {
  std::vector<Map> maps;
  std::vector<Upsampler> upsamplers;
  int64_t out_height, out_width;

  Scales(std::mt19937& random, int64_t out_height, int64_t out_width)
      : out_height(out_height), out_width(out_width) {
    const int64_t scales = between(random, 1, 5);
    upsamplers.resize(scales);
    for (int64_t s = 0; s < scales; s++) {
      const int64_t most = between(random, 0, 3) == 0 ? 90 : 30;
      maps.push_back(painted(random, between(random, 1, most), between(random, 1, most)));
      upsamplers[s].resize(maps[s].height, maps[s].width, out_height, out_width);
    }
  }
  int32_t count() const { return static_cast<int32_t>(maps.size()); }
};

void minimum(std::mt19937& random, int64_t out_height, int64_t out_width) {
  Scales scales(random, out_height, out_width);
  float lowest = INFINITY;
  for (const Map& map : scales.maps) {
    lowest = std::min(lowest, *std::min_element(map.values.begin(), map.values.end()));
  }
  std::vector<float> expected(out_height * out_width);
  for (int64_t i = 0; i < out_height * out_width; i++) {
    float smallest = INFINITY;
    for (const Map& map : scales.maps) {
      const float value = interpolated(map, i / out_width, i % out_width, out_height, out_width);
      smallest = std::min(smallest, value);
    }
    expected[i] = std::max(smallest, lowest);
  }
  for (const Kernels* kernels : every_set()) {
    for (int32_t s = 0; s < scales.count(); s++) {
      scales.upsamplers[s].widen(*kernels, scales.maps[s].values.data());
    }
    Unaligned<float> out(out_height * out_width);
    interpolated_minimum(*kernels, scales.upsamplers.data(), scales.count(), lowest, out.data());
    for (int64_t i = 0; i < out.size(); i++) CHECK(out[i] == expected[i]);
    const Map& map = scales.maps[0];
    CHECK(kernels->smallest(map.values.data(), static_cast<int64_t>(map.values.size())) ==
          *std::min_element(map.values.begin(), map.values.end()));
  }
}

void anomaly(std::mt19937& random, int64_t out_height, int64_t out_width) {
  Scales scales(random, out_height, out_width);
  std::vector<ScaleEnergy> energies;
  std::vector<Map> likelihoods = scales.maps;
  std::vector<std::vector<double>> exact_likelihoods;
  for (int32_t s = 0; s < scales.count(); s++) {
    const int64_t channels = between(random, 1, 900);
    const float size = static_cast<float>(channels);
    for (float& energy : scales.maps[s].values) {
      energy = size * std::exp(std::normal_distribution<float>()(random) * 2);
      if (between(random, 0, 9) == 0) energy = 0;
      if (between(random, 0, 99) == 0) energy = 1e38f;
    }
    energies.push_back({scales.maps[s].values.data(), channels});
    std::vector<double> exact;
    for (size_t i = 0; i < scales.maps[s].values.size(); i++) {
      const float energy = scales.maps[s].values[i];
      likelihoods[s].values[i] = exponential(-0.5f * energy / size);
      exact.push_back(std::exp(-0.5 * static_cast<double>(energy) / static_cast<double>(channels)));
    }
    exact_likelihoods.push_back(exact);
  }
  const volatile float share = 1.0f / static_cast<float>(scales.count());
  std::vector<float> expected(out_height * out_width);
  for (int64_t i = 0; i < out_height * out_width; i++) {
    const int64_t y = i / out_width, x = i % out_width;
    volatile float sum = 0;
    double exact = 0;
    for (int32_t s = 0; s < scales.count(); s++) {
      sum = sum + interpolated(likelihoods[s], y, x, out_height, out_width);
      exact += interpolated_exactly(exact_likelihoods[s], scales.maps[s].height,
                                    scales.maps[s].width, y, x, out_height, out_width);
    }
    const volatile float mean = sum * share;
    expected[i] = std::max(1.0f - mean, 0.0f);
    CHECK(std::fabs(expected[i] - (1.0 - exact / scales.count())) <= 1e-6);
    CHECK(expected[i] <= 1.0f);
  }
  for (const Kernels* kernels : every_set()) {
    AnomalyMap anomaly_map;
    Unaligned<float> out(out_height * out_width);
    const float score = anomaly_map.compute(*kernels, scales.upsamplers.data(), energies.data(),
                                            scales.count(), out.data());
    for (int64_t i = 0; i < out.size(); i++) CHECK(out[i] == expected[i]);
    CHECK(score == *std::max_element(expected.begin(), expected.end()));
    CHECK(score == anomaly_map.compute(*kernels, scales.upsamplers.data(), energies.data(),
                                       scales.count(), nullptr));
  }
}

// A latent that is zero is nothing strange, to the bit; one that is huge is wholly strange.
void extremes() {
  for (const Kernels* kernels : every_set()) {
    Upsampler upsamplers[2];
    upsamplers[0].resize(7, 5, 33, 41);
    upsamplers[1].resize(3, 4, 33, 41);
    std::vector<float> zero(35), out(33 * 41);
    const ScaleEnergy quiet[] = {{zero.data(), 3}, {zero.data(), 8}};
    AnomalyMap map;
    CHECK(map.compute(*kernels, upsamplers, quiet, 2, out.data()) == 0.0f);
    for (float value : out) CHECK(value == 0.0f);
    const std::vector<float> huge(35, 3e38f);
    const ScaleEnergy loud[] = {{huge.data(), 3}, {huge.data(), 8}};
    CHECK(map.compute(*kernels, upsamplers, loud, 2, out.data()) == 1.0f);
    for (float value : out) CHECK(value == 1.0f);
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::mt19937 random = seeded(count, arguments);
  for (int round = 0; round < 300; round++) {
    minimum(random, between(random, 1, 70), between(random, 1, 90));
    anomaly(random, between(random, 1, 40), between(random, 1, 60));
  }
  for (int64_t width : {1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 256, 1023}) {
    minimum(random, 5, width);
    anomaly(random, 5, width);
  }
  extremes();
}
