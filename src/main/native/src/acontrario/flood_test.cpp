#include "acontrario/flood_test.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "acontrario/pfa.hpp"

namespace flowline {

template <bool BY_SIZE>
class FloodTest::Events {
 public:
  Events(FloodTest* test, int32_t width, float* painted)
      : test_(test),
        entries_(test->flood_.sorted.entries()),
        log10_pfa_(test->log10_pfa_.data()),
        completed_(test->completed_.data()),
        waiting_(test->waiting_.data()),
        chosen_(test->chosen_.data()),
        stride_(width + 1),
        reciprocal_(UINT64_MAX / static_cast<uint64_t>(width + 1) + 1),
        painted_(painted) {
    waiting_->rank = 0;  // that of no pixel
  }

  void climb(uint32_t rank) {
    here_.rank = rank;
    *++waiting_ = here_;
    here_ = {INFINITY, 0, count_, 0};
  }

  void complete(uint32_t rank, uint32_t next, uint32_t place) {
    __extension__ using Wide = unsigned __int128;
    completed_[count_++] = static_cast<int32_t>(place) - stride_ -
                           static_cast<int32_t>(Wide{reciprocal_} * place >> 64);
    if (next == 0) {
      finish(rank);
      if (here_.children == 1) emit(1);
      here_ = {INFINITY, 0, count_, 0};
      return;
    }
    if (here_.children >= 0 && SortedPlaces::level_of(entries_[next - 1]) !=
                                   SortedPlaces::level_of(entries_[rank - 1])) {
      finish(rank);
    }
    if (waiting_->rank == next) join();
  }

 private:
  void finish(uint32_t rank) {
    if (here_.children < 0) return;
    const int32_t area = count_ - here_.first;
    double value = area * log10_pfa_[rank - 1];
    if (BY_SIZE) value += test_->price_of(area);
    if (here_.children > 1) {
      if (!(value <= here_.best)) {
        block(here_.children);
        return;
      }
    } else if (!(value < here_.best)) {
      return;
    }
    chosen_ -= here_.children;
    *++chosen_ = {value, here_.first, count_};
    here_.children = 1;
    here_.best = value;
  }

  // With the component that waits for the next pixel: the children of one node.
  void join() {
    const Component& other = *waiting_--;
    here_.first = other.first;
    if (here_.children < 0 || other.children < 0) {
      block(std::max(here_.children, 0) + std::max(other.children, 0));
      return;
    }
    here_.children += other.children;
    here_.best = std::min(here_.best, other.best);
  }

  void block(int32_t children) {
    emit(children);
    here_.children = -1;
  }

  // What was chosen last stays: regions.
  void emit(int32_t count) {
    for (; count > 0; count--) {
      const Chosen chosen = *chosen_--;
      if (!(chosen.value < test_->background_)) continue;
      const float colour = static_cast<float>(
          std::max(chosen.value + test_->log10_tests_, static_cast<double>(-FLT_MAX)));
      for (int32_t i = chosen.first; i < chosen.last; i++) painted_[completed_[i]] = colour;
    }
  }

  const FloodTest* const test_;
  const uint64_t* const entries_;
  const double* const log10_pfa_;
  int32_t* const completed_;
  Component* waiting_;
  Chosen* chosen_;
  const int32_t stride_;
  const uint64_t reciprocal_;
  float* const painted_;
  int32_t count_ = 0;
  Component here_ = {INFINITY, 0, 0, 0};
};

void FloodTest::reserve(int32_t height, int32_t width) {
  const int64_t pixels = static_cast<int64_t>(height) * width;
  flood_.reserve(height, width);
  log10_pfa_.reserve(pixels);
  completed_.reserve(pixels);
  waiting_.reserve(pixels + 1);
  chosen_.reserve(pixels + 1);
  prepare_shapes(pixels);
}

void FloodTest::paint(const float* energy, int32_t height, int32_t width,
                      const Judgement& judgement, double log10_tests, float* painted) {
  reserve(height, width);
  log10_tests_ = log10_tests;
  flood_.start(*kernels_, energy, height, width, judgement.floor());
  find_log10_pfa(judgement);
  const bool by_size = judgement.number_of_tests == FLOWLINE_TESTS_BY_SIZE;
  if (by_size) tests_ = TestsBySize(judgement.scale_pixels, judgement.total_pixels);
  background_ = by_size ? price_of(1) : 0.0;
  std::fill(painted, painted + static_cast<int64_t>(height) * width,
            static_cast<float>(background_ + log10_tests));
  if (by_size) {
    Events<true> events(this, width, painted);
    flood_.flood(&events);
  } else {
    Events<false> events(this, width, painted);
    flood_.flood(&events);
  }
}

void FloodTest::find_log10_pfa(const Judgement& judgement) {
  const SortedPlaces& sorted = flood_.sorted;
  const uint64_t* const entries = sorted.entries();
  const double channels = static_cast<double>(judgement.channels);
  if (judgement.pfa_bound != FLOWLINE_PFA_EXACT) {
    kernels_->chernoff(entries, sorted.count(), sorted.least(), channels,
                       judgement.pfa_bound == FLOWLINE_PFA_CHERNOFF, log10_pfa_.data());
    return;
  }
  for (int64_t i = 0; i < sorted.count(); i++) {
    log10_pfa_[i] =
        log10_pfa_of_pixel(judgement.pfa_bound, channels,
                           sorted.value(SortedPlaces::level_of(entries[i])));
  }
}

void FloodTest::prepare_shapes(int64_t pixels) {
  constexpr int64_t MOST_SHAPES = 1 << 16;
  const int64_t shapes = std::min(pixels, MOST_SHAPES) + 1;
  shapes_.reserve(shapes);
  for (int64_t r = shapes_.size(); r < shapes; r++) {
    shapes_.push_back(r == 0 ? 0.0 : TestsBySize::log10_of_shape(r));
  }
}

inline double FloodTest::price_of(int32_t area) const {
  const bool known = static_cast<size_t>(area) < shapes_.size();
  return tests_.log10_of_scale() + (known ? shapes_[area] : TestsBySize::log10_of_shape(area));
}

}  // namespace flowline
