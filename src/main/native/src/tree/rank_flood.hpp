#ifndef FLOWLINE_TREE_RANK_FLOOD_HPP
#define FLOWLINE_TREE_RANK_FLOOD_HPP

#include <algorithm>
#include <cstdint>

#include "kernels/kernels.hpp"
#include "tree/buffer.hpp"
#include "tree/rank_queue.hpp"
#include "tree/sorted_places.hpp"

namespace flowline {

/// Flooding by ranks: visits the pixels of a map, 4-connected, so that a component of an upper
/// level set is complete before anything below it is.
///
/// The rank of a pixel is its position in the strict order (value, place), from 1. The flood climbs
/// from a pixel to a higher neighbour as long as there is one, and is complete with the pixel
/// otherwise; it goes on with the highest pixel that it has seen. That one is the tree parent of
/// the pixel just completed, and the pixels of a component are completed one after another.
class RankFlood {
 public:
  void reserve(int32_t height, int32_t width);

  /// Takes the pixels of `map` (height, width) above the floor into the strict order.
  void start(const Kernels& kernels, const float* map, int32_t height, int32_t width, float floor);

  /// `events` hears
  ///   climb(rank)                  a new component starts above this pixel, which has to wait
  ///   complete(rank, next, pixel)  the pixel's component is complete, and joined to the rest by
  ///                                `next`, which may be waiting; 0 of a root
  template <class Events>
  void flood(Events* events);

  SortedPlaces sorted;

 private:
  int64_t places() const { return static_cast<int64_t>(height_ + 2) * stride_ + 1; }
  template <class Events>
  void flood_from(uint32_t place, Events* events);
  uint32_t place_of(uint32_t rank) const {
    return SortedPlaces::place_of(sorted.entries()[rank - 1]);
  }

  // Pixels by their place in a grid with a margin, as in PeakSweep.
  int32_t height_ = 0, width_ = 0, stride_ = 0;
  Buffer<float> map_;
  Buffer<uint32_t> ranks_;  // by place, 0 once it was seen; so all are at the end
  RankQueue queue_;         // of what was seen and is not complete
};

template <class Events>
void RankFlood::flood(Events* events) {
  const uint32_t* const places = sorted.places();
  for (int64_t i = 0; i < sorted.count(); i++) {
    if (ranks_[places[i]] != 0) flood_from(places[i], events);
  }
}

template <class Events>
void RankFlood::flood_from(uint32_t place, Events* events) {
  const int32_t stride = stride_;
  uint32_t* at = ranks_.data() + place;
  uint32_t here = *at;
  *at = 0;
  for (;;) {
    const uint32_t up = at[-stride], left = at[-1], right = at[1], down = at[stride];
    const uint32_t highest = std::max(std::max(up, left), std::max(right, down));
    if (highest > here) {
      queue_.insert(here);
      events->climb(here);
      here = highest;
      at += highest == up ? -stride : highest == left ? -1 : highest == right ? 1 : stride;
      *at = 0;
      continue;
    }
    if (highest != 0) {
      at[-stride] = at[-1] = at[1] = at[stride] = 0;
      if (up != 0) queue_.insert(up);
      if (left != 0) queue_.insert(left);
      if (right != 0) queue_.insert(right);
      if (down != 0) queue_.insert(down);
    }
    const uint32_t next = queue_.pop();
    events->complete(here, next, static_cast<uint32_t>(at - ranks_.data()));
    if (next == 0) return;
    if (queue_.highest() != 0) __builtin_prefetch(sorted.entries() + queue_.highest() - 1);
    here = next;
    at = ranks_.data() + place_of(here);
  }
}

}  // namespace flowline
#endif
