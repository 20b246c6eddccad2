#ifndef FLOWLINE_TREE_COMPONENT_TREE_HPP
#define FLOWLINE_TREE_COMPONENT_TREE_HPP

#include <cstdint>
#include <vector>

namespace flowline {

/// The component tree of the upper level sets of a map, or the forest of those above a floor.
///
/// Flat arrays by node. Nodes are numbered by ascending (altitude, smallest own pixel): a parent
/// comes before its children, roots have parent -1.
class ComponentTree {
 public:
  /// Takes the tree of `map` (height, width), finite values; connectivity 4 or 8.
  void build(const float* map, int32_t height, int32_t width, int connectivity);

  /// Takes the forest of the pixels with map > floor alone, 4-connected.
  void build_above(float floor, const float* map, int32_t height, int32_t width);

  int32_t nodes() const { return static_cast<int32_t>(parent.size()); }

  std::vector<int32_t> parent;    ///< by node
  std::vector<float> altitude;    ///< by node
  std::vector<int32_t> area;      ///< by node: pixels of the component, descendants included
  std::vector<int32_t> pixels;    ///< pixels that take part, ascending by (map, pixel)
  std::vector<int32_t> own_node;  ///< by position in `pixels`: the pixel's node

 private:
  void flood(const float* map, int32_t height, int32_t width, int connectivity);
  void number_nodes(const float* map, int32_t width);

  // Pixels by their place in a grid with a margin: one column to the left, which
  // is the one to the right of the row above too, and one row above and below.
  std::vector<uint64_t> order_, scratch_;  // map's key << 32 | place, ascending
  std::vector<int32_t> set_;               // union-find; -1 before a place is reached
  std::vector<int32_t> below_;             // the pixel that joined it to the rest: its tree parent
  std::vector<int32_t> node_at_;           // by place
};

}  // namespace flowline
#endif
