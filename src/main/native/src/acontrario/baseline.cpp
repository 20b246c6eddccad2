#include "acontrario/baseline.hpp"

#include <array>

#include "math/bits.hpp"

namespace flowline {
namespace {

/// Some of the bits of a level's float, the higher ones first. The bits of floats that are not
/// negative are in their order.
struct Digit {
  int32_t shift;
  int32_t bits;
};

// Levels are at most 1, whose bits are below 2^30.
constexpr Digit DIGITS[] = {{20, 10}, {10, 10}, {0, 10}};

}  // namespace

// Counts the levels by a digit, those alone that have the digits before it of the median.
float baseline_of(const float* map, int64_t positions) {
  uint32_t found = 0;
  int64_t rank = -1;
  for (const Digit& digit : DIGITS) {
    std::array<int64_t, 1 << 10> count{};
    const int32_t above = digit.shift + digit.bits;
    int64_t tested = 0;
    for (int64_t i = 0; i < positions; i++) {
      if (map[i] < 0.0f) continue;
      const uint32_t bits = bits_of(map[i] + 0.0f);  // which may be -0
      tested++;
      count[bits >> digit.shift & ((1u << digit.bits) - 1)] += bits >> above == found >> above;
    }
    if (rank < 0) rank = median_rank(tested);
    uint32_t value = 0;
    while (rank >= count[value]) rank -= count[value++];
    found |= value << digit.shift;
  }
  return baseline_at(float_of(found));
}

void make_relative(float* map, int64_t positions, float baseline) {
  for (int64_t i = 0; i < positions; i++) map[i] = relative_level(map[i], baseline);
}

}  // namespace flowline
