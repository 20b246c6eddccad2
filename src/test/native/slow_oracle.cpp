#include "slow_oracle.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <set>

#include "acontrario/number_of_tests.hpp"
#include "acontrario/pfa.hpp"

namespace {

// The pixels of the component of {map >= level} that holds `seed`.
std::vector<int32_t> component(const float* map, int32_t height, int32_t width, int connectivity,
                               float level, int32_t seed) {
  std::vector<bool> seen(static_cast<size_t>(height) * width);
  std::vector<int32_t> found = {seed};
  seen[seed] = true;
  for (size_t i = 0; i < found.size(); i++) {
    const int32_t y = found[i] / width, x = found[i] % width;
    const int32_t around[8][2] = {{y - 1, x},     {y, x - 1},     {y, x + 1},     {y + 1, x},
                                  {y - 1, x - 1}, {y - 1, x + 1}, {y + 1, x - 1}, {y + 1, x + 1}};
    for (int k = 0; k < connectivity; k++) {
      const auto& at = around[k];
      if (at[0] < 0 || at[0] >= height || at[1] < 0 || at[1] >= width) continue;
      const int32_t pixel = at[0] * width + at[1];
      if (seen[pixel] || !(map[pixel] >= level)) continue;
      seen[pixel] = true;
      found.push_back(pixel);
    }
  }
  return found;
}

}  // namespace

flowline::ComponentTree slow_tree(const float* map, int32_t height, int32_t width, int connectivity,
                                  float floor) {
  flowline::ComponentTree tree;
  for (int32_t pixel = 0; pixel < height * width; pixel++) {
    if (map[pixel] > floor) tree.pixels.push_back(pixel);
  }
  std::stable_sort(tree.pixels.begin(), tree.pixels.end(),
                   [&](int32_t a, int32_t b) { return map[a] < map[b]; });
  // Ascending: of the nodes that hold a pixel the last is the smallest, its parent to be.
  std::vector<int32_t> smallest(static_cast<size_t>(height) * width, -1);
  std::vector<bool> owned(smallest.size());
  tree.own_node.resize(tree.pixels.size());
  for (int32_t pixel : tree.pixels) {
    if (owned[pixel]) continue;
    const std::vector<int32_t> pixels =
        component(map, height, width, connectivity, map[pixel], pixel);
    const int32_t node = tree.nodes();
    tree.parent.push_back(smallest[pixel]);
    tree.altitude.push_back(map[pixel] == 0.0f ? 0.0f : map[pixel]);
    tree.area.push_back(static_cast<int32_t>(pixels.size()));
    for (int32_t inside : pixels) {
      smallest[inside] = node;
      if (map[inside] == map[pixel]) owned[inside] = true;
    }
  }
  // A pixel's own node is the smallest that holds it.
  for (size_t i = 0; i < tree.pixels.size(); i++) tree.own_node[i] = smallest[tree.pixels[i]];
  return tree;
}

std::vector<float> slow_painted(const flowline::ComponentTree& tree, int64_t pixels,
                                const flowline::Judgement& judgement, double log10_tests) {
  const bool by_size = judgement.number_of_tests == FLOWLINE_TESTS_BY_SIZE;
  const flowline::TestsBySize tests(judgement.scale_pixels, judgement.total_pixels);
  const int32_t nodes = tree.nodes();
  std::vector<double> value(nodes);
  std::vector<int32_t> parent = tree.parent;
  std::vector<std::set<int32_t>> children(nodes);
  std::vector<bool> removed(nodes);
  for (int32_t node = 0; node < nodes; node++) {
    value[node] =
        tree.area[node] * flowline::log10_pfa_of_pixel(judgement.pfa_bound,
                                                       static_cast<double>(judgement.channels),
                                                       tree.altitude[node]);
    if (by_size) value[node] += tests.log10(tree.area[node]);
    if (parent[node] >= 0) children[parent[node]].insert(node);
  }
  for (bool changed = true; changed;) {
    changed = false;
    // Prune: from a leaf upward while each node is an only child, keep the lowest; of equals the
    // deepest.
    for (int32_t leaf = 0; leaf < nodes; leaf++) {
      if (removed[leaf] || !children[leaf].empty()) continue;
      int32_t top = leaf, best = leaf;
      while (parent[top] >= 0 && children[parent[top]].size() == 1) {
        top = parent[top];
        if (value[top] < value[best]) best = top;
      }
      if (top == leaf) continue;
      const int32_t above = parent[top];
      for (int32_t node = leaf;; node = parent[node]) {
        removed[node] = node != best;
        if (node == top) break;
      }
      if (above >= 0) {
        children[above].erase(top);
        children[above].insert(best);
      }
      parent[best] = above;
      children[best].clear();
      changed = true;
    }
    // Merge: a node whose children are all leaves, and none lower.
    for (int32_t node = 0; node < nodes; node++) {
      if (removed[node] || children[node].empty()) continue;
      if (std::all_of(children[node].begin(), children[node].end(), [&](int32_t child) {
            return children[child].empty() && value[node] <= value[child];
          })) {
        for (int32_t child : children[node]) removed[child] = true;
        children[node].clear();
        changed = true;
      }
    }
  }
  const double background = by_size ? tests.log10(1) : 0.0;
  std::vector<float> painted(pixels, static_cast<float>(background + log10_tests));
  for (size_t i = 0; i < tree.pixels.size(); i++) {
    for (int32_t node = tree.own_node[i]; node >= 0; node = tree.parent[node]) {
      if (removed[node] || !children[node].empty() || !(value[node] < background)) continue;
      painted[tree.pixels[i]] =
          static_cast<float>(std::max(value[node] + log10_tests, static_cast<double>(-FLT_MAX)));
    }
  }
  return painted;
}
