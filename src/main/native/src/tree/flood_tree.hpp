#ifndef FLOWLINE_TREE_FLOOD_TREE_HPP
#define FLOWLINE_TREE_FLOOD_TREE_HPP

#include <cstdint>
#include <vector>

#include "kernels/kernels.hpp"
#include "tree/component_tree.hpp"
#include "tree/rank_flood.hpp"

namespace flowline {

/// A component tree by RankFlood, 4-connected.
class FloodTree {
 public:
  explicit FloodTree(const Kernels& kernels) : kernels_(&kernels) {}

  /// As PeakTree's.
  void build_above(float floor, const float* map, int32_t height, int32_t width,
                   ComponentTree* tree);

 private:
  struct Waiting {
    uint32_t rank;
    int32_t first;  // when its component's first pixel was completed
  };
  class Events;
  void number_nodes(ComponentTree* tree);

  const Kernels* kernels_;
  RankFlood flood_;
  std::vector<Waiting> waiting_;
  struct Link {
    int32_t below, area;
  };
  Buffer<Link> links_;  // by position
  int32_t stride_ = 0;
};

}  // namespace flowline
#endif
