#include "acontrario/energy.hpp"

#include <algorithm>
#include <cstring>

namespace flowline {
namespace {

constexpr int64_t RUN = 64;
constexpr int64_t BLOCK = 1024;  // pixels whose two sums stay in the first-level cache

// Four channels a round, in ascending order; the first round of a run starts the sum.
void add_four(const float* __restrict z, int64_t stride, int64_t count, bool first,
              float* __restrict sum) {
  const float* __restrict a = z;
  const float* __restrict b = z + stride;
  const float* __restrict c = z + 2 * stride;
  const float* __restrict d = z + 3 * stride;
  if (first) {
    for (int64_t i = 0; i < count; i++) {
      sum[i] = ((a[i] * a[i] + b[i] * b[i]) + c[i] * c[i]) + d[i] * d[i];
    }
  } else {
    for (int64_t i = 0; i < count; i++) {
      sum[i] = (((sum[i] + a[i] * a[i]) + b[i] * b[i]) + c[i] * c[i]) + d[i] * d[i];
    }
  }
}

void add_one(const float* __restrict z, int64_t count, bool first, float* __restrict sum) {
  if (first) {
    for (int64_t i = 0; i < count; i++) sum[i] = z[i] * z[i];
  } else {
    for (int64_t i = 0; i < count; i++) sum[i] += z[i] * z[i];
  }
}

void sum_run(const float* z, int64_t stride, int64_t channels, int64_t count, float* sum) {
  int64_t c = 0;
  for (; c + 4 <= channels; c += 4) add_four(z + c * stride, stride, count, c == 0, sum);
  for (; c < channels; c++) add_one(z + c * stride, count, c == 0, sum);
}

}  // namespace

void energy(const float* latent, int64_t channels, int64_t pixels, float* energy) {
  float run[BLOCK];
  for (int64_t at = 0; at < pixels; at += BLOCK) {
    const int64_t count = std::min(BLOCK, pixels - at);
    float* __restrict sum = energy + at;
    sum_run(latent + at, pixels, std::min(RUN, channels), count, sum);
    for (int64_t c = RUN; c < channels; c += RUN) {
      sum_run(latent + c * pixels + at, pixels, std::min(RUN, channels - c), count, run);
      for (int64_t i = 0; i < count; i++) sum[i] += run[i];
    }
  }
}

int64_t first_not_finite(const float* values, int64_t count) {
  constexpr uint32_t INFINITE = 0x7f800000u;
  int32_t all_finite = 1;
  for (int64_t i = 0; i < count; i++) {
    uint32_t bits;
    std::memcpy(&bits, values + i, sizeof bits);
    all_finite &= (bits & INFINITE) != INFINITE;
  }
  if (all_finite) return -1;
  for (int64_t i = 0;; i++) {
    uint32_t bits;
    std::memcpy(&bits, values + i, sizeof bits);
    if ((bits & INFINITE) == INFINITE) return i;
  }
}

}  // namespace flowline
