#include "tree/sorted_cells.hpp"

namespace flowline {
namespace {

constexpr int64_t FEW = 24;  // for which insertion is faster than counting

void insert_each(uint64_t* order, int64_t count) {
  for (int64_t i = 1; i < count; i++) {
    const uint64_t next = order[i];
    int64_t at = i;
    for (; at > 0 && order[at - 1] > next; at--) order[at] = order[at - 1];
    order[at] = next;
  }
}

}  // namespace

void SortedCells::reserve(int64_t cells) {
  constexpr int64_t SLACK = 16;
  keys_.reserve(cells + SLACK);
  cells_.reserve(cells + SLACK);
  for (Buffer<uint64_t>& buffer : buffer_) buffer.reserve(cells);
}

void SortedCells::sort(const Kernels& kernels, const float* map, int64_t cells, float floor) {
  count_ = kernels.above(map, cells, floor, keys_.data(), cells_.data());
  uint32_t largest;
  kernels.least_and_largest(keys_.data(), count_, &least_, &largest);
  order_ = buffer_[0].data();
  const uint32_t levels = count_ == 0 ? 0 : largest - least_;
  if (count_ <= FEW || levels == 0) {
    for (int64_t i = 0; i < count_; i++) {
      buffer_[0][i] = static_cast<uint64_t>(keys_[i] - least_) << 32 | cells_[i];
    }
    if (levels != 0) insert_each(buffer_[0].data(), count_);
    return;
  }
  // Few cells are not worth many counters.
  const int bits = 32 - __builtin_clz(levels);
  if (count_ < 2048) {
    if (bits <= 8) return scatter<8, 1>();
    if (bits <= 16) return scatter<8, 2>();
    if (bits <= 24) return scatter<8, 3>();
    return scatter<8, 4>();
  }
  if (bits <= 11) return scatter<11, 1>();
  if (bits <= 22) return scatter<11, 2>();
  return scatter<11, 3>();
}

// LSD radix sort. It is stable, so that equal levels stay in the order of their cells.
template <int DIGIT, int PASSES>
void SortedCells::scatter() {
  constexpr uint32_t MASK = (1u << DIGIT) - 1;
  const int64_t count = count_;
  const uint32_t least = least_;
  const uint32_t* const keys = keys_.data();
  const uint32_t* const cells = cells_.data();
  uint32_t first[PASSES][1 << DIGIT] = {};
#pragma GCC unroll 4
  for (int64_t i = 0; i < count; i++) {
    const uint32_t level = keys[i] - least;
    for (int pass = 0; pass < PASSES; pass++) first[pass][level >> pass * DIGIT & MASK]++;
  }
  uint32_t sum[PASSES] = {};
#pragma GCC unroll 4
  for (uint32_t d = 0; d <= MASK; d++) {
    for (int pass = 0; pass < PASSES; pass++) {
      const uint32_t here = first[pass][d];
      first[pass][d] = sum[pass];
      sum[pass] += here;
    }
  }
  uint64_t* to = buffer_[0].data();
#pragma GCC unroll 4
  for (int64_t i = 0; i < count; i++) {
    const uint32_t level = keys[i] - least;
    to[first[0][level & MASK]++] = static_cast<uint64_t>(level) << 32 | cells[i];
  }
  uint64_t* from = buffer_[1].data();
  for (int pass = 1; pass < PASSES; pass++) {
    uint64_t* const last = to;
    to = from;
    from = last;
    uint32_t* const next = first[pass];
    const int shift = 32 + pass * DIGIT;
#pragma GCC unroll 4
    for (int64_t i = 0; i < count; i++) {
      const uint64_t entry = from[i];
      to[next[entry >> shift & MASK]++] = entry;
    }
  }
  order_ = to;
}

}  // namespace flowline
