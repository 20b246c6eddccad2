#ifndef FLOWLINE_INSPECT_ZONED_TEST_HPP
#define FLOWLINE_INSPECT_ZONED_TEST_HPP

#include <cstdint>
#include <memory>
#include <vector>

#include "flowline/inspect.h"
#include "inspect/manifest.hpp"
#include "inspect/part_test.hpp"
#include "inspect/pool.hpp"
#include "inspect/zone.hpp"

namespace flowline {

/// A threshold with the guard band around it.
struct Threshold {
  double log10_epsilon, guard_below, guard_above;

  double defect_below() const { return log10_epsilon - guard_below; }
  double good_from() const { return log10_epsilon + guard_above; }
};

/// The tests of zones, one for each, and what they come to together: the most meaningful region among
/// all zones decides. Any number of threads may judge at once.
class ZonedTest {
 public:
  explicit ZonedTest(const Manifest& manifest);

  void set_threshold(const Threshold& threshold);

  /// Judges the latents of one image: verdict, min_log10_nfa, regions in pixels of the map with their
  /// zones, and the maps that the judgement and `maps` ask for.
  ///
  /// maps: anomaly map and score, as of flowline_maps; its log10_nfa is not looked at.
  void judge(flowline_context* context, const flowline_tensor* latents, int32_t scales,
             const flowline_maps& maps, flowline_judgement* judgement) const;

 private:
  /// What a zone's own test says.
  struct Found {
    flowline_verdict verdict;
    float min_log10_nfa;
    std::vector<float> log10_nfa;  // the decided map
    std::vector<flowline_region> regions;
    int64_t count;
  };

  /// New memory for what all zones' tests say.
  std::unique_ptr<std::vector<Found>> room() const;

  void judge_zone(flowline_context* context, const flowline_tensor* latents, int32_t scales,
                  const flowline_maps& maps, size_t zone, Found* found) const;
  void cut(flowline_context* context, double log10_epsilon, Found* found) const;
  void merge_regions(std::vector<Found>& found, flowline_judgement* judgement) const;

  const int64_t height_, width_;
  std::vector<Zone> zones_;
  std::vector<std::unique_ptr<PartTest>> tests_;  // by zone
  Threshold threshold_{};
  std::vector<Threshold> own_;  // by zone, of its test by itself

  mutable Pool<std::vector<Found>> pool_;
};

}  // namespace flowline
#endif
