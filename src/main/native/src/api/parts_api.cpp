#include <algorithm>
#include <cfloat>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "acontrario/connectivity.hpp"
#include "acontrario/number_of_tests.hpp"
#include "acontrario/pfa.hpp"
#include "api/bytes.hpp"
#include "api/checked_structs.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"
#include "api/map_checks.hpp"
#include "backend/host_pointers.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"
#include "flowline/flowline.h"

using namespace flowline;

namespace {

// Makes the checks of a Footprint for one pointer of a short call.
void require_host(const Name& name, const void* pointer, size_t alignment) {
  require_pointer(name, pointer, alignment);
  HostPointers().require(name, pointer);
}

// The smallest energy of each node of the tree of a whole map. Room for the largest tree: then a
// smaller one of the same map allocates nothing.
const float* smallest_of_nodes(const ComponentTree& tree, const float* energies,
                               std::vector<float>* minimum) {
  minimum->reserve(tree.pixels.size());
  minimum->assign(static_cast<size_t>(tree.nodes()), INFINITY);
  float* const smallest = minimum->data();
  for (size_t i = 0; i < tree.pixels.size(); i++) {
    float& own = smallest[tree.own_node[i]];
    own = std::min(own, energies[tree.pixels[i]]);
  }
  for (int32_t node = tree.nodes(); node-- > 1;) {
    float& of_parent = smallest[tree.parent[node]];
    of_parent = std::min(of_parent, smallest[node]);
  }
  return smallest;
}

}  // namespace

flowline_status flowline_regions(flowline_context* context, const float* log10_nfa, int64_t height,
                                 int64_t width, double log10_epsilon, int32_t connectivity,
                                 flowline_region* regions, int64_t capacity, int64_t* count) {
  return translate(context, [&] {
    require_pointer("log10_nfa", log10_nfa, alignof(float));
    require_map(height, width);
    require_connectivity(connectivity);
    require_between("capacity", capacity, 0, INT64_MAX);
    require_pointer("count", count, alignof(int64_t));
    if (capacity > 0) require_pointer("regions", regions, alignof(flowline_region));
    Backend& backend = *context->backend;
    const int64_t bytes = bytes_of<float>(height * width);
    const bool on_device = backend.is_on_device(log10_nfa);
    Footprint memory;
    if (!on_device) memory.read("log10_nfa", log10_nfa, bytes);
    memory.write("regions", regions, bytes_of<flowline_region>(std::min(capacity, height * width)));
    memory.write("count", count, bytes_of<int64_t>(1));
    if (std::isnan(log10_epsilon)) invalid("log10_epsilon must not be NaN");
    if (on_device) log10_nfa = static_cast<const float*>(backend.host_copy(log10_nfa, bytes));
    Regions& all = context->map.regions;
    const double below = std::min(log10_epsilon, static_cast<double>(FLT_MAX));
    if (!all.find(log10_nfa, static_cast<int32_t>(height), static_cast<int32_t>(width), below,
                  connectivity)) {
      require_no_nan("log10_nfa", log10_nfa, height, width);
    }
    *count = static_cast<int64_t>(all.found.size());
    std::copy_n(all.found.begin(), std::min(capacity, *count), regions);
  });
}

flowline_status flowline_component_tree(flowline_context* context, const float* map, int64_t height,
                                        int64_t width, int32_t connectivity, int32_t* node_of_pixel,
                                        int32_t* parent, float* altitude, int32_t* area,
                                        int32_t* nodes) {
  return translate(context, [&] {
    require_pointer("map", map, alignof(float));
    require_map(height, width);
    require_connectivity(connectivity);
    require_pointer("node_of_pixel", node_of_pixel, alignof(int32_t));
    require_aligned("parent", parent, alignof(int32_t));
    require_aligned("altitude", altitude, alignof(float));
    require_aligned("area", area, alignof(int32_t));
    require_pointer("nodes", nodes, alignof(int32_t));
    const int64_t pixels = height * width;
    Footprint memory;
    memory.read("map", map, bytes_of<float>(pixels));
    memory.write("node_of_pixel", node_of_pixel, bytes_of<int32_t>(pixels));
    memory.write("parent", parent, bytes_of<int32_t>(pixels));
    memory.write("altitude", altitude, bytes_of<float>(pixels));
    memory.write("area", area, bytes_of<int32_t>(pixels));
    memory.write("nodes", nodes, bytes_of<int32_t>(1));
    require_finite("map", map, height, width);
    MapWorkspace& workspace = context->map;
    ComponentTree& tree = workspace.tree;
    const int32_t rows = static_cast<int32_t>(height), columns = static_cast<int32_t>(width);
    workspace.peak_tree.build_above(-INFINITY, map, rows, columns, connectivity, &tree);
    for (size_t i = 0; i < tree.pixels.size(); i++) {
      node_of_pixel[tree.pixels[i]] = tree.own_node[i];
    }
    if (parent != nullptr) std::copy(tree.parent.begin(), tree.parent.end(), parent);
    if (altitude != nullptr) std::copy(tree.altitude.begin(), tree.altitude.end(), altitude);
    if (area != nullptr) std::copy(tree.area.begin(), tree.area.end(), area);
    *nodes = tree.nodes();
  });
}

