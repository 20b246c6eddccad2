#ifndef FLOWLINE_INSPECT_PART_TEST_HPP
#define FLOWLINE_INSPECT_PART_TEST_HPP

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "flowline/inspect.h"
#include "inspect/input_mask.hpp"
#include "inspect/manifest.hpp"

namespace flowline {

/// The test of a part of the image: of all that is in view, or of one zone. Any number of threads may
/// use it at once.
class PartTest {
 public:
  /// Fits the law. Throws Error if its maxima are not of the form that a law takes.
  ///
  /// place: of the law in messages. mask: what is not tested.
  PartTest(const Manifest& manifest, const std::optional<Manifest::Law>& law,
           int64_t smallest_region, const std::string& place, InputMask mask);

  PartTest(const PartTest&) = delete;
  PartTest& operator=(const PartTest&) = delete;

  /// flowline_inspect by this test.
  void inspect(flowline_context* context, const flowline_tensor* latents, int32_t scales,
               const flowline_inspection& inspection) const;

 private:
  struct DestroyView {
    void operator()(flowline_field_of_view* view) const { flowline_field_of_view_destroy(view); }
  };

  void fit(const Manifest::Law& law, const std::string& place);
  const flowline_field_of_view* view(flowline_context* context) const;

  const int64_t height_, width_;
  std::vector<float> level_;
  std::vector<double> log10_pfa_, baseline_log10_pfa_;
  flowline_region_law law_{};
  flowline_segment_options options_ = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;

  const InputMask mask_;
  mutable std::once_flag view_made_;  // by the first call, of the mask's pixels
  mutable std::unique_ptr<flowline_field_of_view, DestroyView> view_;
};

}  // namespace flowline
#endif
