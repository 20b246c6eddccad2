#include "tree/tile_tree.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace flowline {

class TileTree::Events {
 public:
  explicit Events(TileTree* tree) : last_(tree->last_.data()), below_(tree->below_.data()) {}
  void peak(int32_t root, int64_t position, uint32_t) {
    last_[root] = static_cast<int32_t>(position);
  }
  void reach(int32_t root, int64_t position, uint32_t) {
    below_[last_[root]] = static_cast<int32_t>(position);
  }
  void unite(int32_t, int32_t) {}
  void grow(int32_t root, int64_t position) { last_[root] = static_cast<int32_t>(position); }
  void prefetch(int32_t root) const { __builtin_prefetch(last_ + root); }

 private:
  int32_t *last_, *below_;
};

void TileTree::build_above(float floor, const float* map, int32_t height, int32_t width,
                           ComponentTree* tree) {
  const int64_t pixels = static_cast<int64_t>(height) * width;
  parent_.reserve(pixels);
  node_at_.reserve(pixels);
  area_.reserve(pixels);
  sorted_.reserve(pixels);
  const int64_t most = static_cast<int64_t>(side_) * side_;
  tile_.reserve(most);
  below_.reserve(most);
  last_.reserve(PeakSweep::most_peaks(most));
  for (int32_t y = 0; y < height; y += side_) {
    for (int32_t x = 0; x < width; x += side_) {
      sweep_tile({y, x, std::min(y + side_, height), std::min(x + side_, width)}, floor, map,
                 width);
    }
  }
  join_all(floor, map, height, width);
  number_nodes(floor, map, pixels, tree);
}

void TileTree::sweep_tile(const Tile& tile, float floor, const float* map, int32_t width) {
  const int32_t rows = tile.bottom - tile.top, columns = tile.right - tile.left;
  for (int32_t y = 0; y < rows; y++) {
    std::memcpy(tile_.data() + static_cast<int64_t>(y) * columns,
                map + static_cast<int64_t>(tile.top + y) * width + tile.left,
                sizeof(float) * columns);
  }
  peaks_.start(*kernels_, tile_.data(), rows, columns, floor);
  Events events(this);
  peaks_.sweep(0, peaks_.sorted.count(), &events);
  for (int32_t peak = 1; peak < peaks_.peaks(); peak++) {
    if (peaks_.is_root(peak)) below_[last_[peak]] = -1;
  }
  const PeakSweep::PixelAt pixel_at = peaks_.pixel_at();
  const uint64_t* const entries = peaks_.sorted.entries();
  auto global = [&](int64_t position) {
    const int32_t pixel = pixel_at(SortedPlaces::place_of(entries[position]));
    const int32_t y = pixel / columns;
    return (tile.top + y) * width + tile.left + (pixel - y * columns);
  };
  for (int64_t i = 0; i < peaks_.sorted.count(); i++) {
    parent_[global(i)] = below_[i] < 0 ? -1 : global(below_[i]);
  }
}

// Merges the paths from two neighbours to their roots, descending in the strict order.
void TileTree::join(const float* map, int32_t p, int32_t q) {
  auto higher = [&](int32_t a, int32_t b) { return map[a] > map[b] || (map[a] == map[b] && a > b); };
  if (higher(q, p)) std::swap(p, q);
  while (p != q) {
    int32_t next = parent_[p];
    while (next >= 0 && next != q && higher(next, q)) {
      p = next;
      next = parent_[p];
    }
    if (next == q) return;
    parent_[p] = q;
    if (next < 0) return;
    p = q;
    q = next;
  }
}

// Pairs of blocks that become twice as wide, then twice as high.
void TileTree::join_all(float floor, const float* map, int32_t height, int32_t width) {
  auto both = [&](int32_t p, int32_t q) {
    if (map[p] > floor && map[q] > floor) join(map, p, q);
  };
  for (int64_t block = side_; block < std::max(height, width); block *= 2) {
    for (int64_t top = 0; top < height; top += block) {
      for (int64_t x = block; x < width; x += 2 * block) {
        for (int64_t y = top; y < std::min<int64_t>(top + block, height); y++) {
          both(static_cast<int32_t>(y * width + x - 1), static_cast<int32_t>(y * width + x));
        }
      }
    }
    for (int64_t y = block; y < height; y += 2 * block) {
      for (int64_t x = 0; x < width; x++) {
        both(static_cast<int32_t>((y - 1) * width + x), static_cast<int32_t>(y * width + x));
      }
    }
  }
}

void TileTree::number_nodes(float floor, const float* map, int64_t all, ComponentTree* tree) {
  constexpr int64_t AHEAD = 24;
  sorted_.sort(*kernels_, map, all, floor);
  const uint64_t* const entries = sorted_.entries();
  const int32_t count = static_cast<int32_t>(sorted_.count());
  for (auto* array : {&tree->parent, &tree->area, &tree->pixels, &tree->own_node}) {
    array->resize(count);
  }
  tree->altitude.resize(count);
  int32_t nodes = 0;
  for (int32_t i = 0; i < count; i++) {
    if (i + 2 * AHEAD < count) {
      const uint32_t far = SortedPlaces::place_of(entries[i + 2 * AHEAD]);
      __builtin_prefetch(parent_.data() + far);
      __builtin_prefetch(node_at_.data() + far, 1);
      const int32_t below = parent_[SortedPlaces::place_of(entries[i + AHEAD])];
      __builtin_prefetch(node_at_.data() + std::max(below, 0));
    }
    const int32_t pixel = static_cast<int32_t>(SortedPlaces::place_of(entries[i]));
    const int32_t below = parent_[pixel];
    const float level = sorted_.value(SortedPlaces::level_of(entries[i]));
    int32_t node = below < 0 ? -1 : node_at_[below];
    if (node < 0 || tree->altitude[node] != level) {
      tree->parent[nodes] = node;
      tree->altitude[nodes] = level;
      tree->area[nodes] = 0;
      node = nodes++;
    }
    tree->area[node]++;
    node_at_[pixel] = node;
    tree->own_node[i] = node;
    tree->pixels[i] = pixel;
  }
  for (int32_t node = nodes; node-- > 1;) {
    if (tree->parent[node] >= 0) tree->area[tree->parent[node]] += tree->area[node];
  }
  tree->parent.resize(nodes);
  tree->area.resize(nodes);
  tree->altitude.resize(nodes);
}

}  // namespace flowline
