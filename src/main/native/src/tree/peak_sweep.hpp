#ifndef FLOWLINE_TREE_PEAK_SWEEP_HPP
#define FLOWLINE_TREE_PEAK_SWEEP_HPP

#include <array>
#include <cstdint>

#include "kernels/kernels.hpp"
#include "tree/buffer.hpp"
#include "tree/sorted_cells.hpp"

namespace flowline {

/// Peak-labelled union-find: the components of the upper level sets of a map, as they grow and meet
/// while the level falls. Pixels have 4 neighbours, or 8.
///
/// In the strict order (value, cell) a pixel without a higher neighbour is a peak and starts a
/// component; any other joins that of a higher neighbour, of four the highest. One vector pass
/// beforehand finds which neighbours are higher.
/// So only peaks are united, a fifth of the pixels of noise and fewer of smooth maps. Each peak
/// knows its component's root. If two components meet, the peaks of the one that has fewer get the
/// root of the other, so that a root is found in one step.
///
/// Higher neighbours that are neighbours of each other are in one component already, so that only
/// one of them is looked at: no more than four of eight.
class PeakSweep {
 public:
  void reserve(int32_t height, int32_t width);

  /// Takes the pixels of `map` (height, width) above the floor into the strict order. connectivity:
  /// 4 or 8.
  void start(const Kernels& kernels, const float* map, int32_t height, int32_t width,
             int connectivity, float floor);

  /// Sweeps positions last - 1 down to first of `sorted`. Positions are swept in descending order,
  /// each once. A component is called by its root, a peak, numbered from 1. `events` hears
  ///   peak(root, position, level)   a component starts with this pixel
  ///   reach(root, position, level)  the pixel touches this component
  ///   unite(root, other)            it touches both, and `root` takes in `other`
  ///   grow(root, position)          the pixel has joined the component
  ///   prefetch(root)                this component will soon be touched, probably
  template <class Events>
  void sweep(int64_t first, int64_t last, Events* events);

  /// Returns the peak after one in its component. First come the peaks of the component's root,
  /// then those of the components that it took in, in that order; each of these stays a run.
  int32_t next_peak(int32_t peak) const { return next_peak_[peak]; }
  int32_t size(int32_t root) const { return runs_[root].size; }  ///< how many they are

  bool is_root(int32_t peak) const { return root_of_[peak] == peak; }
  int32_t peaks() const { return peaks_; }  ///< so far, number 0 included, which none has
  static int64_t most_peaks(int64_t pixels) { return (pixels + 1) / 2 + 1; }

  /// Returns, by cell, a peak of the component that the pixel joined, if it was swept.
  const int32_t* labels() const { return labels_.data(); }
  const float* map() const { return map_.data(); }  ///< by cell
  int32_t cell_of_row(int32_t y) const { return (y + 1) * stride_ + 1; }

  /// The pixel at a cell.
  struct PixelAt {
    int32_t stride;
    uint64_t reciprocal;  // times 2^64, rounded up
    int32_t operator()(uint32_t cell) const {
      __extension__ using Wide = unsigned __int128;
      const int32_t row = static_cast<int32_t>(Wide{reciprocal} * cell >> 64);  // cell / stride
      return static_cast<int32_t>(cell) - stride - row;
    }
  };
  PixelAt pixel_at() const { return {stride_, UINT64_MAX / static_cast<uint64_t>(stride_) + 1}; }

  SortedCells sorted;

 private:
  int64_t cells() const { return static_cast<int64_t>(height_ + 2) * stride_ + 1; }
  void set_shape(int32_t height, int32_t width, int connectivity);
  void set_four_around();
  void set_eight_around();
  using Roots = std::array<int32_t, 4>;  // those that a pixel touches, some of them twice
  template <class Events>
  int32_t meet(Roots roots, int64_t position, uint32_t level, Events* events);
  void unite(int32_t large, int32_t small);
  template <bool LARGE, class Events>
  void sweep(int64_t first, int64_t last, Events* events);
  template <class Events>
  void prefetch(const uint64_t* entries, int64_t position, const Events* events) const;
  void number_peaks();
  bool is_large() const { return cells() > LARGEST_NEAR; }

  /// The peaks of a root's component.
  struct Run {
    int32_t last;
    int32_t size;
  };

  static constexpr int64_t LARGEST_NEAR = 1 << 16;  // cells of a map that stays in the caches
  static constexpr int ASCENTS = 256;

