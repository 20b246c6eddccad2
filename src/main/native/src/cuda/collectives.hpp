#ifndef FLOWLINE_CUDA_COLLECTIVES_HPP
#define FLOWLINE_CUDA_COLLECTIVES_HPP

#include <cstdint>

#include "cuda/device_code.hpp"

namespace flowline {

/// In place, values[i] becomes join(values[first_of(i)], ..., values[i]): a scan that begins anew
/// at every segment. first_of(i): the first element of i's segment. join: associative.
///
/// Each thread scans a stretch of its own, then the stretches' ends are scanned in doubling steps.
/// values: an array, or one seen from behind. ends: room for 2 * count values, or 2 *
/// team.threads() if that is less.
template <class Team, class Values, class Value, class FirstOf, class Join>
FLOWLINE_DEVICE void scan_segments(const Team& team, int32_t count, Values values, Value* ends,
                                   FirstOf&& first_of, Join&& join) {
  if (count == 0) return;
  const int32_t stretch = (count - 1) / team.threads() + 1;
  const int32_t stretches = (count - 1) / stretch + 1;
  team.each(stretches, [&](int32_t s) {
    const int32_t begin = s * stretch;
    const int32_t end = count - begin < stretch ? count : begin + stretch;
    Value sum = values[begin];
    for (int32_t i = begin + 1; i < end; i++) {
      sum = first_of(i) == i ? values[i] : join(sum, values[i]);
      values[i] = sum;
    }
    ends[s] = sum;
  });
  if (stretches == 1) return;
  Value* from = ends;
  Value* to = ends + stretches;
  for (int32_t step = 1; step < stretches; step *= 2) {
    team.each(stretches, [&](int32_t s) {
      const int32_t last = s == stretches - 1 ? count - 1 : (s + 1) * stretch - 1;
      const bool reaches = s >= step && first_of(last) < (s - step + 1) * stretch;
      to[s] = reaches ? join(from[s - step], from[s]) : from[s];
    });
    Value* const swapped = from;
    from = to;
    to = swapped;
  }
  team.each(count, [&](int32_t i) {
    const int32_t s = i / stretch;
    if (s > 0 && first_of(i) < s * stretch) values[i] = join(from[s - 1], values[i]);
  });
}

/// An array of so many values seen from behind: [0] is its last one.
template <class Value>
struct ReverseSpan {
  Value* values;
  int32_t count;
  FLOWLINE_DEVICE Value& operator[](int32_t i) const { return values[count - 1 - i]; }
};

/// A list to sort and as much room again; a sort swaps the two.
struct SortLists {
  uint64_t* key;
  int32_t* item;
  uint64_t* other_key;
  int32_t* other_item;
};

/// Sorts items by ascending key; equal keys keep their order. First by groups, in which each
/// element counts those before it; then merges of two runs, in which it finds its rank in the run
/// beside its own by bisection.
template <class Team>
FLOWLINE_DEVICE void sort(const Team& team, int32_t count, SortLists* lists) {
  constexpr int32_t GROUP = 32;
  const auto swap_lists = [lists] {
    const SortLists sorted = *lists;
    *lists = {sorted.other_key, sorted.other_item, sorted.key, sorted.item};
  };
  team.each(count, [&](int32_t i) {
    const int32_t begin = i & -GROUP;
    const int32_t end = count - begin < GROUP ? count : begin + GROUP;
    const uint64_t mine = lists->key[i];
    int32_t rank = begin;
    for (int32_t other = begin; other < end; other++) {
      const uint64_t key = lists->key[other];
      rank += key < mine || (key == mine && other < i);
    }
    lists->other_key[rank] = mine;
    lists->other_item[rank] = lists->item[i];
  });
  swap_lists();
  for (int32_t width = GROUP; width < count; width *= 2) {
    const uint64_t* const key = lists->key;
    team.each(count, [&](int32_t i) {
      const bool left = (i & width) == 0;
      const int32_t run = i & -width;
      const int32_t beside = left ? run + width : run - width;
      const uint64_t mine = key[i];
      int32_t low = beside < count ? beside : count;
      int32_t high = beside + width < count ? beside + width : count;
      const int32_t begin = low;
      while (low < high) {
        const int32_t middle = (low + high) / 2;
        if (key[middle] < mine || (!left && key[middle] == mine)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      const int32_t rank = (left ? run : beside) + (i - run) + (low - begin);
      lists->other_key[rank] = mine;
      lists->other_item[rank] = lists->item[i];
    });
    swap_lists();
  }
}

}  // namespace flowline
#endif
