#include "inspect/part_test.hpp"

#include <utility>

#include "inspect/libflowline.hpp"

namespace flowline {

PartTest::PartTest(const Manifest& manifest, const std::optional<Manifest::Law>& law,
                   int64_t smallest_region, const std::string& place, InputMask mask)
    : height_(manifest.input.height), width_(manifest.input.width), mask_(std::move(mask)) {
  options_.pfa_bound = manifest.pfa_bound;
  options_.number_of_tests = manifest.number_of_tests;
  if (law) {
    fit(*law, place);
    options_.law = &law_;
    options_.smallest_region = smallest_region;
  }
}

void PartTest::fit(const Manifest::Law& law, const std::string& place) {
  const bool relative = !law.baselines.empty();
  level_.resize(FLOWLINE_LAW_KNOTS);
  log10_pfa_.resize(static_cast<size_t>(law.classes) * FLOWLINE_LAW_KNOTS);
  baseline_log10_pfa_.resize(FLOWLINE_LAW_KNOTS);
  law_.struct_size = sizeof law_;
  law_.classes = law.classes;
  const flowline_status status =
      relative ? flowline_relative_law_fit(law.maxima.data(), law.baselines.data(), law.images,
                                           law.classes, law.baseline_exponent, level_.data(),
                                           log10_pfa_.data(), &law_.knots, &law_.baseline,
                                           baseline_log10_pfa_.data())
               : flowline_region_law_fit(law.maxima.data(), law.images, law.classes, level_.data(),
                                         log10_pfa_.data(), &law_.knots);
  require_ok(status, place + ": ");
  law_.level = level_.data();
  law_.log10_pfa = log10_pfa_.data();
  law_.baseline_exponent = law.baseline_exponent;
  law_.baseline_log10_pfa = relative ? baseline_log10_pfa_.data() : nullptr;
  law_.height = law.map_height;
  law_.width = law.map_width;
}

const flowline_field_of_view* PartTest::view(flowline_context* context) const {
  if (!mask_.leaves_out()) return nullptr;
  std::call_once(view_made_, [&] {
    flowline_segment_options what = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    const std::vector<uint8_t> ignore = mask_.pixels();
    what.ignore = ignore.data();
    flowline_field_of_view* made = nullptr;
    require_ok(flowline_field_of_view_create(context, &what, height_, width_, 1, &made));
    view_.reset(made);
  });
  return view_.get();
}

void PartTest::inspect(flowline_context* context, const flowline_tensor* latents, int32_t scales,
                       const flowline_inspection& inspection) const {
  flowline_segment_options options = options_;
  options.field_of_view = view(context);
  require_ok(flowline_inspect(context, latents, scales, &options, &inspection));
}

}  // namespace flowline
