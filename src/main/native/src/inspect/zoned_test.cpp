#include "inspect/zoned_test.hpp"

#include <algorithm>
#include <cfloat>
#include <string>
#include <utility>

#include "inspect/libflowline.hpp"

namespace flowline {
namespace {

/// Room for regions of each zone; few have more.
constexpr size_t USUAL_COUNT = 64;

}  // namespace

ZonedTest::ZonedTest(const Manifest& manifest)
    : height_(manifest.input.height), width_(manifest.input.width) {
  const Manifest::Zones& zones = *manifest.zones;
  const InputMask mask(manifest);
  for (size_t z = 0; z < zones.zones.size(); z++) {
    const Manifest::Zone& zone = zones.zones[z];
    zones_.emplace_back(zone.share);
    tests_.push_back(std::make_unique<PartTest>(manifest, zone.law, zone.smallest_region,
                                                "test.zones.zones[" + std::to_string(z) + "].law",
                                                mask.of_zone(z)));
  }
}

void ZonedTest::set_threshold(const Threshold& threshold) {
  std::vector<Threshold> own;
  for (const Zone& zone : zones_) {
    const double epsilon = zone.threshold(threshold.log10_epsilon);
    const bool no_band = threshold.guard_below == 0 && threshold.guard_above == 0;
    own.push_back({epsilon, no_band ? 0 : epsilon - zone.threshold(threshold.defect_below()),
                   no_band ? 0 : zone.threshold(threshold.good_from()) - epsilon});
  }
  threshold_ = threshold;
  own_ = std::move(own);
}

std::unique_ptr<std::vector<ZonedTest::Found>> ZonedTest::room() const {
  auto found = std::make_unique<std::vector<Found>>(zones_.size());
  for (Found& zone : *found) {
    zone.log10_nfa.resize(static_cast<size_t>(height_ * width_));
    zone.regions.resize(USUAL_COUNT);
  }
  return found;
}

void ZonedTest::judge(flowline_context* context, const flowline_tensor* latents, int32_t scales,
                      const flowline_maps& maps, flowline_judgement* judgement) const {
  std::unique_ptr<std::vector<Found>> found = pool_.take([&] { return room(); });
  float smallest = FLT_MAX;
  bool tested = false;
  for (size_t z = 0; z < zones_.size(); z++) {
    Found& zone = (*found)[z];
    judge_zone(context, latents, scales, maps, z, &zone);
    smallest = std::min(smallest, zones_[z].among_all(zone.min_log10_nfa));
    tested = tested || zone.verdict != FLOWLINE_NOT_INSPECTED;
  }
  const bool defective = smallest < threshold_.defect_below();
  const bool undecided = !defective && smallest < threshold_.good_from();
  judgement->min_log10_nfa = smallest;
  judgement->verdict = !tested     ? FLOWLINE_NOT_INSPECTED
                       : defective ? FLOWLINE_DEFECT
                       : undecided ? FLOWLINE_UNDECIDED
                                   : FLOWLINE_GOOD;
  for (size_t z = 0; z < zones_.size() && defective; z++) {
    Found& zone = (*found)[z];
    // By itself its regions are those of the whole band.
    if (zone.verdict == FLOWLINE_UNDECIDED) cut(context, own_[z].log10_epsilon, &zone);
  }
  merge_regions(*found, judgement);
  if (judgement->log10_nfa != nullptr) {
    for (size_t i = 0; i < static_cast<size_t>(height_ * width_); i++) {
      float among = FLT_MAX;
      for (size_t z = 0; z < zones_.size(); z++) {
        among = std::min(among, zones_[z].among_all((*found)[z].log10_nfa[i]));
      }
      judgement->log10_nfa[i] = among;
    }
  }
  pool_.give_back(std::move(found));
}

void ZonedTest::judge_zone(flowline_context* context, const flowline_tensor* latents,
                           int32_t scales, const flowline_maps& maps, size_t zone,
                           Found* found) const {
  flowline_maps wanted{};
  wanted.struct_size = sizeof wanted;
  if (zone == 0) wanted = maps;  // the anomaly map is every zone's alike
  wanted.height = height_;
  wanted.width = width_;
  wanted.log10_nfa = found->log10_nfa.data();
  flowline_inspection inspection{};
  inspection.struct_size = sizeof inspection;
  inspection.height = height_;
  inspection.width = width_;
  inspection.log10_epsilon = own_[zone].log10_epsilon;
  inspection.guard_below = own_[zone].guard_below;
  inspection.guard_above = own_[zone].guard_above;
  inspection.verdict = &found->verdict;
  inspection.min_log10_nfa = &found->min_log10_nfa;
  inspection.regions = found->regions.data();
  inspection.capacity = static_cast<int64_t>(found->regions.size());
  inspection.region_count = &found->count;
  inspection.maps = &wanted;
  tests_[zone]->inspect(context, latents, scales, inspection);
  if (found->count > inspection.capacity) {
    cut(context,
        found->verdict == FLOWLINE_UNDECIDED ? own_[zone].good_from() : own_[zone].log10_epsilon,
        found);
  }
}

/// Cuts the regions of a zone out of its map.
void ZonedTest::cut(flowline_context* context, double log10_epsilon, Found* found) const {
  found->count = 0;
  if (!(found->min_log10_nfa < log10_epsilon)) return;
  const auto regions = [&] {
    require_ok(flowline_regions(context, found->log10_nfa.data(), height_, width_, log10_epsilon, 4,
                                found->regions.data(), static_cast<int64_t>(found->regions.size()),
                                &found->count));
  };
  regions();
  if (found->count > static_cast<int64_t>(found->regions.size())) {
    found->regions.resize(static_cast<size_t>(found->count));
    regions();
  }
}

/// Writes the regions of all zones, the most meaningful first; of equal ones those of the first zone.
void ZonedTest::merge_regions(std::vector<Found>& found, flowline_judgement* judgement) const {
  int64_t next[MOST_ZONES] = {};  // by zone; its regions are in order already
  judgement->region_count = 0;
  for (;;) {
    size_t first = zones_.size();
    float smallest = 0;
    for (size_t z = 0; z < zones_.size(); z++) {
      if (next[z] == found[z].count) continue;
      const float among =
          zones_[z].among_all(found[z].regions[static_cast<size_t>(next[z])].log10_nfa);
      if (first == zones_.size() || among < smallest) {
        first = z;
        smallest = among;
      }
    }
    if (first == zones_.size()) return;
    if (judgement->region_count < judgement->capacity) {
      flowline_region& region = judgement->regions[judgement->region_count];
      region = found[first].regions[static_cast<size_t>(next[first])];
      region.log10_nfa = smallest;
      region.zone = static_cast<int32_t>(first);
    }
    judgement->region_count++;
    next[first]++;
  }
}

}  // namespace flowline
