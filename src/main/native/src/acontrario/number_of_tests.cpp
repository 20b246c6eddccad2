#include "acontrario/number_of_tests.hpp"

#include <algorithm>

#include "math/exponential.hpp"

namespace flowline {
namespace {

// Sum over r = 1..n of beta^r / r = beta^n times the sum over j = n - r of beta^-j / (n - j).
double log10_of_scale(int64_t n) {
  constexpr int64_t MOST_TERMS = 48;  // beta^-48 < 1e-29
  double sum = 0.0;
  double power = 1.0;
  for (int64_t j = 0; j < std::min(n, MOST_TERMS); j++) {
    sum += power / static_cast<double>(n - j);
    power /= BETA;
  }
  return static_cast<double>(n) * log10_of(BETA) + log10_of(ALPHA * static_cast<double>(n) * sum);
}

}  // namespace

double log10_number_of_tests(const int64_t* pixels, int32_t scales) {
  double largest = log10_of_scale(*std::max_element(pixels, pixels + scales));
  double sum = 0.0;
  for (int32_t l = 0; l < scales; l++)
    sum += exponential((log10_of_scale(pixels[l]) - largest) / LOG10_E);
  return largest + log10_of(sum);
}

void ShapeTable::reserve(int64_t pixels) {
  constexpr int64_t MOST_SHAPES = 1 << 16;
  const int64_t shapes = std::min(pixels, MOST_SHAPES) + 1;
  shapes_.reserve(static_cast<size_t>(shapes));
  for (int64_t r = static_cast<int64_t>(shapes_.size()); r < shapes; r++) {
    shapes_.push_back(r == 0 ? 0.0 : TestsBySize::log10_of_shape(r));
  }
}

}  // namespace flowline
