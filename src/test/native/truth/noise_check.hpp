#ifndef FLOWLINE_TEST_NOISE_CHECK_HPP
#define FLOWLINE_TEST_NOISE_CHECK_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include "../check.hpp"
#include "white_noise.hpp"

/// sqrt(n) times the largest distance between the samples' distribution and `upper_tail`'s. Above
/// 1.95 once in a thousand times, above 2.23 once in ten thousand.
template <class UpperTail>
double kolmogorov_smirnov(std::vector<float> samples, UpperTail&& upper_tail) {
  std::sort(samples.begin(), samples.end());
  const double n = static_cast<double>(samples.size());
  double largest = 0.0;
  for (size_t i = 0; i < samples.size(); i++) {
    const double below = 1.0 - upper_tail(samples[i]);
    largest = std::fmax(largest, std::fmax((i + 1) / n - below, below - i / n));
  }
  return std::sqrt(n) * largest;
}

/// White noise? Moments, correlation with the neighbours and between streams, distribution of the
/// samples, and that the energies of libflowline are chi-square.
inline void check_noise(uint64_t seed) {
  constexpr int64_t N = 1 << 20;
  std::vector<float> z(N), other(N);
  WhiteNoise(seed, 0).fill(z.data(), N);
  WhiteNoise(seed, 1).fill(other.data(), N);
  double moment[5] = {};
  for (float value : z) {
    for (int k = 1; k <= 4; k++) moment[k] += std::pow(value, k) / N;
  }
  const double standard_error = 1 / std::sqrt(static_cast<double>(N));
  CHECK(std::fabs(moment[1]) < 4 * standard_error);
  CHECK(std::fabs(moment[2] - 1) < 4 * std::sqrt(2.0) * standard_error);
  CHECK(std::fabs(moment[3]) < 4 * std::sqrt(15.0) * standard_error);
  CHECK(std::fabs(moment[4] - 3) < 4 * std::sqrt(96.0) * standard_error);
  for (int64_t lag : {1, 2, 16, 32, 784}) {
    double product = 0.0, of_squares = 0.0;
    for (int64_t i = lag; i < N; i++) {
      product += z[i] * z[i - lag];
      of_squares += (z[i] * z[i] - 1) * (z[i - lag] * z[i - lag] - 1);
    }
    CHECK(std::fabs(product / N) < 4.5 * standard_error);
    CHECK(std::fabs(of_squares / N) < 4.5 * 2 * standard_error);
  }
  double between = 0.0;
  for (int64_t i = 0; i < N; i++) between += z[i] * other[i];
  CHECK(std::fabs(between / N) < 4 * standard_error);
  CHECK(kolmogorov_smirnov(z, [](double x) { return std::erfc(x / std::sqrt(2.0)) / 2; }) < 1.95);

  flowline_context* context;
  CHECK(flowline_context_create(nullptr, &context) == FLOWLINE_OK);
  for (int64_t channels : {1, 8, 192, 816}) {
    const int64_t pixels = N / channels;
    flowline_tensor latent = {};
    latent.struct_size = sizeof latent;
    latent.data = z.data();
    latent.batch = latent.height = 1;
    latent.channels = channels;
    latent.width = pixels;
    std::vector<float> energy(pixels);
    CHECK(flowline_energy(context, &latent, energy.data()) == FLOWLINE_OK);
    const double distance = kolmogorov_smirnov(energy, [channels](double m) {
      double log10_tail;
      CHECK(flowline_log10_pfa(FLOWLINE_PFA_EXACT, channels, m, 1, &log10_tail) == FLOWLINE_OK);
      return std::pow(10.0, log10_tail);
    });
    CHECK(distance < 1.95);
  }
  flowline_context_destroy(context);
}

#endif
