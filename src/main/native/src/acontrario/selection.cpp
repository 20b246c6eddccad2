#include "acontrario/selection.hpp"

#include <algorithm>
#include <cfloat>
#include <climits>
#include <cmath>

#include "acontrario/pfa.hpp"
#include "flowline/flowline.h"
#include "math/bits.hpp"

namespace flowline {

static constexpr int32_t BLOCKED = INT32_MIN;

// No tree of so many pixels has more nodes.
void Selection::reserve(int64_t pixels) {
  for (auto* buffer : {&log10_pfa_, &by_size_}) buffer->reserve(pixels);
  for (auto* buffer : {&chosen_, &region_of_}) buffer->reserve(pixels + 1);
  children_.reserve(pixels + 1);
  paint_.reserve(pixels + 1);
  shapes_.reserve(pixels);
}

void Selection::select(const ComponentTree& tree, const float* minimum,
                       const Judgement& judgement) {
  reserve(static_cast<int64_t>(tree.pixels.size()));
  find_log10_pfa(tree, minimum, judgement);
  find_values(tree, judgement);
  choose(tree);
  mark_regions(tree);
}

// Altitudes ascend by node, as the kernel wants its energies; other minima do not.
void Selection::find_log10_pfa(const ComponentTree& tree, const float* minimum,
                               const Judgement& judgement) {
  const int32_t nodes = tree.nodes();
  double* const log10_pfa = log10_pfa_.data();
  const double channels = static_cast<double>(judgement.channels);
  if (minimum == nullptr && judgement.pfa_bound != FLOWLINE_PFA_EXACT) {
    constexpr int32_t BLOCK = 256;
    uint64_t entries[BLOCK];
    for (int32_t first = 0; first < nodes; first += BLOCK) {
      const int32_t count = std::min(BLOCK, nodes - first);
      for (int32_t i = 0; i < count; i++) {
        entries[i] = static_cast<uint64_t>(bits_of(tree.altitude[first + i])) << 32;
      }
      kernels_.chernoff(entries, count, 0, channels, judgement.pfa_bound == FLOWLINE_PFA_CHERNOFF,
                        log10_pfa + first);
    }
  } else {
    const float* const energy = minimum == nullptr ? tree.altitude.data() : minimum;
    for (int32_t node = 0; node < nodes; node++) {
      log10_pfa[node] = node > 0 && energy[node] == energy[node - 1]
                            ? log10_pfa[node - 1]
                            : log10_pfa_of_pixel(judgement.pfa_bound, channels, energy[node]);
    }
  }
  for (int32_t node = 0; node < nodes; node++) log10_pfa[node] *= tree.area[node];
}

void Selection::find_values(const ComponentTree& tree, const Judgement& judgement) {
  value_ = log10_pfa_.data();
  background_ = 0.0;
  if (judgement.number_of_tests != FLOWLINE_TESTS_BY_SIZE) return;
  const TestsBySize tests(judgement.scale_pixels, judgement.total_pixels);
  background_ = tests.log10(1);
  for (int32_t node = 0; node < tree.nodes(); node++) {
    by_size_[node] = log10_pfa_[node] + (tests.log10_of_scale() + shapes_.log10(tree.area[node]));
  }
  value_ = by_size_.data();
}

// Children have larger numbers, so that they are decided first:
//   no child: chosen is the node; a blocked child: blocked; one child: the node if it is strictly
//   better than the child's chosen, else that; more children: the node if it is as good as all of
//   them, else blocked.
void Selection::choose(const ComponentTree& tree) {
  const int32_t nodes = tree.nodes();
  const int32_t* const parent = tree.parent.data();
  const double* const value = value_;
  Children* const children = children_.data() + 1;
  for (int32_t node = -1; node < nodes; node++) children[node] = {INFINITY, BLOCKED, 0};
  for (int32_t node = nodes; node-- > 0;) {
    const Children& of = children[node];
    const double own = value[node];
    Children& into = children[parent[node]];
    const bool better = of.count > 1 ? own <= of.best : own < of.best;
    if (of.count < 0 || (of.count > 1 && !better)) {
      chosen_[node] = into.count = BLOCKED;
      continue;
    }
    const double best = better ? own : of.best;
    const int32_t chosen = better ? node : of.chosen;
    chosen_[node] = chosen;
    into.count++;
    if (best < into.best) {
      into.best = best;
      into.chosen = chosen;
    }
  }
}

// A branch begins below a blocked node or nothing. Down from there nodes are in no region, and bear
// the complement of the branch's chosen node, until that node begins its region.
void Selection::mark_regions(const ComponentTree& tree) {
  const int32_t nodes = tree.nodes();
  const int32_t* const parent = tree.parent.data();
  int32_t* const region_of = region_of_.data() + 1;
  region_of[-1] = BLOCKED;
  for (int32_t node = 0; node < nodes; node++) {
    const int32_t chosen = chosen_[node];
    int32_t region = region_of[parent[node]];
    if (chosen == BLOCKED) {
      region = BLOCKED;
    } else {
      if (region == BLOCKED) region = ~chosen;
      if (region == ~node) region = node;
    }
    region_of[node] = region;
  }
}

void Selection::write(const ComponentTree& tree, int32_t* region_of_pixel, float* painted) {
  const int32_t* const region_of = region_of_.data() + 1;
  float* const paint = paint_.data() + 1;
  const double background = background_;
  paint[-1] = static_cast<float>(background);
  for (int32_t node = 0; node < tree.nodes(); node++) {
    const double value = std::max(value_[node], static_cast<double>(-FLT_MAX));
    paint[node] = static_cast<float>(std::min(background, value));
  }
  for (size_t i = 0; i < tree.pixels.size(); i++) {
    const int32_t pixel = tree.pixels[i];
    const int32_t region = std::max(region_of[tree.own_node[i]], -1);
    region_of_pixel[pixel] = region;
    if (painted != nullptr) painted[pixel] = paint[region];
  }
}

}  // namespace flowline
