#ifndef FLOWLINE_TEST_PLAIN_PLAIN_SELECTION_HPP
#define FLOWLINE_TEST_PLAIN_PLAIN_SELECTION_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "acontrario/judgement.hpp"
#include "tree/component_tree.hpp"

namespace flowline {

/// The most meaningful regions of a component tree: the paper's procedures 1 (prune) and 2 (merge)
/// until nothing changes, in one pass from the leaves to the roots.
class PlainSelection {
 public:
  /// minimum: the smallest energy of each node, by node.
  void select(const ComponentTree& tree, const float* minimum, const Judgement& judgement);

  /// Writes a scale's map: log10 PFA in regions, 0 elsewhere; by size, log10 PFA + log10 N_T(l, r)
  /// in regions and log10 N_T(l, 1) elsewhere; plus log10_tests. Pixels outside the forest are
  /// elsewhere, and so is a region that is no more meaningful.
  void paint(const ComponentTree& tree, int64_t pixels, double log10_tests, float* painted) const;

  std::vector<double> log10_pfa;   ///< by node
  std::vector<int32_t> region_of;  ///< by node: the region that holds it, -1 if none does

 private:
  void reserve(size_t pixels);
  void collapse_or_block(const ComponentTree& tree);
  void mark_regions(const ComponentTree& tree);

  std::vector<double> value_;      // by node: what regions compete by, small wins
  std::vector<int32_t> chosen_;    // by node: the best of its branch, -1 if it is blocked
  std::vector<int32_t> best_;      // by node, before its turn: the best child's chosen node
  std::vector<int32_t> children_;  // by node, before its turn; -1 once a child is blocked
  double background_;              // the value of no region
};

}  // namespace flowline
#endif
