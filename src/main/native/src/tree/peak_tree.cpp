#include "tree/peak_tree.hpp"

namespace flowline {

class PeakTree::Events {
 public:
  explicit Events(PeakTree* tree)
      : components_(tree->components_.data()),
        below_(tree->below_.data()),
        area_at_(tree->area_at_.data()) {}

  void peak(int32_t root, int64_t position, uint32_t) {
    components_[root] = {static_cast<int32_t>(position), 1};
    area_at_[position] = 1;
  }
  void reach(int32_t root, int64_t position, uint32_t) {
    below_[components_[root].last] = static_cast<int32_t>(position);
  }
  void unite(int32_t root, int32_t other) { components_[root].area += components_[other].area; }
  void grow(int32_t root, int64_t position) {
    Component& component = components_[root];
    component.last = static_cast<int32_t>(position);
    area_at_[position] = ++component.area;
  }
  void prefetch(int32_t root) const { __builtin_prefetch(components_ + root); }

 private:
  Component* components_;
  int32_t *below_, *area_at_;
};

void PeakTree::reserve(int32_t height, int32_t width) {
  const int64_t pixels = static_cast<int64_t>(height) * width;
  peaks_.reserve(height, width);
  components_.reserve(PeakSweep::most_peaks(pixels));
  below_.reserve(pixels);
  area_at_.reserve(pixels);
}

void PeakTree::build_above(float floor, const float* map, int32_t height, int32_t width,
                           int connectivity, ComponentTree* tree) {
  reserve(height, width);
  peaks_.start(*kernels_, map, height, width, connectivity, floor);
  Events events(this);
  peaks_.sweep(0, peaks_.sorted.count(), &events);
  for (int32_t peak = 1; peak < peaks_.peaks(); peak++) {
    if (peaks_.is_root(peak)) below_[components_[peak].last] = -1;
  }
  number_nodes(tree);
}

// In ascending order a pixel's tree parent is known before it; a node is a run of equal altitude
// along those links, and its first pixel here was its last when the level fell.
void PeakTree::number_nodes(ComponentTree* tree) {
  const SortedCells& sorted = peaks_.sorted;
  const int32_t count = static_cast<int32_t>(sorted.count());
  for (auto* array : {&tree->parent, &tree->area, &tree->pixels, &tree->own_node}) {
    array->resize(count);
  }
  tree->altitude.resize(count);
  int32_t* const own_node = tree->own_node.data();
  int32_t* const pixels = tree->pixels.data();
  int32_t* const parent = tree->parent.data();
  int32_t* const area = tree->area.data();
  float* const altitude = tree->altitude.data();
  const uint64_t* const entries = sorted.entries();
  const int32_t* const below_of = below_.data();
  const int32_t* const area_at = area_at_.data();
  const float* const map = peaks_.map();
  const PeakSweep::PixelAt pixel_at = peaks_.pixel_at();
  int32_t nodes = 0;
  for (int32_t i = 0; i < count; i++) {
    const int32_t below = below_of[i];
    const uint32_t level = SortedCells::level_of(entries[i]);
    const uint32_t cell = SortedCells::cell_of(entries[i]);
    int32_t node = below < 0 ? -1 : own_node[below];
    if (node < 0 || SortedCells::level_of(entries[below]) != level) {
      parent[nodes] = node;
      altitude[nodes] = map[cell] + 0.0f;
      area[nodes] = area_at[i];
      node = nodes++;
    }
    own_node[i] = node;
    pixels[i] = pixel_at(cell);
  }
  tree->parent.resize(nodes);
  tree->area.resize(nodes);
  tree->altitude.resize(nodes);
}

}  // namespace flowline
