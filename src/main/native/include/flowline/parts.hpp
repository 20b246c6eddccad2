/* Trees, selections, probabilities and numbers of tests; part of flowline.hpp. */
#ifndef FLOWLINE_PARTS_HPP
#define FLOWLINE_PARTS_HPP

#include <flowline/flowline.h>

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "flowline/error.hpp"
#include "flowline/segmentation.hpp"
#include "flowline/span.hpp"

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// A component tree, by node, the root first.
struct ComponentTree {
  std::vector<int32_t> node_of_pixel;  ///< (height, width)
  std::vector<int32_t> parent;         ///< -1 of the root
  std::vector<float> altitude;
  std::vector<int32_t> area;
};

/// The regions that were selected from a component tree; see flowline_select.
struct Selection {
  std::vector<int32_t> region_of_pixel;  ///< (height, width): a node; -1 in no region
  std::vector<double> log10_pfa;         ///< by node; 0 beyond the last one
  std::vector<float> painted;            ///< (height, width)
};

/// Returns log10 PFA of a region; see flowline_log10_pfa.
inline double log10_pfa(PfaBound bound, int64_t channels, double energy, int64_t pixels) {
  double result;
  detail::check(flowline_log10_pfa(static_cast<int32_t>(bound), channels, energy, pixels, &result));
  return result;
}

/// Returns log10 of the published number of tests. pixels: of each scale.
inline double log10_number_of_tests(Span<const int64_t> pixels) {
  double result;
  detail::check(
      flowline_log10_number_of_tests(pixels.data(), static_cast<int32_t>(pixels.size()), &result));
  return result;
}

inline double log10_number_of_tests(std::initializer_list<int64_t> pixels) {
  return log10_number_of_tests(Span<const int64_t>(pixels.begin(), pixels.size()));
}

/// Returns log10 of the number of tests by size; see flowline_log10_number_of_tests_by_size.
inline double log10_number_of_tests_by_size(int64_t scale_pixels, int64_t total_pixels,
                                            int64_t region_pixels) {
  double result;
  detail::check(
      flowline_log10_number_of_tests_by_size(scale_pixels, total_pixels, region_pixels, &result));
  return result;
}

}  // namespace v0
}  // namespace flowline
#endif
