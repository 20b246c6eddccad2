#include "white_noise.hpp"

#include <algorithm>
#include <cmath>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FOR_EVERY_PROCESSOR __attribute__((target_clones("arch=skylake-avx512", "avx2", "default")))
#else
#define FOR_EVERY_PROCESSOR
#endif

namespace {

constexpr double LN_2 = 0.69314718055994530942;
constexpr double HALF_PI = 1.57079632679489661923;

}  // namespace

FOR_EVERY_PROCESSOR
void WhiteNoise::fill(float* out, int64_t count) {
  float block[2 * LANES];
  Words words[2];
  for (int64_t done = 0; done < count; done += 2 * LANES) {
    for (Words& word : words) {
      for (int i = 0; i < LANES; i++) {
        word[i] = rotated(state_[0][i] + state_[3][i], 23) + state_[0][i];
        const uint64_t shifted = state_[1][i] << 17;
        state_[2][i] ^= state_[0][i];
        state_[3][i] ^= state_[1][i];
        state_[1][i] ^= state_[2][i];
        state_[0][i] ^= state_[3][i];
        state_[2][i] ^= shifted;
        state_[3][i] = rotated(state_[3][i], 45);
      }
    }
    for (int i = 0; i < LANES; i++) {
      // -2 ln u, u in (0, 1) and uniform: u = 2^exponent m, m in (3/4, 3/2], ln m by its series in
      // s = (m - 1) / (m + 1).
      const double u = as_double(words[0][i] >> 12 | 0x3ff0000000000000u) - (1.0 - 0x1p-53);
      const uint64_t bits = as_bits(u) + 0x0008000000000000u;
      const double m = as_double((as_bits(u) - (bits & 0x7ff0000000000000u)) + 0x3ff0000000000000u);
      const double exponent =
          as_double(bits >> 52 | 0x4330000000000000u) - (0x1p52 + 1023.0);  // 0x433 is of 2^52
      const double s = (m - 1.0) / (m + 1.0);
      const double t = s * s;
      double series = 1.0 / 21;
      for (int k = 19; k >= 1; k -= 2) series = series * t + 1.0 / k;
      const double radius = std::sqrt(-2.0 * (exponent * LN_2 + 2.0 * s * series));

      // The angle is a quarter of the circle and an angle of at most an eighth to either side.
      const uint64_t quarter = words[1][i] >> 62;
      const double angle =
          (as_double((words[1][i] << 2) >> 12 | 0x3ff0000000000000u) - 1.5) * HALF_PI;
      const double a = angle * angle;
      double sine = 1.0 / 355687428096000;
      sine = sine * a - 1.0 / 1307674368000;
      sine = sine * a + 1.0 / 6227020800;
      sine = sine * a - 1.0 / 39916800;
      sine = sine * a + 1.0 / 362880;
      sine = sine * a - 1.0 / 5040;
      sine = sine * a + 1.0 / 120;
      sine = sine * a - 1.0 / 6;
      sine = (sine * a + 1.0) * angle;
      double cosine = -1.0 / 6402373705728000;
      cosine = cosine * a + 1.0 / 20922789888000;
      cosine = cosine * a - 1.0 / 87178291200;
      cosine = cosine * a + 1.0 / 479001600;
      cosine = cosine * a - 1.0 / 3628800;
      cosine = cosine * a + 1.0 / 40320;
      cosine = cosine * a - 1.0 / 720;
      cosine = cosine * a + 1.0 / 24;
      cosine = cosine * a - 1.0 / 2;
      cosine = cosine * a + 1.0;
      const double swap = (quarter & 1) ? 1.0 : 0.0;
      const double sign = (quarter & 2) ? -radius : radius;
      block[i] = static_cast<float>(sign * (swap * sine + (1.0 - swap) * cosine));
      block[LANES + i] = static_cast<float>(sign * (swap * cosine - (1.0 - swap) * sine));
    }
    std::copy_n(block, std::min<int64_t>(2 * LANES, count - done), out + done);
  }
}
