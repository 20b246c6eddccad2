#include "acontrario/scale_test.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "acontrario/connectivity.hpp"
#include "acontrario/number_of_tests.hpp"
#include "acontrario/pfa.hpp"

namespace flowline {

// Collapse or block, while the level falls. A component's current node is finished when a lower
// pixel touches it:
//   no child: chosen is the node; a blocked child: blocked; one child: the node if it is strictly
//   better than the child's chosen, else that; more children: the node if it is as good as all of
//   them, else blocked.
// The chosen of the children of a blocked node are the regions.
template <bool BY_SIZE>
class ScaleTest::Events {
 public:
  explicit Events(ScaleTest* test)
      : test_(test), components_(test->components_.data()), regions_(test->regions_.data()) {}

  void peak(int32_t root, int64_t position, uint32_t level) {
    Component& component = components_[root];
    component.log10_pfa = log10_pfa(position);
    component.level = level;
    component.area = 1;
    component.children = 0;
    component.best = INFINITY;
    regions_[root] = {INFINITY, 0.0f};  // of a plateau's second peak it may stay so
  }

  void reach(int32_t root, int64_t position, uint32_t level) {
    Component& component = components_[root];
    if (component.children < 0 || component.level == level) return;
    test_->finish<BY_SIZE>(root);
    component.level = level;
    component.log10_pfa = log10_pfa(position);
  }

  void unite(int32_t root, int32_t other) { test_->unite(root, other); }

  void grow(int32_t root, int64_t) { components_[root].area++; }

  void prefetch(int32_t root) const { __builtin_prefetch(components_ + root); }

 private:
  // Returns log10 PFA of one pixel at a position in the block that is swept: blocks begin at
  // multiples of their length.
  double log10_pfa(int64_t position) const {
    return test_->log10_pfa_[static_cast<uint64_t>(position) % BLOCK];
  }

  ScaleTest* test_;
  Component* components_;
  Region* regions_;
};

void ScaleTest::reserve(int32_t height, int32_t width) {
  peaks_.reserve(height, width);
  const int64_t peaks = PeakSweep::most_peaks(static_cast<int64_t>(height) * width);
  components_.reserve(peaks);
  regions_.reserve(peaks);
  roots_.reserve(peaks);
  shapes_.reserve(static_cast<int64_t>(height) * width);
}

void ScaleTest::paint(const float* energy, int32_t height, int32_t width,
                      const Judgement& judgement, double log10_tests, float* painted) {
  reserve(height, width);
  log10_tests_ = log10_tests;
  peaks_.start(*kernels_, energy, height, width, CONNECTIVITY, judgement.floor());
  if (judgement.number_of_tests == FLOWLINE_TESTS_BY_SIZE) {
    tests_ = TestsBySize(judgement.scale_pixels, judgement.total_pixels);
    background_ = cost_of(1);
    sweep<true>(judgement);
  } else {
    background_ = 0.0;
    sweep<false>(judgement);
  }
  const float background = static_cast<float>(background_ + log10_tests);
  for (int32_t y = 0; y < height; y++) {
    const int32_t cell = peaks_.cell_of_row(y);
    kernels_->paint(peaks_.map() + cell, peaks_.labels() + cell, width, judgement.floor(),
                    regions_.data(), background, painted + static_cast<int64_t>(y) * width);
  }
}

template <bool BY_SIZE>
void ScaleTest::sweep(const Judgement& judgement) {
  for (int64_t last = peaks_.sorted.count(); last > 0;) {
    const int64_t first = (last - 1) / BLOCK * BLOCK;
    find_log10_pfa(judgement, first, last - first);
    Events<BY_SIZE> events(this);
    peaks_.sweep(first, last, &events);
    last = first;
  }
  // Collected first: which of the peaks are roots cannot be foretold.
  int32_t roots = 0;
  for (int32_t peak = 1; peak < peaks_.peaks(); peak++) {
    roots_[roots] = peak;
    roots += peaks_.is_root(peak);
  }
  for (int32_t i = 0; i < roots; i++) {
    finish<BY_SIZE>(roots_[i]);
    const Component& component = components_[roots_[i]];
    if (component.children == 1) make_region(component.first_chosen);
  }
}

// Computes log10 PFA of one pixel for `count` sorted positions from `first` on.
void ScaleTest::find_log10_pfa(const Judgement& judgement, int64_t first, int64_t count) {
  const SortedCells& sorted = peaks_.sorted;
  const uint64_t* const entries = sorted.entries() + first;
  const double channels = static_cast<double>(judgement.channels);
  if (judgement.pfa_bound != FLOWLINE_PFA_EXACT) {
    kernels_->chernoff(entries, count, sorted.least(), channels,
                       judgement.pfa_bound == FLOWLINE_PFA_CHERNOFF, log10_pfa_);
    return;
  }
  for (int64_t i = 0; i < count; i++) {
    const uint32_t level = SortedCells::level_of(entries[i]);
    log10_pfa_[i] = i > 0 && level == SortedCells::level_of(entries[i - 1])
                        ? log10_pfa_[i - 1]
                        : log10_pfa_of_pixel(judgement.pfa_bound, channels, sorted.value(level));
  }
}

inline double ScaleTest::cost_of(int32_t area) const {
  return tests_.log10_of_scale() + shapes_.log10(area);
}

template <bool BY_SIZE>
inline void ScaleTest::finish(int32_t root) {
  Component& component = components_[root];
  if (component.children < 0) return;
  double value = component.area * component.log10_pfa;
  if (BY_SIZE) value += cost_of(component.area);
  // Without children `best` is infinite: one comparison where two could be foretold no better.
  if (component.children > 1) {
    if (!(value <= component.best)) {
      block(&component);
      return;
    }
  } else if (!(value < component.best)) {
    return;
  }
  component.children = 1;
  component.best = component.value = value;
  component.chosen_level = component.level;
  component.chosen_peaks = peaks_.size(root);
  component.first_chosen = component.last_chosen = root;
}

// `root` takes in `other`, both at the same level: what was finished of them are children of one
// node.
inline void ScaleTest::unite(int32_t root, int32_t other) {
  Component& into = components_[root];
  Component& from = components_[other];
  into.area += from.area;
  if (into.children < 0 || from.children < 0) {
    block(&into);
    block(&from);
    return;
  }
  if (from.children == 0) return;
  if (into.children == 0) {
    into.first_chosen = from.first_chosen;
  } else {
    components_[into.last_chosen].next_chosen = from.first_chosen;
  }
  into.best = std::min(into.best, from.best);
  into.last_chosen = from.last_chosen;
  into.children += from.children;
}

// Makes regions of the chosen nodes of the children, which stay.
void ScaleTest::block(Component* component) {
  int32_t chosen = component->first_chosen;
  for (int32_t k = component->children; k > 0; k--) {
    const int32_t next = components_[chosen].next_chosen;
    make_region(chosen);
    chosen = next;
  }
  component->children = -1;
}

void ScaleTest::make_region(int32_t chosen) {
  const Component& component = components_[chosen];
  Region region = {INFINITY, 0.0f};
  if (component.value < background_) {
    region.floor = peaks_.sorted.value(component.chosen_level);
    region.value =
        static_cast<float>(std::max(component.value + log10_tests_, static_cast<double>(-FLT_MAX)));
  }
  int32_t peak = chosen;
  for (int32_t k = component.chosen_peaks; k > 0; k--) {
    regions_[peak] = region;
    peak = peaks_.next_peak(peak);
  }
}

}  // namespace flowline
