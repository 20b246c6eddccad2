#include "tree/peak_tree.hpp"

namespace flowline {

class PeakTree::Events {
 public:
  explicit Events(PeakTree* tree)
      : area_(tree->area_.data()),
        last_(tree->last_.data()),
        below_(tree->below_.data()),
        area_at_(tree->area_at_.data()) {}

  void peak(int32_t root, int32_t position) {
    last_[root] = position;
    area_[root] = area_at_[position] = 1;
  }
  void reach(int32_t root, int32_t position) { below_[last_[root]] = position; }
  void unite(int32_t root, int32_t other, int32_t) { area_[root] += area_[other]; }
  void grow(int32_t root, int32_t position) {
    last_[root] = position;
    area_at_[position] = ++area_[root];
  }

 private:
  int32_t *area_, *last_, *below_, *area_at_;
};

void PeakTree::build_above(float floor, const float* map, int32_t height, int32_t width,
                           ComponentTree* tree) {
  const int64_t pixels = static_cast<int64_t>(height) * width;
  area_.reserve(PeakSweep::most_peaks(pixels));
  last_.reserve(PeakSweep::most_peaks(pixels));
  below_.reserve(pixels);
  area_at_.reserve(pixels);
  peaks_.start(*kernels_, map, height, width, floor);
  Events events(this);
  peaks_.sweep(0, peaks_.sorted.count(), &events);
  for (int32_t peak = 1; peak < peaks_.peaks(); peak++) {
    if (peaks_.is_root(peak)) below_[last_[peak]] = -1;
  }
  number_nodes(tree);
}

// In ascending order a pixel's tree parent is known before it; a node is a run of equal altitude
// along those links, and its first pixel here was its last when the level fell.
void PeakTree::number_nodes(ComponentTree* tree) {
  const SortedPlaces& sorted = peaks_.sorted;
  const int32_t count = static_cast<int32_t>(sorted.count());
  for (auto* array : {&tree->parent, &tree->area, &tree->pixels, &tree->own_node}) {
    array->resize(count);
  }
  tree->altitude.resize(count);
  int32_t* const own_node = tree->own_node.data();
  int32_t nodes = 0;
  for (int32_t i = 0; i < count; i++) {
    const int32_t below = below_[i];
    const uint32_t level = sorted.level(i);
    int32_t node = below < 0 ? -1 : own_node[below];
    if (node < 0 || sorted.level(below) != level) {
      tree->parent[nodes] = node;
      tree->altitude[nodes] = sorted.value(level);
      tree->area[nodes] = area_at_[i];
      node = nodes++;
    }
    own_node[i] = node;
    tree->pixels[i] = peaks_.pixel_at(sorted.place(i));
  }
  tree->parent.resize(nodes);
  tree->area.resize(nodes);
  tree->altitude.resize(nodes);
}

}  // namespace flowline
