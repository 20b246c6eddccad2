#ifndef FLOWLINE_CUDA_SCALE_ARRAYS_HPP
#define FLOWLINE_CUDA_SCALE_ARRAYS_HPP

#include <cstdint>

#include "cuda/arena.hpp"
#include "cuda/collectives.hpp"
#include "cuda/device_code.hpp"

namespace flowline {

/// The working memory of one scale of one image, n positions: a block's shared memory where it
/// fits, global memory else.
///
/// A *position* is one of the map; an *index* counts the positions that take part, sorted by branch
/// and falling energy. A branch is known by its first index, where its peak is.
struct ScaleArrays {
  // By position.
  float* energy;
  int32_t*
      branch;      // the peak of the position's branch; before that, a higher position; -1: no part
  uint64_t* link;  // of a peak: where its branch ends, and the branch that goes on there
  int32_t* sorted_index;

  SortLists lists;  // by index: key, position

  // By index.
  int32_t* first;    // of the index's branch
  uint32_t* area;    // of the index's component
  uint64_t* value;   // of a node, at the node's last index: what regions compete by
  uint64_t* best;    // the smallest value on the branch so far
  uint64_t* rival;   // of a node: the smallest `best` of the branches that end in it
  uint32_t* rivals;  // of a node: how many branches end in it

  // By branch, at its first index.
  int32_t* last;            // index
  uint64_t* arrivals;       // branches that have yet to tell their area << 32 | area so far
  int32_t* last_node;       // the last node on the branch, -1 if it has none
  int32_t* parent_node;     // the node, of another branch, that the branch ends in
  uint32_t* first_blocked;  // the first node that is blocked
  int32_t* last_open;       // the last node that is not, if the branch has a region; else -1
  int32_t* region;          // the node that is its region

  uint64_t* ends;  // for scans, which are over before `rival`, `rivals` and `parent_node` are made
  uint32_t* lowest;  // the smallest value painted, as rank_of: one number
};

/// Lays out the arrays of n positions. Arrays that are never needed at once share their memory.
template <class Source>
FLOWLINE_BOTH void lay_out(Source& memory, int64_t n, ScaleArrays* arrays) {
  memory.take(&arrays->energy, n);
  memory.take(&arrays->branch, n);
  memory.take(&arrays->link, n);
  memory.take(&arrays->sorted_index, n);
  memory.take(&arrays->lists.key, n);
  memory.take(&arrays->lists.item, n);
  memory.take(&arrays->lists.other_key, n);
  memory.take(&arrays->lists.other_item, n);
  memory.take(&arrays->area, n);
  memory.take(&arrays->last, n);
  memory.take(&arrays->last_node, n);
  memory.take(&arrays->ends, 2 * n);
  memory.take(&arrays->lowest, 1);
  arrays->arrivals = arrays->ends;
  arrays->rival = arrays->ends;
  arrays->rivals = reinterpret_cast<uint32_t*>(arrays->ends + n);
  arrays->parent_node = reinterpret_cast<int32_t*>(arrays->rivals + n);
}

/// After the sort the lists' keys are free, and so is the list that it did not end in.
FLOWLINE_DEVICE inline void reuse_lists(ScaleArrays* arrays) {
  arrays->value = arrays->lists.key;
  arrays->best = arrays->lists.other_key;
  arrays->first = arrays->lists.other_item;
}

/// After the values the areas are free; once the branches are joined, the last indices and the
/// links.
FLOWLINE_DEVICE inline void reuse_areas(ScaleArrays* arrays) {
  arrays->first_blocked = arrays->area;
}

FLOWLINE_DEVICE inline void reuse_links(ScaleArrays* arrays) {
  arrays->last_open = arrays->last;
  arrays->region = reinterpret_cast<int32_t*>(arrays->link);
}

}  // namespace flowline
#endif
