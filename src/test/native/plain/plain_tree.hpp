#ifndef FLOWLINE_TEST_PLAIN_PLAIN_TREE_HPP
#define FLOWLINE_TEST_PLAIN_PLAIN_TREE_HPP

#include <cstdint>
#include <vector>

#include "tree/component_tree.hpp"

namespace flowline {

/// A component tree by sorting and union-find with path halving: what the sweep is measured against
/// and held against.
class PlainTree {
 public:
  /// Takes the tree of `map` (height, width), finite values; connectivity 4 or 8.
  void build(const float* map, int32_t height, int32_t width, int connectivity,
             ComponentTree* tree);

  /// Takes the forest of the pixels with map > floor alone.
  void build_above(float floor, const float* map, int32_t height, int32_t width, int connectivity,
                   ComponentTree* tree);

 private:
  void flood(const float* map, int32_t height, int32_t width, int connectivity,
             ComponentTree* tree);
  void number_nodes(const float* map, int32_t width, ComponentTree* tree);

  // Pixels by their cell in a grid with a margin: one column to the left, which
  // is the one to the right of the row above too, and one row above and below.
  std::vector<uint64_t> order_, scratch_;  // map's key << 32 | cell, ascending
  std::vector<int32_t> set_;               // union-find; -1 before a cell is reached
  std::vector<int32_t> below_;             // the pixel that joined it to the rest: its tree parent
  std::vector<int32_t> node_at_;           // by cell
};

}  // namespace flowline
#endif
