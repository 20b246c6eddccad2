#include "backend/map_inspector.hpp"

#include <algorithm>
#include <cfloat>
#include <string>

#include "acontrario/verdict.hpp"
#include "checks/status.hpp"

namespace flowline {
namespace {

/// What the images of one inspection share.
class Job {
 public:
  Job(const SegmentCall& call, const float* painted, bool makes_maps,
      const flowline_inspection& asked)
      : call_(call), painted_(painted), makes_maps_(makes_maps), asked_(asked) {}

  /// Whether an image takes more than its verdict.
  bool has_work(int64_t image) const { return shows_regions(image) || makes_maps_; }
  bool shows_regions(int64_t image) const { return has_regions(asked_.verdict[image]); }

  /// Returns false if there is a NaN where none can be.
  bool run(int64_t image, DecidedMap* decided) const {
    const float smallest = call_.maps.min_log10_nfa[image];
    const float* const painted = painted_ + image * call_.positions();
    float* map = call_.maps.log10_nfa;
    if (map != nullptr) map += image * call_.map_pixels();
    if (shows_regions(image)) {
      if (!decided->decided(call_, image, painted, smallest, below(image), map)) return false;
      put(image, decided->regions());
    } else if (makes_maps_ && asked_.verdict[image] == FLOWLINE_NOT_INSPECTED) {
      std::fill_n(map, call_.map_pixels(), FLT_MAX);
    } else if (makes_maps_) {
      decided->interpolated(call_, image, painted, smallest, map);
    }
    return true;
  }

 private:
  /// What the pixels of an image's regions are below.
  double below(int64_t image) const {
    const bool undecided = asked_.verdict[image] == FLOWLINE_UNDECIDED;
    const double threshold = asked_.log10_epsilon + (undecided ? asked_.guard_above : 0.0);
    return std::min(threshold, static_cast<double>(FLT_MAX));
  }

  void put(int64_t image, const std::vector<flowline_region>& regions) const {
    const int64_t count = static_cast<int64_t>(regions.size());
    if (asked_.region_count != nullptr) asked_.region_count[image] = count;
    if (asked_.capacity == 0) return;
    std::copy_n(regions.begin(), std::min(asked_.capacity, count),
                asked_.regions + image * asked_.capacity);
  }

  const SegmentCall& call_;
  const float* const painted_;
  const bool makes_maps_;
  const flowline_inspection& asked_;
};

}  // namespace

MapInspector::MapInspector(const Kernels& kernels, WorkerPool* pool) : pool_(*pool) {
  workers_.reserve(static_cast<size_t>(pool->threads()));
  for (int worker = 0; worker < pool->threads(); worker++) workers_.emplace_back(kernels);
}

void MapInspector::reserve(const SegmentCall& call) {
  reserve_workers(call, workers_.size(), true);
}

void MapInspector::reserve_workers(const SegmentCall& call, size_t workers, bool regions) {
  for (size_t worker = 0; worker < workers; worker++) {
    workers_[worker].map.reserve_maps(call);
    if (regions) workers_[worker].map.reserve_regions(call);
  }
}

void MapInspector::inspect(const SegmentCall& call, const float* painted, bool maps_are_made,
                           const flowline_inspection& asked) {
  const int64_t batch = call.batch();
  const Job job(call, painted, call.maps.log10_nfa != nullptr && !maps_are_made, asked);
  const auto threshold = GuardedThreshold::of(asked);
  int64_t with_work = 0, with_regions = 0;
  for (int64_t image = 0; image < batch; image++) {
    asked.verdict[image] = verdict_of(call.maps.min_log10_nfa[image], threshold);
    if (asked.region_count != nullptr) asked.region_count[image] = 0;
    with_work += job.has_work(image);
    with_regions += job.shows_regions(image);
  }
  if (with_work == 0) return;
  const bool alone = with_work == 1;  // for which waking the others is not worth while
  reserve_workers(call, alone ? 1 : workers_.size(), with_regions > 0);
  for (Worker& worker : workers_) worker.not_a_number = -1;
  auto body = [&](int64_t image, int index) noexcept {
    Worker& worker = workers_[static_cast<size_t>(index)];
    if (job.has_work(image) && !job.run(image, &worker.map)) worker.not_a_number = image;
  };
  if (alone) {
    for (int64_t image = 0; image < batch; image++) body(image, 0);
  } else {
    pool_.run(batch, body);
  }
  for (const Worker& worker : workers_) {
    if (worker.not_a_number < 0) continue;
    throw Error(FLOWLINE_INTERNAL, "the map of image " + std::to_string(worker.not_a_number) +
                                       ", which was tested, has a NaN");
  }
}

}  // namespace flowline
