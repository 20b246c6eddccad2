#include <algorithm>
#include <cfloat>
#include <cmath>
#include <string>

#include "acontrario/cells.hpp"
#include "acontrario/connectivity.hpp"
#include "api/bytes.hpp"
#include "api/checked_call.hpp"
#include "api/checked_structs.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"
#include "checks/argument_checks.hpp"
#include "checks/floating_point_mode.hpp"
#include "checks/status.hpp"

using namespace flowline;

namespace {

void check_memory(const Backend& backend, const CheckedCall& checked,
                  const flowline_inspection& asked) {
  const int64_t batch = checked.call.batch();
  if (asked.capacity > MOST_BYTES / bytes_of<flowline_region>(batch)) {
    invalid("inspection.capacity is more than memory can hold: " + std::to_string(batch) + " * " +
            std::to_string(asked.capacity));
  }
  Footprint inputs(backend);
  Footprint host;  // of another memory than a device's inputs
  Footprint& outputs = backend.is_host() ? inputs : host;
  check_inputs(checked, &inputs, &outputs);
  outputs.write("inspection.verdict", asked.verdict, bytes_of<flowline_verdict>(batch));
  outputs.write("inspection.min_log10_nfa", asked.min_log10_nfa, bytes_of<float>(batch));
  outputs.write("inspection.regions", asked.regions,
                bytes_of<flowline_region>(batch * asked.capacity));
  outputs.write("inspection.region_count", asked.region_count, bytes_of<int64_t>(batch));
}

/// The regions of one image, from the maps that its test decided on.
void find_regions(const SegmentCall& call, const CpuSegmenter& decided, int64_t image, double below,
                  InspectionWorkspace* workspace, Regions* regions) {
  float* const map = workspace->map.data();
  std::fill_n(map, call.map_pixels(), FLT_MAX);
  for (int32_t scale = 0; scale < call.tested_maps(); scale++) {
    if (call.counts->scale_pixels(image, scale) == 0) continue;
    const flowline_tensor& latent = call.latents[scale];
    lower_to_cells(decided.painted(call, image, scale), latent.height, latent.width, below,
                   call.maps.height, call.maps.width, map);
  }
  call.view.blank(image, map);
  if (!regions->find(map, static_cast<int32_t>(call.maps.height),
                     static_cast<int32_t>(call.maps.width), below, CONNECTIVITY)) {
    throw Error(FLOWLINE_INTERNAL,
                "the map of image " + std::to_string(image) + ", which was tested, has a NaN");
  }
}

flowline_verdict verdict_of(float min_log10_nfa, double log10_epsilon) {
  if (!(min_log10_nfa < FLT_MAX) || std::isnan(log10_epsilon)) return FLOWLINE_NOT_INSPECTED;
  return min_log10_nfa < log10_epsilon ? FLOWLINE_DEFECT : FLOWLINE_GOOD;
}

}  // namespace

flowline_verdict flowline_decide(float min_log10_nfa, double log10_epsilon) {
  const FloatingPointMode standard;
  flowline_verdict verdict;
  const auto decide = [&] { verdict = verdict_of(min_log10_nfa, log10_epsilon); };
  run_body(decide);
  return verdict;
}

flowline_status flowline_inspect(flowline_context* context, const flowline_tensor* latents,
                                 int32_t scales, const flowline_segment_options* options,
                                 const flowline_inspection* inspection) {
  return translate(context, [&] {
    const flowline_inspection asked = inspection_of(inspection);
    flowline_maps maps = {};
    maps.struct_size = sizeof maps;
    maps.height = asked.height;
    maps.width = asked.width;
    float to_come;  // where the smallest go is known once the call is checked
    maps.min_log10_nfa = &to_come;
    CheckedCall checked = checked_call(context, latents, scales, options, &maps, true);
    check_memory(*context->backend, checked, asked);
    SegmentCall& call = checked.call;
    // A caller that looks past the status of a failure must not see an earlier call's verdicts.
    std::fill_n(asked.verdict, call.batch(), FLOWLINE_NOT_INSPECTED);
    check_law(*context->backend, call);
    InspectionWorkspace& workspace = context->inspection;
    Regions& regions = context->map.regions;
    workspace.smallest.resize(static_cast<size_t>(call.batch()));
    workspace.map.resize(static_cast<size_t>(call.map_pixels()));
    regions.reserve(call.maps.height, call.maps.width);
    call.maps.min_log10_nfa = workspace.smallest.data();
    TestCounts& counts = context->checks.counts;
    counts.count(call.view, call.latents, call.scales);
    call.counts = &counts;
    const CpuSegmenter& decided = context->backend->segment_on_host(call);
    const double below = std::min(asked.log10_epsilon, static_cast<double>(FLT_MAX));
    for (int64_t image = 0; image < call.batch(); image++) {
      const float smallest = workspace.smallest[static_cast<size_t>(image)];
      const flowline_verdict verdict = verdict_of(smallest, asked.log10_epsilon);
      regions.found.clear();
      if (verdict == FLOWLINE_DEFECT) {
        find_regions(call, decided, image, below, &workspace, &regions);
      }
      const int64_t count = static_cast<int64_t>(regions.found.size());
      asked.verdict[image] = verdict;
      if (asked.min_log10_nfa != nullptr) asked.min_log10_nfa[image] = smallest;
      if (asked.region_count != nullptr) asked.region_count[image] = count;
      if (asked.capacity > 0) {
        std::copy_n(regions.found.begin(), std::min(asked.capacity, count),
                    asked.regions + image * asked.capacity);
      }
    }
  });
}
