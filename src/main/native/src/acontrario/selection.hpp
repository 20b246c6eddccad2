#ifndef FLOWLINE_ACONTRARIO_SELECTION_HPP
#define FLOWLINE_ACONTRARIO_SELECTION_HPP

#include <cstdint>

#include "acontrario/judgement.hpp"
#include "acontrario/number_of_tests.hpp"
#include "kernels/kernels.hpp"
#include "tree/buffer.hpp"
#include "tree/component_tree.hpp"

namespace flowline {

/// The most meaningful regions of a component tree: the paper's procedures 1 (prune) and 2 (merge)
/// until nothing changes, in one pass from the leaves to the roots and one back.
class Selection {
 public:
  explicit Selection(const Kernels& kernels) : kernels_(kernels) {}

  /// Room for the trees of maps of so many pixels.
  void reserve(int64_t pixels);

  /// minimum: the smallest energy of each node, by node, not negative; nullptr if it is the node's
  /// altitude.
  void select(const ComponentTree& tree, const float* minimum, const Judgement& judgement);

  /// Writes for the pixels of the tree the node that is their region, -1 if they are in none, and,
  /// unless painted is nullptr, log10 PFA in regions and 0 elsewhere; by size, log10 PFA +
  /// log10 N_T(l, r) in regions and log10 N_T(l, 1) elsewhere, and in regions that are no more
  /// meaningful.
  void write(const ComponentTree& tree, int32_t* region_of_pixel, float* painted);

  const double* log10_pfa() const { return log10_pfa_.data(); }  ///< by node

 private:
  /// What is known of a node's children.
  struct Children {
    double best;     // the smallest value of the chosen of their branches, infinite without
    int32_t chosen;  // the node of that value
    int32_t count;   // negative once one is blocked
  };

  void find_log10_pfa(const ComponentTree& tree, const float* minimum, const Judgement& judgement);
  void find_values(const ComponentTree& tree, const Judgement& judgement);
  void choose(const ComponentTree& tree);
  void mark_regions(const ComponentTree& tree);

  const Kernels& kernels_;
  ShapeTable shapes_;
  Buffer<double> log10_pfa_;
  Buffer<double> by_size_;         // with the number of tests of the node's size
  const double* value_ = nullptr;  // by node: what regions compete by, small wins
  double background_ = 0.0;        // the value of no region
  Buffer<Children> children_;      // by node + 1: the first takes what roots would say to a parent
  Buffer<int32_t> chosen_;         // by node: the best of its branch, BLOCKED if it is blocked
  Buffer<int32_t> region_of_;      // by node + 1: the region that holds it, negative if none does
  Buffer<float> paint_;            // by node + 1: what its region is painted with; first no region
};

}  // namespace flowline
#endif
