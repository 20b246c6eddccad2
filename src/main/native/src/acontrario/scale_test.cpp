#include "acontrario/scale_test.hpp"

namespace flowline {

void ScaleTest::reserve(int32_t, int32_t) {}

void ScaleTest::paint(const float* energy, int32_t height, int32_t width,
                      const Judgement& judgement, double log10_tests, float* painted) {
  tree_.build_above(judgement.floor(), energy, height, width);
  selection_.select(tree_, tree_.altitude.data(), judgement);
  selection_.paint(tree_, static_cast<int64_t>(height) * width, log10_tests, painted);
}

}  // namespace flowline
