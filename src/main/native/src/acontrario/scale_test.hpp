#ifndef FLOWLINE_ACONTRARIO_SCALE_TEST_HPP
#define FLOWLINE_ACONTRARIO_SCALE_TEST_HPP

#include <cstdint>

#include "acontrario/judgement.hpp"
#include "acontrario/selection.hpp"
#include "kernels/kernels.hpp"
#include "tree/component_tree.hpp"

namespace flowline {

/// The test of one scale of one image, from its energy to its painted map. One thread at a time.
class ScaleTest {
 public:
  explicit ScaleTest(const Kernels& kernels) : kernels_(&kernels) {}

  /// Room for maps up to this size: painting one then allocates nothing.
  void reserve(int32_t height, int32_t width);

  /// energy: (height, width), finite; not negative where a position is tested, -1 where it is not.
  /// painted: (height, width), receives log10 PFA in regions and 0 elsewhere; by size, log10 PFA +
  /// log10 N_T(l, r) in regions and log10 N_T(l, 1) elsewhere; plus log10_tests, added in double.
  /// Positions that are not tested are elsewhere, and so is a region that is no more meaningful.
  void paint(const float* energy, int32_t height, int32_t width, const Judgement& judgement,
             double log10_tests, float* painted);

 private:
  const Kernels* kernels_;
  ComponentTree tree_;
  Selection selection_;
};

}  // namespace flowline
#endif
