// flowline_component_tree and flowline_select: every argument; the nodes against floods of the map,
// the regions against the nodes, and the same bits from every context.
#include <cmath>

#include "input.hpp"

namespace {

constexpr int64_t MOST = int64_t{1} << 28;

struct Shape {
  int64_t height, width;
  bool valid, held;
  int64_t pixels;

  explicit Shape(Input& in) {
    height = in.perhaps_wild(in.among(1, 32));
    width = in.perhaps_wild(in.among(1, 32));
    if (width > 0 && width <= 32 && in.rarely()) width *= 8;
    valid = height >= 1 && width >= 1 && height <= MOST && width <= MOST && height * width <= MOST;
    held = valid && height * width <= 4096;
    pixels = held ? height * width : 1;
  }
};

struct Tree {
  explicit Tree(int64_t pixels)
      : node(pixels), parent(pixels), altitude(pixels), area(pixels), nodes(0) {}
  Exact<int32_t> node, parent;
  Exact<float> altitude;
  Exact<int32_t> area;
  int32_t nodes;
};

/// The component of {map >= altitude} around a pixel: its size and its smallest pixel of that
/// height.
void flood(const Shape& shape, const float* map, int32_t connectivity, int64_t pixel,
           float altitude, int64_t* size) {
  std::vector<char> seen(shape.pixels);
  std::vector<int64_t> open = {pixel};
  seen[pixel] = 1;
  *size = 0;
  while (!open.empty()) {
    const int64_t at = open.back();
    open.pop_back();
    (*size)++;
    for (int64_t dy = -1; dy <= 1; dy++) {
      for (int64_t dx = -1; dx <= 1; dx++) {
        if (connectivity == 4 && dx != 0 && dy != 0) continue;
        const int64_t y = at / shape.width + dy, x = at % shape.width + dx;
        if (y < 0 || x < 0 || y >= shape.height || x >= shape.width) continue;
        const int64_t next = y * shape.width + x;
        if (seen[next] || !(map[next] >= altitude)) continue;
        seen[next] = 1;
        open.push_back(next);
      }
    }
  }
}

void check(Input& in, const Shape& shape, const float* map, int32_t connectivity,
           const Tree& tree) {
  EXPECT(tree.nodes >= 1 && tree.nodes <= shape.pixels);
  EXPECT(tree.parent[0] == -1 && tree.area[0] == shape.pixels);
  std::vector<int64_t> area(tree.nodes), first(tree.nodes, -1);
  for (int64_t i = 0; i < shape.pixels; i++) {
    const int32_t node = tree.node[i];
    EXPECT(node >= 0 && node < tree.nodes && tree.altitude[node] == map[i]);
    if (first[node] < 0) first[node] = i;
    area[node]++;
  }
  for (int32_t node = tree.nodes; node-- > 0;) {
    EXPECT(first[node] >= 0 && tree.area[node] == area[node]);
    if (node == 0) continue;
    const int32_t parent = tree.parent[node];
    EXPECT(parent >= 0 && parent < node && tree.altitude[parent] < tree.altitude[node]);
    area[parent] += area[node];
    const float before = tree.altitude[node - 1];
    EXPECT(before < tree.altitude[node] ||
           (before == tree.altitude[node] && first[node - 1] < first[node]));
  }
  for (int i = 0; i < 4; i++) {
    const int32_t node = in.bits<uint16_t>() % tree.nodes;
    int64_t size;
    flood(shape, map, connectivity, first[node], tree.altitude[node], &size);
    EXPECT(size == tree.area[node]);
  }
}

/// Levels are refused that are above 1, and maps of which nothing is tested.
void check_relative_maxima(Input& in, const Shape& shape, const float* map, int32_t classes) {
  const bool valid = classes >= 1 && classes <= 29;
  const Exact<float> maxima(valid ? classes : 0), baseline(1);
  const int64_t pixels = shape.height * shape.width;
  Verdict verdict;
  verdict.require(valid);
  verdict.require(std::all_of(map, map + pixels, [](float level) { return level <= 1.0f; }));
  verdict.require(std::any_of(map, map + pixels, [](float level) { return level >= 0.0f; }));
  expect(flowline_relative_maxima(contexts()[in.byte() % contexts().size()], map, shape.height,
                                  shape.width, classes, maxima.get(), baseline.get()),
         verdict);
  if (verdict.must_fail) return;
  EXPECT(baseline[0] > 0.0f && baseline[0] <= 1.0f);
  for (int32_t k = 0; k < classes; k++) {
    EXPECT(maxima[k] == -INFINITY || (maxima[k] >= 0.0f && maxima[k] <= 1.0f));
    EXPECT(k == 0 || maxima[k] <= maxima[k - 1]);
  }
}

/// Of each class the highest node of so many pixels.
void check_maxima(Input& in, const Shape& shape, const float* map, const Tree& tree) {
  const int32_t classes = in.perhaps_wild32(1 + in.byte() % 29);
  const bool valid = classes >= 1 && classes <= 29;
  const Exact<float> maxima(valid ? classes : 0);
  Verdict verdict;
  verdict.require(valid);
  expect(flowline_region_maxima(contexts()[in.byte() % contexts().size()], map, shape.height,
                                shape.width, classes, maxima.get()),
         verdict);
  check_relative_maxima(in, shape, map, classes);
  if (!valid) return;
  for (int32_t k = 0; k < classes; k++) {
    float highest = -INFINITY;
    for (int32_t node = 0; node < tree.nodes; node++) {
      if (tree.area[node] >> k != 0) highest = std::max(highest, tree.altitude[node]);
    }
    EXPECT(maxima[k] == highest);
  }
}

void component_tree(Input& in) {
  const Shape shape(in);
  const int32_t connectivity = in.perhaps_wild32(in.often() ? 8 : 4);
  Exact<float> values(shape.pixels), map(shape.pixels, perhaps_shift(in));
  fill_map(in, values, shape.pixels, std::max<int64_t>(shape.width, 1));
  std::memcpy(static_cast<void*>(map.get()), values.get(), values.bytes());
  bool finite = true;
  for (int64_t i = 0; i < shape.pixels; i++) finite &= std::isfinite(values[i]);
  const float* given = !shape.held || in.rarely() ? nullptr : map.get();
  Exact<int32_t> nodes(1, perhaps_shift(in));
  int32_t* out = in.rarely() ? nullptr : nodes.get();
  Tree tree(shape.pixels);
  int32_t* node_of_pixel = in.rarely() ? nullptr : tree.node.get();
  const bool want_parent = !in.rarely(), want_altitude = !in.rarely(), want_area = !in.rarely();
  const bool no_context = in.rarely(), overlap = in.rarely();
  if (overlap && node_of_pixel != nullptr) node_of_pixel = tree.parent.get();

  Verdict verdict;
  verdict.require(shape.valid && given != nullptr && map.aligned() && finite && !no_context);
  verdict.require(connectivity == 4 || connectivity == 8);
  verdict.require(node_of_pixel != nullptr && out != nullptr && nodes.aligned());
  if (overlap && want_parent) verdict.must_fail = true;
  const flowline_status status = flowline_component_tree(
      no_context ? nullptr : contexts()[0], given, shape.height, shape.width, connectivity,
      node_of_pixel, want_parent ? tree.parent.get() : nullptr,
      want_altitude ? tree.altitude.get() : nullptr, want_area ? tree.area.get() : nullptr, out);
  expect(status, verdict);
  if (!verdict.plain() || overlap) return;
  tree.nodes = *out;
  for (size_t k = contexts().size(); k-- > 0;) {
    Tree again(shape.pixels);
    EXPECT(flowline_component_tree(contexts()[k], given, shape.height, shape.width, connectivity,
                                   again.node, again.parent, again.altitude, again.area,
                                   &again.nodes) == FLOWLINE_OK);
    EXPECT(again.nodes == tree.nodes && again.node.same_bytes(tree.node));
    if (want_parent) EXPECT(std::memcmp(again.parent, tree.parent, tree.nodes * 4) == 0);
    if (want_altitude) EXPECT(std::memcmp(again.altitude, tree.altitude, tree.nodes * 4) == 0);
    if (want_area) EXPECT(std::memcmp(again.area, tree.area, tree.nodes * 4) == 0);
    if (k == 0) check(in, shape, given, connectivity, again);
  }
  if (connectivity == 4 && want_altitude && want_area) check_maxima(in, shape, given, tree);
}

void select(Input& in) {
  const Shape shape(in);
  Exact<float> values(shape.pixels), map(shape.pixels, perhaps_shift(in));
  fill_map(in, values, shape.pixels, std::max<int64_t>(shape.width, 1));
  Exact<float> energy_values(shape.pixels), energies(shape.pixels, perhaps_shift(in));
  const bool apart = in.often();
  if (apart) fill_map(in, energy_values, shape.pixels, std::max<int64_t>(shape.width, 1));
  const bool clean = !in.rarely();  // what the contract asks for
  for (int64_t i = 0; clean && i < shape.pixels; i++) {
    for (float* value : {&values[i], &energy_values[i]}) {
      if (!std::isfinite(*value)) *value = 1.5f;
      if (*value < 0 && (!apart || value == &energy_values[i])) *value = -*value;
    }
  }
  std::memcpy(static_cast<void*>(map.get()), values.get(), values.bytes());
  std::memcpy(static_cast<void*>(energies.get()), energy_values.get(), values.bytes());
  const float* judged = apart ? energy_values.get() : values.get();
  Verdict verdict;
  for (int64_t i = 0; i < shape.pixels; i++) {
    verdict.require(std::isfinite(values[i]) && std::isfinite(judged[i]) && !(judged[i] < 0));
  }
  const int64_t channels = in.perhaps_wild(in.often() ? in.among(1, 8) : in.among(1, 4096));
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.pfa_bound = in.perhaps_wild32(in.byte() % 3);
  options.number_of_tests = in.perhaps_wild32(in.byte() % 3);
  options.reserved = in.perhaps_wild32(0);
  Verdict of_options;
  const Given<flowline_segment_options> given(in, options, &of_options);
  flowline_segment_options seen =
      given.is_null() ? flowline_segment_options FLOWLINE_SEGMENT_OPTIONS_DEFAULT : given.known;
  if (!given.is_null()) {
    of_options.require(seen.pfa_bound >= 0 && seen.pfa_bound <= 2 && seen.reserved == 0);
    of_options.require(seen.number_of_tests >= 0 && seen.number_of_tests <= 2);
    verdict.must_fail |= of_options.must_fail;
    verdict.may_fail |= of_options.may_fail;
    seen.number_of_tests = tests_of(seen);
  }
  const bool by_size = seen.number_of_tests == FLOWLINE_TESTS_BY_SIZE;
  const int64_t total = in.perhaps_wild(shape.pixels + in.byte());
  verdict.require(shape.valid && shape.held && map.aligned() && channels >= 1 && channels <= MOST);
  verdict.require(!apart || energies.aligned());
  verdict.require(!by_size || total >= shape.pixels || total == 0);
  verdict.may_fail |= by_size && total > 64 * MOST;
  const bool no_context = in.rarely(), want_pfa = !in.rarely(), want_painted = !in.rarely();
  verdict.require(!no_context);

  struct Result {
    Result(int64_t n, int shift) : region(n), log10_pfa(n), painted(n, shift) {}
    Exact<int32_t> region;
    Exact<double> log10_pfa;
    Exact<float> painted;
  };
  const int shift = perhaps_shift(in);
  verdict.require(!want_painted || shift % 4 == 0);
  const auto run = [&](flowline_context* context, const Result& to) {
    return flowline_select(context, shape.held ? map.get() : nullptr,
                           apart ? energies.get() : nullptr, shape.height, shape.width, channels,
                           total, given.get(), to.region, want_pfa ? to.log10_pfa.get() : nullptr,
                           want_painted ? to.painted.get() : nullptr);
  };
  const Result result(shape.pixels, shift);
  expect(run(no_context ? nullptr : contexts()[0], result), verdict);
  if (!verdict.plain()) return;
  for (flowline_context* context : contexts()) {
    const Result again(shape.pixels, 0);
    EXPECT(run(context, again) == FLOWLINE_OK);
    EXPECT(again.region.same_bytes(result.region));
    EXPECT(again.log10_pfa.same_bytes(result.log10_pfa));
    if (want_painted) EXPECT(again.painted.same_bytes(result.painted));
  }

  Tree tree(shape.pixels);
  EXPECT(flowline_component_tree(contexts()[0], map, shape.height, shape.width, 4, tree.node,
                                 tree.parent, tree.altitude, tree.area,
                                 &tree.nodes) == FLOWLINE_OK);
  std::vector<float> least(tree.nodes, INFINITY);
  std::vector<int64_t> chosen(tree.nodes);
  for (int64_t i = 0; i < shape.pixels; i++) {
    least[tree.node[i]] = std::min(least[tree.node[i]], judged[i]);
    const int32_t region = result.region[i];
    EXPECT(region >= -1 && region < tree.nodes);
    if (region < 0) continue;
    chosen[region]++;
    int32_t above = tree.node[i];
    while (above > region) above = tree.parent[above];
    EXPECT(above == region);
  }
  for (int32_t node = tree.nodes; node-- > 0;) {
    if (node > 0) least[tree.parent[node]] = std::min(least[tree.parent[node]], least[node]);
    EXPECT(chosen[node] == 0 || chosen[node] == tree.area[node]);
    if (!want_pfa) continue;
    double log10_pfa;
    EXPECT(flowline_log10_pfa(seen.pfa_bound, channels, least[node], tree.area[node], &log10_pfa) ==
           FLOWLINE_OK);
    EXPECT(log10_pfa == result.log10_pfa[node]);
  }
  for (int64_t i = 0; want_painted && i < shape.pixels; i++) {
    EXPECT(result.painted[i] == result.painted[i]);
    if (!by_size) EXPECT(result.painted[i] <= 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  in.often() ? select(in) : component_tree(in);
  return 0;
}
