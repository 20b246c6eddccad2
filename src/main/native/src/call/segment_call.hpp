#ifndef FLOWLINE_CALL_SEGMENT_CALL_HPP
#define FLOWLINE_CALL_SEGMENT_CALL_HPP

#include <cstdint>

#include "acontrario/field_of_view.hpp"
#include "acontrario/region_law.hpp"
#include "acontrario/test_counts.hpp"
#include "checks/limits.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// One call of flowline_segment, checked: what is given, what is asked for, and the geometry that
/// follows from both. The CPU and CUDA compute from this one description.
struct SegmentCall {
  flowline_tensor latents[MOST_SCALES];  ///< finest first, strides filled in; data of the device
  int32_t scales = 0;
  int32_t pfa_bound = 0;
  int32_t number_of_tests = 0;
  flowline_maps maps = {};  ///< outputs of the device; nullptr: not asked for
  FieldOfView view;
  const uint32_t* packed_masks = nullptr;  ///< view's in the device's memory; nullptr: not there
  bool by_law = false;
  RegionLaw law = {};                  ///< if the test is by one; its arrays of the device
  const TestCounts* counts = nullptr;  ///< counted before the call is computed

  SegmentCall(const flowline_segment_options& options, const flowline_maps& outputs)
      : pfa_bound(options.pfa_bound),
        number_of_tests(options.number_of_tests),
        maps(outputs),
        view(options, outputs.height, outputs.width),
        by_law(options.law != nullptr) {}

  int64_t batch() const { return latents[0].batch; }
  int64_t map_pixels() const { return maps.height * maps.width; }

  static int64_t positions_of(const flowline_tensor& latent) {
    return latent.height * latent.width;
  }

  int64_t positions_of(int64_t scale) const { return positions_of(latents[scale]); }

  /// Positions of one image before a scale's first, if the scales lie one after the other.
  int64_t positions_before(int64_t scale) const {
    int64_t positions = 0;
    for (int64_t finer = 0; finer < scale; finer++) positions += positions_of(finer);
    return positions;
  }
  int64_t positions() const { return positions_before(scales); }  ///< of one image

  /// Channels of the scales before one, likewise.
  int64_t channels_before(int64_t scale) const {
    int64_t channels = 0;
    for (int64_t finer = 0; finer < scale; finer++) channels += latents[finer].channels;
    return channels;
  }
  int64_t channels() const { return channels_before(scales); }

  /// How many rows of test counts there are: one for each image if each has a mask of its own.
  int64_t count_rows() const { return view.by_image() ? batch() : 1; }

  /// Whether a device has to be sent the masks.
  bool sends_masks() const { return view.mask() != nullptr && packed_masks == nullptr; }

  bool asks_for_test() const { return maps.log10_nfa != nullptr || maps.min_log10_nfa != nullptr; }
  bool asks_for_anomaly() const {
    return maps.anomaly_map != nullptr || maps.anomaly_score != nullptr;
  }
  bool tests_scales() const { return asks_for_test() && !by_law; }
  bool tests_by_law() const { return asks_for_test() && by_law; }
  bool makes_fused_map() const { return maps.fused_map != nullptr || tests_by_law(); }

  /// The energies of all scales of an image are needed at once.
  bool joins_scales() const { return asks_for_anomaly() || makes_fused_map(); }

  /// Maps that are tested each for itself: every scale or, by a law, the fused map, which is of the
  /// first scale's size.
  int32_t tested_maps() const { return by_law ? 1 : scales; }
};

}  // namespace flowline
#endif
