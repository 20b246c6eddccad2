#include "inspect/file_test.hpp"

#include <algorithm>
#include <cfloat>
#include <limits>

#include "checks/status.hpp"
#include "inspect/libflowline.hpp"

namespace flowline {
namespace {

constexpr double UNKNOWN = std::numeric_limits<double>::quiet_NaN();

/// Of `pixels`, the one that the centre of another grid's pixel falls on.
int64_t centre(int64_t pixel, int64_t pixels, int64_t target_pixels) {
  return (2 * pixel + 1) * target_pixels / (2 * pixels);
}

/// Which positions are out of view, (height, width).
std::vector<uint8_t> out_of_view(const Manifest::View& view) {
  std::vector<uint8_t> out;
  out.reserve(static_cast<size_t>(view.height * view.width));
  for (size_t i = 0; i < view.runs.size(); i++) {
    out.insert(out.end(), static_cast<size_t>(view.runs[i]), i % 2);
  }
  return out;
}

std::string shape_of(int64_t channels, int64_t height, int64_t width) {
  return std::to_string(channels) + " x " + std::to_string(height) + " x " + std::to_string(width);
}

}  // namespace

FileTest::FileTest(const Manifest& manifest)
    : height_(manifest.input.height),
      width_(manifest.input.width),
      latents_(manifest.latents),
      maps_likelihood_(manifest.maps_likelihood),
      positions_(manifest.view) {
  options_.pfa_bound = manifest.pfa_bound;
  options_.number_of_tests = manifest.number_of_tests;
  if (manifest.law) {
    fit(*manifest.law);
    options_.law = &law_;
    options_.smallest_region = manifest.smallest_region;
  }
  set_threshold(manifest);
}

void FileTest::set_threshold(const Manifest& manifest) {
  log10_epsilon_ = manifest.log10_epsilon;
  guard_below_ = manifest.guard_below;
  guard_above_ = manifest.guard_above;
  promised_ = manifest.calibration ? manifest.calibration->promised : UNKNOWN;
  scores_ = manifest.calibration ? manifest.calibration->scores : std::vector<double>();
  p_values_ = manifest.calibration ? manifest.calibration->p_values : std::vector<double>();
}

void FileTest::fit(const Manifest::Law& law) {
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
  require_ok(status, "test.law: ");
  law_.level = level_.data();
  law_.log10_pfa = log10_pfa_.data();
  law_.baseline_exponent = law.baseline_exponent;
  law_.baseline_log10_pfa = relative ? baseline_log10_pfa_.data() : nullptr;
  law_.height = law.map_height;
  law_.width = law.map_width;
}

const flowline_field_of_view* FileTest::view(flowline_context* context) const {
  if (!positions_) return nullptr;
  std::call_once(view_made_, [&] {
    const std::vector<uint8_t> out = out_of_view(*positions_);
    std::vector<uint8_t> mask;
    mask.reserve(static_cast<size_t>(height_ * width_));
    for (int64_t y = 0; y < height_; y++) {
      const int64_t row = centre(y, height_, positions_->height) * positions_->width;
      for (int64_t x = 0; x < width_; x++) {
        mask.push_back(out[static_cast<size_t>(row + centre(x, width_, positions_->width))]);
      }
    }
    flowline_segment_options what = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    what.ignore = mask.data();
    flowline_field_of_view* made = nullptr;
    require_ok(flowline_field_of_view_create(context, &what, height_, width_, 1, &made));
    view_.reset(made);
  });
  return view_.get();
}

int64_t FileTest::require_latents(const flowline_tensor* tensors, int32_t scales) const {
  if (scales != this->scales()) {
    invalid("scales must be those of the file, " + std::to_string(this->scales()) + ", got " +
            std::to_string(scales));
  }
  for (size_t i = 0; i < latents_.size(); i++) {
    const Manifest::Scale& is = latents_[i];
    const flowline_tensor& got = tensors[i];
    const std::string name = "latents[" + std::to_string(i) + "]";
    if (got.channels != is.channels || got.height != is.height || got.width != is.width) {
      invalid(name + " must be " + shape_of(is.channels, is.height, is.width) + ", got " +
              shape_of(got.channels, got.height, got.width));
    }
    if (got.batch != tensors[0].batch) {
      invalid(name + ".batch must be that of latents[0], " + std::to_string(tensors[0].batch) +
              ", got " + std::to_string(got.batch));
    }
  }
  return tensors[0].batch;
}

void FileTest::judge(flowline_context* context, const flowline_tensor* latents,
                     const FramePart& part, flowline_judgement* judgement) const {
  flowline_maps maps{};
  maps.struct_size = sizeof maps;
  maps.height = height_;
  maps.width = width_;
  maps.log10_nfa = judgement->log10_nfa;
  if (maps_likelihood_) {
    maps.anomaly_map = judgement->anomaly_map;
    maps.anomaly_score = &judgement->anomaly_score;
  }
  flowline_inspection inspection{};
  inspection.struct_size = sizeof inspection;
  inspection.height = height_;
  inspection.width = width_;
  inspection.log10_epsilon = log10_epsilon_;
  inspection.verdict = &judgement->verdict;
  inspection.min_log10_nfa = &judgement->min_log10_nfa;
  inspection.regions = judgement->regions;
  inspection.capacity = judgement->capacity;
  inspection.region_count = &judgement->region_count;
  inspection.maps = maps_likelihood_ || maps.log10_nfa != nullptr ? &maps : nullptr;
  inspection.guard_below = guard_below_;
  inspection.guard_above = guard_above_;
  flowline_segment_options options = options_;
  options.field_of_view = view(context);
  require_ok(flowline_inspect(context, latents, scales(), &options, &inspection));

  judgement->log10_epsilon = log10_epsilon_;
  judgement->promised = promised_;
  judgement->p_value =
      judgement->verdict == FLOWLINE_NOT_INSPECTED ? UNKNOWN : p_value(judgement->min_log10_nfa);
  const MapScale scale(height_, width_, part);
  const int64_t written = std::min(judgement->region_count, judgement->capacity);
  std::for_each(judgement->regions, judgement->regions + written,
                [&](flowline_region& region) { scale.apply(&region); });
}

double FileTest::p_value(float score) const {
  if (scores_.empty()) return UNKNOWN;
  const auto above = std::upper_bound(scores_.begin(), scores_.end(), static_cast<double>(score));
  return p_values_[static_cast<size_t>(above - scores_.begin())];
}

}  // namespace flowline
