#ifndef FLOWLINE_TREE_PEAK_SWEEP_HPP
#define FLOWLINE_TREE_PEAK_SWEEP_HPP

#include <cstdint>

#include "kernels/kernels.hpp"
#include "tree/buffer.hpp"
#include "tree/sorted_places.hpp"

namespace flowline {

/// Peak-labelled union-find: the components of the upper level sets of a map, 4-connected, as they
/// grow and meet while the level falls.
///
/// In the strict order (value, place) a pixel without a higher neighbour is a peak and starts a
/// component; any other joins that of its highest neighbour, found by one vector pass beforehand.
/// So only peaks are united, a fifth of the pixels of noise and fewer of smooth maps. Each peak
/// knows its component's root; where two meet, the peaks of the one that has fewer are told, so
/// that a root is found in one step.
class PeakSweep {
 public:
  void reserve(int32_t height, int32_t width);

  /// Takes the pixels of `map` (height, width) above the floor into the strict order.
  void start(const Kernels& kernels, const float* map, int32_t height, int32_t width, float floor);

  /// Sweeps positions last - 1 down to first of `sorted`. Positions are swept in descending order,
  /// each once. A component is called by its root, a peak, numbered from 1. `events` hears
  ///   peak(root, position)         a component starts with this pixel
  ///   reach(root, position)        the pixel touches this component, the first that it does
  ///   unite(root, other, position) it touches another too, which `root` takes in
  ///   grow(root, position)         the pixel has joined the component that it touches
  template <class Events>
  void sweep(int64_t first, int64_t last, Events* events);

  /// Of the peaks of a component, which are those of its root, then those of what it took in, in
  /// that order: a component that was taken in, or was smaller, stays a run of so many.
  int32_t next_peak(int32_t peak) const { return next_peak_[peak]; }

  bool is_root(int32_t peak) const { return root_of_[peak] == peak; }
  int32_t peaks() const { return peaks_; }  ///< so far, number 0 included, which none has
  static int64_t most_peaks(int64_t pixels) { return (pixels + 1) / 2 + 1; }

  /// By place: a peak of the component that the pixel joined; 0 where no pixel was swept.
  const int32_t* labels() const { return labels_.data(); }
  const float* map() const { return map_.data(); }  ///< by place
  int32_t place_of_row(int32_t y) const { return (y + 1) * stride_ + 1; }
  int32_t pixel_at(uint32_t place) const {
    __extension__ using Wide = unsigned __int128;
    const int32_t row = static_cast<int32_t>(Wide{reciprocal_} * place >> 64);  // place / stride_
    return static_cast<int32_t>(place) - stride_ - row;
  }

  SortedPlaces sorted;

 private:
  int64_t places() const { return static_cast<int64_t>(height_ + 2) * stride_ + 1; }
  void set_shape(int32_t height, int32_t width);
  int32_t unite(int32_t root, int32_t other);

  static constexpr int ASCENTS = 64;
  static constexpr int LOWEST_ASCENT = 4;  // below it no neighbour is higher

  // Pixels by their place in a grid with a margin: one column to the left, which is the one to the
  // right of the row above too, and one row above and below.
  int32_t height_ = 0, width_ = 0, stride_ = 0;
  uint64_t reciprocal_ = 0;  // of the stride, times 2^64, rounded up
  Buffer<float> map_;
  Buffer<uint8_t> ascents_;
  int32_t around_[ASCENTS][4];  // offsets of the higher neighbours, the steepest first and as filler
  Buffer<int32_t> labels_;

  int32_t peaks_ = 1;
  Buffer<int32_t> root_of_;    // by peak
  Buffer<int32_t> next_peak_;  // by peak
  Buffer<int32_t> last_peak_;  // by root
  Buffer<int32_t> size_;       // by root: its peaks
};

template <class Events>
void PeakSweep::sweep(int64_t first, int64_t last, Events* events) {
  int32_t* const labels = labels_.data();
  int32_t* const root_of = root_of_.data();
  const uint8_t* const ascents = ascents_.data();
  for (int64_t i = last; i-- > first;) {
    const uint32_t place = sorted.place(i);
    const uint8_t ascent = ascents[place];
    int32_t* const label = labels + place;
    if (ascent < LOWEST_ASCENT) {
      const int32_t peak = peaks_++;
      root_of[peak] = last_peak_[peak] = peak;
      size_[peak] = 1;
      *label = peak;
      events->peak(peak, i);
      continue;
    }
    const int32_t* const around = around_[ascent];
    int32_t root = root_of[label[around[0]]];
    const int32_t b = root_of[label[around[1]]];
    const int32_t c = root_of[label[around[2]]];
    const int32_t d = root_of[label[around[3]]];
    events->reach(root, i);
    if (((b ^ root) | (c ^ root) | (d ^ root)) != 0) {
      for (int k = 1; k < 4; k++) {
        const int32_t other = root_of[label[around[k]]];
        if (other == root) continue;
        events->reach(other, i);
        const int32_t united = unite(root, other);
        events->unite(united, united == root ? other : root, i);
        root = united;
      }
    }
    *label = root;
    events->grow(root, i);
  }
}

}  // namespace flowline
#endif
