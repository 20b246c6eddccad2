#include "inspect/file_test.hpp"

#include <algorithm>
#include <cfloat>
#include <limits>

#include "checks/status.hpp"
#include "inspect/libflowline.hpp"

namespace flowline {
namespace {

constexpr double UNKNOWN = std::numeric_limits<double>::quiet_NaN();

std::string shape_of(int64_t channels, int64_t height, int64_t width) {
  return std::to_string(channels) + " x " + std::to_string(height) + " x " + std::to_string(width);
}

}  // namespace

FileTest::FileTest(const Manifest& manifest)
    : height_(manifest.input.height),
      width_(manifest.input.width),
      latents_(manifest.latents),
      maps_likelihood_(manifest.maps_likelihood) {
  if (manifest.zones) {
    zoned_ = std::make_unique<ZonedTest>(manifest);
  } else {
    whole_ = std::make_unique<PartTest>(manifest, manifest.law, manifest.smallest_region,
                                        "test.law", InputMask(manifest));
  }
  set_threshold(manifest);
}

void FileTest::set_threshold(const Manifest& manifest) {
  threshold_ = {manifest.log10_epsilon, manifest.guard_below, manifest.guard_above};
  promised_ = manifest.calibration ? manifest.calibration->promised : UNKNOWN;
  scores_ = manifest.calibration ? manifest.calibration->scores : std::vector<double>();
  p_values_ = manifest.calibration ? manifest.calibration->p_values : std::vector<double>();
  if (zoned_) zoned_->set_threshold(threshold_);
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

void FileTest::judge_whole(flowline_context* context, const flowline_tensor* latents,
                           const flowline_maps& maps, flowline_judgement* judgement) const {
  flowline_inspection inspection{};
  inspection.struct_size = sizeof inspection;
  inspection.height = height_;
  inspection.width = width_;
  inspection.log10_epsilon = threshold_.log10_epsilon;
  inspection.guard_below = threshold_.guard_below;
  inspection.guard_above = threshold_.guard_above;
  inspection.verdict = &judgement->verdict;
  inspection.min_log10_nfa = &judgement->min_log10_nfa;
  inspection.regions = judgement->regions;
  inspection.capacity = judgement->capacity;
  inspection.region_count = &judgement->region_count;
  inspection.maps = maps_likelihood_ || maps.log10_nfa != nullptr ? &maps : nullptr;
  whole_->inspect(context, latents, scales(), inspection);
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
  if (zoned_) {
    zoned_->judge(context, latents, scales(), maps, judgement);
  } else {
    judge_whole(context, latents, maps, judgement);
  }

  judgement->log10_epsilon = threshold_.log10_epsilon;
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
