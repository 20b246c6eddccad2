#include "plain/order.hpp"

#include <algorithm>

namespace flowline {

// LSD radix sort over the keys' four bytes. It is stable, so that equal keys stay in the order of
// their indices; a byte that all keys share costs no pass.
void sort_pairs(std::vector<uint64_t>& pairs, std::vector<uint64_t>& scratch) {
  const size_t n = pairs.size();
  if (n < 64) {
    std::sort(pairs.begin(), pairs.end());
    return;
  }
  uint32_t count[4][256] = {};
  for (uint64_t pair : pairs) {
    count[0][pair >> 32 & 255]++;
    count[1][pair >> 40 & 255]++;
    count[2][pair >> 48 & 255]++;
    count[3][pair >> 56]++;
  }
  for (int byte = 0; byte < 4; byte++) {
    const int shift = 32 + 8 * byte;
    uint32_t* first = count[byte];
    if (first[pairs[0] >> shift & 255] == n) continue;
    uint32_t sum = 0;
    for (int digit = 0; digit < 256; digit++) {
      const uint32_t here = first[digit];
      first[digit] = sum;
      sum += here;
    }
    for (uint64_t pair : pairs) scratch[first[pair >> shift & 255]++] = pair;
    pairs.swap(scratch);
  }
}

}  // namespace flowline