flowline_status flowline_select(flowline_context* context, const float* levels,
                                const float* energies, int64_t height, int64_t width,
                                int64_t channels, int64_t total_pixels,
                                const flowline_segment_options* options, int32_t* region_of_pixel,
                                double* log10_pfa, float* painted) {
  return translate(context, [&] {
    require_pointer("levels", levels, alignof(float));
    require_aligned("energies", energies, alignof(float));
    require_map(height, width);
    require_between("channels", channels, 1, MOST_CHANNELS);
    const flowline_segment_options how = segment_options_of(options);
    if (how.number_of_tests == FLOWLINE_TESTS_BY_SIZE && total_pixels != 0) {
      require_between("total_pixels", total_pixels, height * width, INT64_MAX / 2);
    }
    require_pointer("region_of_pixel", region_of_pixel, alignof(int32_t));
    require_aligned("log10_pfa", log10_pfa, alignof(double));
    require_aligned("painted", painted, alignof(float));
    const int64_t pixels = height * width;
    Footprint memory;
    memory.read("levels", levels, bytes_of<float>(pixels));
    memory.read("energies", energies, bytes_of<float>(pixels));
    memory.write("region_of_pixel", region_of_pixel, bytes_of<int32_t>(pixels));
    memory.write("log10_pfa", log10_pfa, bytes_of<double>(pixels));
    memory.write("painted", painted, bytes_of<float>(pixels));
    require_finite("levels", levels, height, width);
    if (energies != nullptr) require_finite("energies", energies, height, width);
    MapWorkspace& workspace = context->map;
    ComponentTree& tree = workspace.tree;
    workspace.peak_tree.build_above(-INFINITY, levels, static_cast<int32_t>(height),
                                    static_cast<int32_t>(width), CONNECTIVITY, &tree);
    const float* minimum = nullptr;  // that of a node is its altitude
    if (energies != nullptr) minimum = smallest_of_nodes(tree, energies, &workspace.minimum);
    if ((minimum == nullptr ? tree.altitude.data() : minimum)[0] < 0.0f) {
      invalid(std::string(energies == nullptr ? "levels" : "energies") + " must not be negative");
    }
    Selection& selection = workspace.selection;
    selection.select(
        tree, minimum,
        {how.pfa_bound, how.number_of_tests, channels, pixels, std::max(total_pixels, pixels)});
    selection.write(tree, region_of_pixel, painted);
    if (log10_pfa != nullptr) std::copy_n(selection.log10_pfa(), tree.nodes(), log10_pfa);
  });
}

flowline_status flowline_log10_pfa(int32_t pfa_bound, int64_t channels, double energy,
                                   int64_t pixels, double* log10_pfa) {
  return translate([&] {
    require_between("pfa_bound", pfa_bound, FLOWLINE_PFA_CHERNOFF, FLOWLINE_PFA_EXACT);
    require_between("channels", channels, 1, MOST_CHANNELS);
    require_between("pixels", pixels, 1, MOST_PIXELS);
    require_host("log10_pfa", log10_pfa, alignof(double));
    if (!std::isfinite(energy) || energy < 0) {
      invalid("energy must be finite and not negative, got " + std::to_string(energy));
    }
    *log10_pfa = static_cast<double>(pixels) *
                 log10_pfa_of_pixel(pfa_bound, static_cast<double>(channels), energy);
  });
}

flowline_status flowline_log10_number_of_tests(const int64_t* pixels, int32_t scales,
                                               double* log10_tests) {
  return translate([&] {
    require_host("pixels", pixels, alignof(int64_t));
    require_between("scales", scales, 1, MOST_SCALES);
    require_host("log10_tests", log10_tests, alignof(double));
    for (int32_t l = 0; l < scales; l++) {
      require_between(Name("pixels", l), pixels[l], 1, MOST_PIXELS);
    }
    *log10_tests = log10_number_of_tests(pixels, scales);
  });
}

flowline_status flowline_log10_number_of_tests_by_size(int64_t scale_pixels, int64_t total_pixels,
                                                       int64_t region_pixels, double* log10_tests) {
  return translate([&] {
    require_between("scale_pixels", scale_pixels, 1, MOST_PIXELS);
    require_between("total_pixels", total_pixels, scale_pixels, INT64_MAX / 2);
    require_between("region_pixels", region_pixels, 1, scale_pixels);
    require_host("log10_tests", log10_tests, alignof(double));
    *log10_tests = TestsBySize(scale_pixels, total_pixels).log10(region_pixels);
  });
}
