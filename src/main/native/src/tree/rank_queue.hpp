#ifndef FLOWLINE_TREE_RANK_QUEUE_HPP
#define FLOWLINE_TREE_RANK_QUEUE_HPP

#include <cstdint>
#include <utility>

#include "tree/buffer.hpp"

namespace flowline {

/// A priority queue of distinct ranks: a set of bits, above it one bit for each word of it that is
/// not 0, and so on, 64-ary. The highest is kept apart.
class RankQueue {
 public:
  /// Room for the ranks 1 to `most`; empty.
  void resize(int64_t most) {
    if (most + 1 <= ranks_) return;
    ranks_ = 0;
    int64_t words = 0;
    for (int64_t bits = most + 1; bits > 1;) words += bits = (bits + 63) / 64;
    words_.reserve(words);
    for (int64_t i = 0; i < words; i++) words_[i] = 0;
    uint64_t* level = words_.data();
    levels_ = 0;
    for (int64_t bits = most + 1; bits > 1;) {
      level_[levels_++] = level;
      level += bits = (bits + 63) / 64;
    }
    ranks_ = most + 1;
  }

  uint32_t highest() const { return highest_; }  ///< 0 of none

  void insert(uint32_t rank) {
    if (rank > highest_) std::swap(rank, highest_);
    if (rank != 0) set(rank);
  }

  /// Takes out the highest; 0 of none.
  uint32_t pop() {
    const uint32_t rank = highest_;
    highest_ = take_highest();
    return rank;
  }

 private:
  void set(uint32_t rank) {
    for (int k = 0; k < levels_; k++) {
      uint64_t& word = level_[k][rank >> 6];
      const uint64_t before = word;
      word = before | uint64_t{1} << (rank & 63);
      if (before != 0) return;
      rank >>= 6;
    }
  }

  uint32_t take_highest() {
    if (levels_ == 0 || level_[levels_ - 1][0] == 0) return 0;
    uint32_t rank = 0;
    for (int k = levels_; k-- > 0;) {
      rank = rank << 6 | static_cast<uint32_t>(63 - __builtin_clzll(level_[k][rank]));
    }
    for (uint32_t k = 0, at = rank; k < static_cast<uint32_t>(levels_); k++, at >>= 6) {
      if ((level_[k][at >> 6] &= ~(uint64_t{1} << (at & 63))) != 0) break;
    }
    return rank;
  }

  Buffer<uint64_t> words_;
  uint64_t* level_[6] = {};  // from the ranks themselves up
  int levels_ = 0;
  int64_t ranks_ = 0;
  uint32_t highest_ = 0;
};

}  // namespace flowline
#endif
