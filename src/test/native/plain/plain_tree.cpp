#include "plain/plain_tree.hpp"

#include <limits>

#include "plain/order.hpp"

namespace flowline {
namespace {

int32_t find(int32_t* set, int32_t cell) {
  while (set[cell] != cell) {
    set[cell] = set[set[cell]];
    cell = set[cell];
  }
  return cell;
}

}  // namespace

void PlainTree::build(const float* map, int32_t height, int32_t width, int connectivity,
                      ComponentTree* tree) {
  order_.clear();
  for (int32_t y = 0; y < height; y++) {
    for (int32_t x = 0; x < width; x++) {
      const uint64_t key = order_key(map[static_cast<int64_t>(y) * width + x]);
      order_.push_back(key << 32 | static_cast<uint32_t>((y + 1) * (width + 1) + 1 + x));
    }
  }
  flood(map, height, width, connectivity, tree);
}

void PlainTree::build_above(float floor, const float* map, int32_t height, int32_t width,
                            int connectivity, ComponentTree* tree) {
  order_.resize(static_cast<size_t>(height) * width);
  size_t n = 0;
  for (int32_t y = 0; y < height; y++) {
    const float* row = map + static_cast<int64_t>(y) * width;
    const uint32_t cell = static_cast<uint32_t>((y + 1) * (width + 1) + 1);
    for (int32_t x = 0; x < width; x++) {
      order_[n] = static_cast<uint64_t>(order_key(row[x])) << 32 | (cell + x);
      n += row[x] > floor;
    }
  }
  order_.resize(n);
  flood(map, height, width, connectivity, tree);
}

// Union-find in descending order of (map, pixel), after Berger et al. (2007): a pixel becomes the
// root of every component that it touches.
void PlainTree::flood(const float* map, int32_t height, int32_t width, int connectivity,
                      ComponentTree* tree) {
  scratch_.resize(order_.size());
  sort_pairs(order_, scratch_);
  const int32_t stride = width + 1;
  const size_t cells = static_cast<size_t>(height + 2) * stride + 1;
  set_.assign(cells, -1);
  below_.resize(cells);
  const int32_t around[8] = {-stride,     -1,          1,          stride,
                             -stride - 1, -stride + 1, stride - 1, stride + 1};
  for (size_t i = order_.size(); i-- > 0;) {
    const int32_t cell = static_cast<int32_t>(order_[i] & 0xffffffffu);
    set_[cell] = cell;
    below_[cell] = cell;
    for (int k = 0; k < connectivity; k++) {
      const int32_t neighbour = cell + around[k];
      if (set_[neighbour] < 0) continue;
      const int32_t root = find(set_.data(), neighbour);
      if (root != cell) set_[root] = below_[root] = cell;
    }
  }
  number_nodes(map, width, tree);
}

// In ascending order a pixel's tree parent is known before it; a node is a run of equal altitude
// along those links.
void PlainTree::number_nodes(const float* map, int32_t width, ComponentTree* tree) {
  const int32_t stride = width + 1;
  tree->parent.clear();
  tree->altitude.clear();
  tree->area.clear();
  for (auto* array : {&tree->parent, &tree->area}) array->reserve(order_.size());
  tree->altitude.reserve(order_.size());
  tree->pixels.resize(order_.size());
  tree->own_node.resize(order_.size());
  node_at_.resize(set_.size());
  for (size_t i = 0; i < order_.size(); i++) {
    const int32_t cell = static_cast<int32_t>(order_[i] & 0xffffffffu);
    const int32_t row = cell / stride;
    const int32_t pixel = cell - 1 - stride - (row - 1);
    const float level = map[pixel];
    const int32_t below = below_[cell];
    int32_t node = below == cell ? -1 : node_at_[below];
    if (node < 0 || tree->altitude[node] != level) {
      tree->parent.push_back(node);
      tree->altitude.push_back(level + 0.0f);
      tree->area.push_back(0);
      node = tree->nodes() - 1;
    }
    tree->area[node]++;
    node_at_[cell] = node;
    tree->pixels[i] = pixel;
    tree->own_node[i] = node;
  }
  for (int32_t node = tree->nodes(); node-- > 1;) {
    if (tree->parent[node] >= 0) tree->area[tree->parent[node]] += tree->area[node];
  }
}

}  // namespace flowline
