#ifndef FLOWLINE_ACONTRARIO_FLOOD_TEST_HPP
#define FLOWLINE_ACONTRARIO_FLOOD_TEST_HPP

#include <cstdint>
#include <vector>

#include "acontrario/judgement.hpp"
#include "acontrario/number_of_tests.hpp"
#include "kernels/kernels.hpp"
#include "tree/rank_flood.hpp"

namespace flowline {

/// The test of one scale of one image by flooding: as ScaleTest's, to the bit.
class FloodTest {
 public:
  explicit FloodTest(const Kernels& kernels) : kernels_(&kernels) {}

  void reserve(int32_t height, int32_t width);

  void paint(const float* energy, int32_t height, int32_t width, const Judgement& judgement,
             double log10_tests, float* painted);

 private:
  /// A component while it grows: its current node is the lowest, not finished.
  struct Component {
    double best;       ///< smallest value of the chosen of its children, infinite without
    uint32_t rank;     ///< of the pixel that waits
    int32_t first;     ///< when its first pixel was completed
    int32_t children;  ///< finished, each with a chosen node; -1 once one is blocked
  };
  /// A node that was chosen: pixels by the time of their completion.
  struct Chosen {
    double value;
    int32_t first, last;
  };
  template <bool BY_SIZE>
  class Events;

  void find_log10_pfa(const Judgement& judgement);
  void prepare_shapes(int64_t pixels);
  double price_of(int32_t area) const;

  const Kernels* kernels_;
  RankFlood flood_;
  Buffer<double> log10_pfa_;      // by position
  Buffer<int32_t> completed_;     // pixels in the order of their completion
  Buffer<Component> waiting_;     // a stack
  Buffer<Chosen> chosen_;         // a stack: of each waiting component's children
  std::vector<double> shapes_;    // by area: log10 of beta^r / r
  TestsBySize tests_{1, 1};
  double log10_tests_ = 0.0;
  double background_ = 0.0;
};

}  // namespace flowline
#endif
