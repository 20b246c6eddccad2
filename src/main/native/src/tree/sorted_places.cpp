#include "tree/sorted_places.hpp"

#include "math/bits.hpp"

namespace flowline {
namespace {

constexpr int MOST_PASSES = 4;
constexpr int MOST_BITS = 11;  // of a digit
constexpr int64_t FEW = 24;    // for which insertion is faster than counting

void insert_each(uint64_t* order, int64_t count) {
  for (int64_t i = 1; i < count; i++) {
    const uint64_t next = order[i];
    int64_t at = i;
    for (; at > 0 && order[at - 1] > next; at--) order[at] = order[at - 1];
    order[at] = next;
  }
}

}  // namespace

void SortedPlaces::reserve(int64_t places) {
  constexpr int64_t SLACK = 16;
  keys_.reserve(places + SLACK);
  places_.reserve(places + SLACK);
  for (Buffer<uint64_t>& buffer : buffer_) buffer.reserve(places);
}

void SortedPlaces::sort(const Kernels& kernels, const float* map, int64_t places, float floor) {
  count_ = kernels.above(map, places, floor, keys_.data(), places_.data());
  uint32_t largest;
  kernels.least_and_largest(keys_.data(), count_, &least_, &largest);
  order_ = buffer_[0].data();
  const uint32_t levels = count_ == 0 ? 0 : largest - least_;
  if (count_ <= FEW || levels == 0) {
    for (int64_t i = 0; i < count_; i++) {
      buffer_[0][i] = static_cast<uint64_t>(keys_[i] - least_) << 32 | places_[i];
    }
    if (levels != 0) insert_each(buffer_[0].data(), count_);
    return;
  }
  scatter_by_digits(32 - __builtin_clz(levels));
}

// LSD radix sort, by as few digits as the bits of the levels need. It is stable, so that equal
// levels stay in the order of their places. Few places are not worth many counters.
void SortedPlaces::scatter_by_digits(int bits) {
  const int most = count_ < 2048 ? 8 : MOST_BITS;
  const int passes = (bits + most - 1) / most;
  const int digit = (bits + passes - 1) / passes;
  const uint32_t mask = (1u << digit) - 1;
  uint32_t first[MOST_PASSES][1 << MOST_BITS];
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t d = 0; d <= mask; d++) first[pass][d] = 0;
  }
  const uint32_t* keys = keys_.data();
  for (int64_t i = 0; i < count_; i++) {
    uint32_t level = keys[i] - least_;
    for (int pass = 0; pass < passes; pass++, level >>= digit) first[pass][level & mask]++;
  }
  for (int pass = 0; pass < passes; pass++) {
    uint32_t sum = 0;
    for (uint32_t d = 0; d <= mask; d++) {
      const uint32_t here = first[pass][d];
      first[pass][d] = sum;
      sum += here;
    }
  }
  const uint32_t* places = places_.data();
  uint64_t* from = buffer_[1].data();
  uint64_t* to = buffer_[0].data();
  for (int64_t i = 0; i < count_; i++) {
    const uint32_t level = keys[i] - least_;
    to[first[0][level & mask]++] = static_cast<uint64_t>(level) << 32 | places[i];
  }
  for (int pass = 1; pass < passes; pass++) {
    uint64_t* last = to;
    to = from;
    from = last;
    const int shift = 32 + pass * digit;
    uint32_t* next = first[pass];
    for (int64_t i = 0; i < count_; i++) {
      const uint64_t entry = from[i];
      to[next[entry >> shift & mask]++] = entry;
    }
  }
  order_ = to;
}

float SortedPlaces::value(uint32_t level) const {
  const uint32_t key = least_ + level;
  return float_of(key & 0x80000000u ? key & 0x7fffffffu : ~key);
}

}  // namespace flowline
