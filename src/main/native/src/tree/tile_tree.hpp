#ifndef FLOWLINE_TREE_TILE_TREE_HPP
#define FLOWLINE_TREE_TILE_TREE_HPP

#include <cstdint>
#include <vector>

#include "kernels/kernels.hpp"
#include "tree/component_tree.hpp"
#include "tree/peak_sweep.hpp"

namespace flowline {

/// A component tree by PeakSweep of tiles, whose trees are joined along their borders.
class TileTree {
 public:
  explicit TileTree(const Kernels& kernels, int32_t side = 256) : kernels_(&kernels), side_(side) {}

  /// As PeakTree's.
  void build_above(float floor, const float* map, int32_t height, int32_t width,
                   ComponentTree* tree);

  /// A rectangle of the map.
  struct Tile {
    int32_t top, left, bottom, right;
  };
  void sweep_tile(const Tile& tile, float floor, const float* map, int32_t width);
  void join(const float* map, int32_t p, int32_t q);
  void join_all(float floor, const float* map, int32_t height, int32_t width);
  void number_nodes(float floor, const float* map, int64_t pixels, ComponentTree* tree);

 private:
  class Events;
  const Kernels* kernels_;
  int32_t side_;
  PeakSweep peaks_;
  SortedPlaces sorted_;
  Buffer<float> tile_;
  Buffer<int32_t> last_, below_;  // of a tile: by root; by position
  Buffer<int32_t> parent_;        // by pixel: the one below it in the tree, -1 of a root
  Buffer<int32_t> node_at_, area_;  // by pixel
};

}  // namespace flowline
#endif
