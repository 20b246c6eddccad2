#include "plain/plain_selection.hpp"

#include <algorithm>
#include <cfloat>

#include "acontrario/number_of_tests.hpp"
#include "acontrario/pfa.hpp"
#include "flowline/flowline.h"

namespace flowline {

// No tree of so many pixels has more nodes.
void PlainSelection::reserve(size_t pixels) {
  for (auto* array : {&log10_pfa, &value_}) array->reserve(pixels);
  for (auto* array : {&region_of, &chosen_, &best_, &children_}) array->reserve(pixels);
}

void PlainSelection::select(const ComponentTree& tree, const float* minimum,
                            const Judgement& judgement) {
  const int32_t nodes = tree.nodes();
  reserve(tree.pixels.size());
  log10_pfa.resize(nodes);
  value_.resize(nodes);
  const bool by_size = judgement.number_of_tests == FLOWLINE_TESTS_BY_SIZE;
  const TestsBySize tests(judgement.scale_pixels, judgement.total_pixels);
  background_ = by_size ? tests.log10(1) : 0.0;
  for (int32_t node = 0; node < nodes; node++) {
    const double one_pixel =
        log10_pfa_of_pixel(judgement.pfa_bound, judgement.channels, minimum[node]);
    log10_pfa[node] = tree.area[node] * one_pixel;
    value_[node] = by_size ? log10_pfa[node] + tests.log10(tree.area[node]) : log10_pfa[node];
  }
  collapse_or_block(tree);
  mark_regions(tree);
}

// Children have larger numbers, so that they are decided first:
//   no child: chosen is the node; a blocked child: blocked; one child: the node if it is strictly
//   better than the child's chosen, else that; more children: the node if it is as good as all of
//   them, else blocked.
void PlainSelection::collapse_or_block(const ComponentTree& tree) {
  const int32_t nodes = tree.nodes();
  chosen_.resize(nodes);
  best_.assign(nodes, -1);
  children_.assign(nodes, 0);
  for (int32_t node = nodes; node-- > 0;) {
    const int32_t best = best_[node];
    int32_t chosen = node;
    if (children_[node] < 0) {
      chosen = -1;
    } else if (children_[node] == 1) {
      chosen = value_[node] < value_[best] ? node : best;
    } else if (children_[node] > 1) {
      chosen = value_[node] <= value_[best] ? node : -1;
    }
    chosen_[node] = chosen;
    const int32_t parent = tree.parent[node];
    if (parent < 0) continue;
    if (chosen < 0) {
      children_[parent] = -1;
    } else if (children_[parent] >= 0) {
      children_[parent]++;
      if (best_[parent] < 0 || value_[chosen] < value_[best_[parent]]) best_[parent] = chosen;
    }
  }
}

void PlainSelection::mark_regions(const ComponentTree& tree) {
  const int32_t nodes = tree.nodes();
  region_of.assign(nodes, -1);
  for (int32_t node = 0; node < nodes; node++) {
    const int32_t parent = tree.parent[node];
    if (chosen_[node] >= 0 && (parent < 0 || chosen_[parent] < 0)) {
      region_of[chosen_[node]] = chosen_[node];
    }
    if (region_of[node] < 0 && parent >= 0) region_of[node] = region_of[parent];
  }
}

void PlainSelection::paint(const ComponentTree& tree, int64_t pixels, double log10_tests,
                           float* painted) const {
  std::fill(painted, painted + pixels, static_cast<float>(background_ + log10_tests));
  for (size_t i = 0; i < tree.pixels.size(); i++) {
    const int32_t region = region_of[tree.own_node[i]];
    if (region < 0 || value_[region] >= background_) continue;
    painted[tree.pixels[i]] =
        static_cast<float>(std::max(value_[region] + log10_tests, static_cast<double>(-FLT_MAX)));
  }
}

}  // namespace flowline
