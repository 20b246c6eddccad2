#ifndef FLOWLINE_TEST_PLAIN_ORDER_HPP
#define FLOWLINE_TEST_PLAIN_ORDER_HPP

#include <cstdint>
#include <cstring>
#include <vector>

namespace flowline {

/// An unsigned number that orders like the float; -0.0 equals 0.0.
inline uint32_t order_key(float value) {
  value += 0.0f;
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/// Sorts pairs (key << 32 | index) given in ascending index: ascending key, then index.
/// `scratch` is as long as `pairs`; the result is in `pairs`.
void sort_pairs(std::vector<uint64_t>& pairs, std::vector<uint64_t>& scratch);

}  // namespace flowline
#endif
