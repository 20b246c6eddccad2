#ifndef FLOWLINE_ACONTRARIO_SCALE_TEST_HPP
#define FLOWLINE_ACONTRARIO_SCALE_TEST_HPP

#include <cstdint>

#include "acontrario/judgement.hpp"
#include "acontrario/number_of_tests.hpp"
#include "kernels/kernels.hpp"
#include "tree/peak_sweep.hpp"

namespace flowline {

/// The test of one scale of one image, from its energy to its painted map: tree, selection and
/// painting in one sweep. One thread at a time.
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
  /// A component while it grows: its current node, the highest that is not finished.
  struct alignas(64) Component {
    double log10_pfa;  ///< of one pixel of the current node's altitude
    double best;       ///< smallest value of the chosen of its children, infinite without
    uint32_t level;    ///< the current node's altitude
    int32_t area;
    int32_t children;      ///< finished, each with a chosen node; -1 once one is blocked
    int32_t first_chosen;  ///< of the children, by the root that they had
    int32_t last_chosen;

    /// The chosen node of this root's last finished one; what a list of the chosen links.
    double value;
    uint32_t chosen_level;
    int32_t chosen_peaks;
    int32_t next_chosen;
  };

  template <bool BY_SIZE>
  class Events;

  double cost_of(int32_t area) const;
  void find_log10_pfa(const Judgement& judgement, int64_t first, int64_t count);
  template <bool BY_SIZE>
  void sweep(const Judgement& judgement);
  template <bool BY_SIZE>
  void finish(int32_t root);
  void unite(int32_t root, int32_t other);
  void block(Component* component);
  void make_region(int32_t chosen);

  const Kernels* kernels_;
  PeakSweep peaks_;
  Buffer<Component> components_;  // by root
  Buffer<Region> regions_;        // by peak
  Buffer<int32_t> roots_;         // of what has grown no more
  ShapeTable shapes_;
  TestsBySize tests_{1, 1};
  double log10_tests_ = 0.0;
  double background_ = 0.0;  // the value of no region

  static constexpr int64_t BLOCK = 512;
  double log10_pfa_[BLOCK];  // by position in the block that is swept
};

}  // namespace flowline
#endif
