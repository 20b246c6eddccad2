#ifndef FLOWLINE_TREE_SORTED_CELLS_HPP
#define FLOWLINE_TREE_SORTED_CELLS_HPP

#include <cstdint>

#include "kernels/kernels.hpp"
#include "math/bits.hpp"
#include "tree/buffer.hpp"

namespace flowline {

/// The cells of a map above a floor in the strict order (value, cell), ascending.
class SortedCells {
 public:
  void reserve(int64_t cells);

  void sort(const Kernels& kernels, const float* map, int64_t cells, float floor);

  int64_t count() const { return count_; }

  /// An entry is level << 32 | cell. Levels are equal for equal values and ascend with them.
  const uint64_t* entries() const { return order_; }
  static uint32_t cell_of(uint64_t entry) { return static_cast<uint32_t>(entry); }
  static uint32_t level_of(uint64_t entry) { return static_cast<uint32_t>(entry >> 32); }

  /// The same cells in ascending order.
  const uint32_t* cells() const { return cells_.data(); }

  /// The value of a level.
  float value(uint32_t level) const {
    const uint32_t key = least_ + level;
    return float_of(key & 0x80000000u ? key & 0x7fffffffu : ~key);
  }

  uint32_t least() const { return least_; }  ///< the order_key of level 0

 private:
  template <int DIGIT, int PASSES>
  void scatter();

  Buffer<uint32_t> keys_, cells_;
  Buffer<uint64_t> buffer_[2];
  const uint64_t* order_ = nullptr;
  int64_t count_ = 0;
  uint32_t least_ = 0;
};

}  // namespace flowline
#endif