  // Pixels by their cell in a grid with a margin: one column to the left, which is the one to the
  // right of the row above too, and one row above and below.
  int32_t height_ = 0, width_ = 0, stride_ = 0;
  Buffer<float> map_;
  Buffer<uint8_t> ascents_;
  int connectivity_ = 0;
  int32_t around_[ASCENTS][4];  // offsets of the higher neighbours, the first one as filler
  int lowest_ascent_ = 0;       // below it no neighbour is higher
  Buffer<int32_t> labels_;

  int32_t peaks_ = 1;
  Buffer<int32_t> root_of_;    // by peak
  Buffer<int32_t> next_peak_;  // by peak
  Buffer<Run> runs_;           // by root
};

template <class Events>
void PeakSweep::sweep(int64_t first, int64_t last, Events* events) {
  if (is_large()) {
    sweep<true>(first, last, events);
  } else {
    sweep<false>(first, last, events);
  }
}

template <bool LARGE, class Events>
void PeakSweep::sweep(int64_t first, int64_t last, Events* events) {
  const uint64_t* const entries = sorted.entries();
  const uint8_t* const ascents = ascents_.data();
  int32_t* const labels = labels_.data();
  int32_t* const root_of = root_of_.data();
  const int lowest_ascent = lowest_ascent_;
  for (int64_t i = last; i-- > first;) {
    if (LARGE) prefetch(entries, i, events);
    const uint64_t entry = entries[i];
    const uint32_t cell = SortedCells::cell_of(entry);
    const uint32_t level = SortedCells::level_of(entry);
    const uint8_t ascent = ascents[cell];
    int32_t* const label = labels + cell;
    if (ascent < lowest_ascent) {
      const int32_t peak = LARGE ? *label : peaks_++;
      root_of[peak] = peak;
      runs_[peak] = {peak, 1};
      *label = peak;
      events->peak(peak, i, level);
      continue;
    }
    const int32_t* const around = around_[ascent];
    int32_t root = root_of[label[around[0]]];
    const int32_t b = root_of[label[around[1]]];
    const int32_t c = root_of[label[around[2]]];
    const int32_t d = root_of[label[around[3]]];
    events->reach(root, i, level);
    if (((b ^ root) | (c ^ root) | (d ^ root)) != 0) root = meet({root, b, c, d}, i, level, events);
    *label = root;
    events->grow(root, i);
  }
}

// Not in line: the sweep has too few registers for what one pixel in five does.
template <class Events>
__attribute__((noinline)) int32_t PeakSweep::meet(Roots roots, int64_t position, uint32_t level,
                                                  Events* events) {
  int32_t root = roots[0];
  for (int k = 1; k < 4; k++) {
    const int32_t other = root_of_[roots[k]];
    if (other == root) continue;
    events->reach(other, position, level);
    const bool take_in = runs_[root].size >= runs_[other].size;
    const int32_t small = take_in ? other : root;
    root = take_in ? root : other;
    unite(root, small);
    events->unite(root, small);
  }
  return root;
}

inline void PeakSweep::unite(int32_t large, int32_t small) {
  Run& into = runs_[large];
  const Run& from = runs_[small];
  next_peak_[into.last] = small;
  into.last = from.last;
  into.size += from.size;
  int32_t* const root_of = root_of_.data();
  root_of[small] = large;
  for (int32_t peak = small, k = from.size; --k > 0;) {
    peak = next_peak_[peak];
    root_of[peak] = large;
  }
}

// Positions are known long before their turn, whereas cells in the order of their values are
// never where memory was read last. A neighbour that has no label yet has one of an earlier map or
// of number_peaks: then in vain.
template <class Events>
inline void PeakSweep::prefetch(const uint64_t* entries, int64_t i, const Events* events) const {
  constexpr int64_t STEP = 8;
  if (i < 3 * STEP) return;
  const int32_t* const far = labels_.data() + SortedCells::cell_of(entries[i - 3 * STEP]);
  __builtin_prefetch(ascents_.data() + (far - labels_.data()));
  __builtin_prefetch(far - stride_);
  __builtin_prefetch(far);
  __builtin_prefetch(far + stride_);
  const uint32_t near = SortedCells::cell_of(entries[i - STEP]);
  const int32_t label = labels_[near + around_[ascents_[near]][0]];
  __builtin_prefetch(root_of_.data() + label);
  events->prefetch(label);
}

}  // namespace flowline
#endif
