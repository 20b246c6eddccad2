#ifndef FLOWLINE_ACONTRARIO_LAW_TEST_HPP
#define FLOWLINE_ACONTRARIO_LAW_TEST_HPP

#include <cstdint>
#include <vector>

#include "acontrario/baseline.hpp"
#include "acontrario/region_law.hpp"
#include "kernels/kernels.hpp"
#include "tree/component_tree.hpp"
#include "tree/peak_tree.hpp"

namespace flowline {

/// The test of one image's fused map by a law of regions. One thread at a time.
class LawTest {
 public:
  explicit LawTest(const Kernels& kernels) : tree_of_(kernels) {}

  /// Room for maps up to this size: painting one then allocates nothing.
  void reserve(int32_t height, int32_t width);

  /// map: (height, width), in [0, 1] where a position is tested, which one is at least, -1 where it
  /// is not. painted: (height, width), receives the smallest log10 NFA of the image's baseline and
  /// of all regions that hold the position, those left out that are outweighed (see is_outweighed),
  /// and log10 of the number of tests where none is smaller or the position is not tested.
  void paint(const float* map, int32_t height, int32_t width, const RegionLaw& law, float* painted);

 private:
  double smallest_within(double log10_tests) const;

  Baseline baseline_;
  Buffer<float> relative_;  // the levels that a relative law judges
  PeakTree tree_of_;
  ComponentTree tree_;
  std::vector<double> own_;       // by node: its log10 NFA
  std::vector<double> within_;    // by node: the smallest of it and all within it
  std::vector<double> smallest_;  // by node: of it and all that hold it, the outweighed left out
};

}  // namespace flowline
#endif
