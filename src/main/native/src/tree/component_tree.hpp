#ifndef FLOWLINE_TREE_COMPONENT_TREE_HPP
#define FLOWLINE_TREE_COMPONENT_TREE_HPP

#include <cstdint>
#include <vector>

namespace flowline {

/// The component tree of the upper level sets of a map, or the forest of those above a floor.
///
/// Flat arrays by node. Nodes are numbered by ascending (altitude, smallest own pixel): a parent
/// comes before its children, roots have parent -1.
struct ComponentTree {
  int32_t nodes() const { return static_cast<int32_t>(parent.size()); }

  std::vector<int32_t> parent;    ///< by node
  std::vector<float> altitude;    ///< by node
  std::vector<int32_t> area;      ///< by node: pixels of the component, descendants included
  std::vector<int32_t> pixels;    ///< pixels that take part, ascending by (map, pixel)
  std::vector<int32_t> own_node;  ///< by position in `pixels`: the pixel's node
};

}  // namespace flowline
#endif
