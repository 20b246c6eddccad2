#ifndef FLOWLINE_TREE_PEAK_TREE_HPP
#define FLOWLINE_TREE_PEAK_TREE_HPP

#include <cstdint>

#include "kernels/kernels.hpp"
#include "tree/component_tree.hpp"
#include "tree/peak_sweep.hpp"

namespace flowline {

/// A component tree by PeakSweep.
class PeakTree {
 public:
  explicit PeakTree(const Kernels& kernels) : kernels_(&kernels) {}

  /// Room for maps up to this size, but for the tree's own.
  void reserve(int32_t height, int32_t width);

  /// Takes the forest of the pixels with map > floor: with floor -infinity the tree of the whole
  /// map (height, width), finite values. connectivity: 4 or 8.
  void build_above(float floor, const float* map, int32_t height, int32_t width, int connectivity,
                   ComponentTree* tree);

 private:
  class Events;
  void number_nodes(ComponentTree* tree);

  struct Component {
    int32_t last;  // position of the last pixel so far
    int32_t area;
  };

  const Kernels* kernels_;
  PeakSweep peaks_;
  Buffer<Component> components_;     // by root
  Buffer<int32_t> below_, area_at_;  // by position: the one that joined it to the rest, -1 if none
                                     // has; pixels of its component, itself the last
};

}  // namespace flowline
#endif
