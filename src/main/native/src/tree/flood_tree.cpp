#include "tree/flood_tree.hpp"

namespace flowline {

class FloodTree::Events {
 public:
  explicit Events(FloodTree* tree) : waiting_(tree->waiting_), links_(tree->links_.data()) {}

  void climb(uint32_t rank) {
    waiting_.push_back({rank, first_});
    first_ = completed_;
  }
  void complete(uint32_t rank, uint32_t next, uint32_t) {
    completed_++;
    links_[rank - 1] = {static_cast<int32_t>(next) - 1, completed_ - first_};
    if (next == 0) {
      first_ = completed_;
    } else if (!waiting_.empty() && waiting_.back().rank == next) {
      first_ = waiting_.back().first;
      waiting_.pop_back();
    }
  }

 private:
  std::vector<Waiting>& waiting_;
  Link* const links_;
  int32_t completed_ = 0, first_ = 0;
};

void FloodTree::build_above(float floor, const float* map, int32_t height, int32_t width,
                            ComponentTree* tree) {
  links_.reserve(static_cast<int64_t>(height) * width);
  stride_ = width + 1;
  flood_.start(*kernels_, map, height, width, floor);
  Events events(this);
  flood_.flood(&events);
  number_nodes(tree);
}

void FloodTree::number_nodes(ComponentTree* tree) {
  const SortedPlaces& sorted = flood_.sorted;
  const int32_t count = static_cast<int32_t>(sorted.count());
  for (auto* array : {&tree->parent, &tree->area, &tree->pixels, &tree->own_node}) {
    array->resize(count);
  }
  tree->altitude.resize(count);
  const uint64_t* const entries = sorted.entries();
  const uint64_t reciprocal = UINT64_MAX / static_cast<uint64_t>(stride_) + 1;
  int32_t nodes = 0;
  for (int32_t i = 0; i < count; i++) {
    const Link link = links_[i];
    const uint32_t level = SortedPlaces::level_of(entries[i]);
    const uint32_t place = SortedPlaces::place_of(entries[i]);
    int32_t node = link.below < 0 ? -1 : tree->own_node[link.below];
    if (node < 0 || SortedPlaces::level_of(entries[link.below]) != level) {
      tree->parent[nodes] = node;
      tree->altitude[nodes] = sorted.value(level);
      tree->area[nodes] = link.area;
      node = nodes++;
    }
    tree->own_node[i] = node;
    __extension__ using Wide = unsigned __int128;
    tree->pixels[i] = static_cast<int32_t>(place) - stride_ -
                      static_cast<int32_t>(Wide{reciprocal} * place >> 64);
  }
  tree->parent.resize(nodes);
  tree->area.resize(nodes);
  tree->altitude.resize(nodes);
}

}  // namespace flowline
