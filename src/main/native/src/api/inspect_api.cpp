#include <algorithm>
#include <string>

#include "acontrario/verdict.hpp"
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
  check_maps(checked.call, "inspection.maps", &outputs);
}

}  // namespace

flowline_verdict flowline_decide(float min_log10_nfa, double log10_epsilon) {
  return flowline_decide_guarded(min_log10_nfa, log10_epsilon, 0.0, 0.0);
}

flowline_verdict flowline_decide_guarded(float min_log10_nfa, double log10_epsilon,
                                         double guard_below, double guard_above) {
  const FloatingPointMode standard;
  flowline_verdict verdict;
  const auto decide = [&] {
    verdict = verdict_of(min_log10_nfa, {log10_epsilon, guard_below, guard_above});
  };
  run_body(decide);
  return verdict;
}

flowline_status flowline_inspect(flowline_context* context, const flowline_tensor* latents,
                                 int32_t scales, const flowline_segment_options* options,
                                 const flowline_inspection* inspection) {
  return translate(context, [&] {
    const flowline_inspection asked = inspection_of(inspection);
    const flowline_maps wanted = maps_of(asked);
    flowline_maps maps = wanted;
    float to_come;  // where the smallest go is known once the call is checked
    maps.min_log10_nfa = &to_come;
    CheckedCall checked = checked_call(context, latents, scales, options, &maps, true);
    SegmentCall& call = checked.call;
    call.maps.min_log10_nfa = wanted.min_log10_nfa;
    check_memory(*context->backend, checked, asked);
    const int64_t batch = call.batch();
    // A caller that looks past the status of a failure must not see an earlier call's verdicts.
    std::fill_n(asked.verdict, batch, FLOWLINE_NOT_INSPECTED);
    check_law(*context->backend, call);
    std::vector<float>& smallest = context->inspection.smallest;
    smallest.resize(static_cast<size_t>(batch));
    call.maps.min_log10_nfa = smallest.data();
    TestCounts& counts = context->checks.counts;
    counts.count(call.view, call.latents, call.scales);
    call.counts = &counts;
    context->backend->inspect(call, asked);
    for (float* to : {asked.min_log10_nfa, wanted.min_log10_nfa}) {
      if (to != nullptr) std::copy_n(smallest.begin(), batch, to);
    }
  });
}
