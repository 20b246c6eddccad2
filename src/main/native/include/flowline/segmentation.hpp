/* The options and the results of a segmentation; part of flowline.hpp. */
#ifndef FLOWLINE_SEGMENTATION_HPP
#define FLOWLINE_SEGMENTATION_HPP

#include <flowline/flowline.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "flowline/calibration.hpp"
#include "flowline/error.hpp"
#include "flowline/field_of_view.hpp"
#include "flowline/span.hpp"

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// How the PFA of a region is computed; see FLOWLINE_PFA_CHERNOFF and its siblings.
enum class PfaBound : int32_t {
  Chernoff = FLOWLINE_PFA_CHERNOFF,
  AsReleased = FLOWLINE_PFA_AS_RELEASED,
  Exact = FLOWLINE_PFA_EXACT
};

/// How many tests the PFA of a region is multiplied by; see FLOWLINE_TESTS_PUBLISHED and
/// its sibling.
enum class NumberOfTests : int32_t {
  Published = FLOWLINE_TESTS_PUBLISHED,
  BySize = FLOWLINE_TESTS_BY_SIZE
};

/// The options of Context::segment; see flowline_segment_options.
struct SegmentOptions {
  PfaBound pfa_bound = PfaBound::Chernoff;
  NumberOfTests number_of_tests = NumberOfTests::BySize;
  Box region_of_interest = {};
  Span<const uint8_t> ignore = {};  ///< (height, width) for all images, or (batch, height, width)
  const RegionLaw* law = nullptr;   ///< the caller's, host memory; nullptr: chi-square energies

  /// The caller's, in place of region_of_interest and ignore, which are then empty.
  const FieldOfView* field_of_view = nullptr;

  /// The least number of positions of a region, if there is a law; 0: regions of any size.
  int64_t smallest_region = 0;
};

/// The results of a segmentation, in host memory.
struct Maps {
  int64_t batch = 0, height = 0, width = 0;
  std::vector<float> log10_nfa;       ///< (batch, height, width)
  std::vector<float> min_log10_nfa;   ///< (batch)
  std::vector<float> anomaly_map;     ///< (batch, height, width), empty if it was not wanted
  std::vector<float> anomaly_score;   ///< (batch), empty if it was not wanted
  std::vector<float> fused_map;       ///< (batch, height, width) of latents[0], likewise
  std::vector<double> mean_energies;  ///< (batch, scales), likewise
  std::vector<double> channel_means;  ///< (batch, sum of the scales' channels), likewise

  /// Returns the map of log10 NFA of one image, for Context::regions.
  Span<const float> log10_nfa_of(int64_t image) const&& = delete;  // the maps would be gone
  Span<const float> log10_nfa_of(int64_t image) const& {
    if (image < 0 || image >= batch) {
      detail::fail(FLOWLINE_INVALID_ARGUMENT, "image must be 0 to " + std::to_string(batch - 1) +
                                                  ", got " + std::to_string(image));
    }
    const size_t pixels = detail::count({height, width});
    return {log10_nfa.data() + static_cast<size_t>(image) * pixels, pixels};
  }
};

/// The outputs of a segmentation, in device memory of the context. An empty one is not computed.
struct MapViews {
  int64_t height = 0, width = 0;
  Span<float> log10_nfa = {};       ///< (batch, height, width)
  Span<float> min_log10_nfa = {};   ///< (batch)
  Span<float> anomaly_map = {};     ///< (batch, height, width)
  Span<float> anomaly_score = {};   ///< (batch)
  Span<float> fused_map = {};       ///< (batch, height, width) of latents[0], the finest scale
  Span<double> mean_energies = {};  ///< (batch, scales)
  Span<double> channel_means = {};  ///< (batch, sum of the scales' channels)
};

/// Whether the anomaly map and its score are asked for too.
enum class AnomalyMap { No, Yes };

/// Whether the fused map is asked for too, for Context::relative_maxima.
enum class FusedMap { No, Yes };

/// Whether the mean energies and the channel means are asked for too.
enum class Means { No, Yes };

}  // namespace v0
}  // namespace flowline
#endif
