#include <string>

#include "api/bytes.hpp"
#include "api/checked_call.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"
#include "checks/status.hpp"

using namespace flowline;

namespace {

void check_memory(const Backend& backend, const CheckedCall& checked) {
  Footprint memory(backend), host;
  check_inputs(checked, &memory, backend.is_host() ? &memory : &host);
  const SegmentCall& call = checked.call;
  const flowline_maps& maps = call.maps;
  const int64_t batch = call.batch();
  memory.write("maps.log10_nfa", maps.log10_nfa, bytes_of<float>(batch * call.map_pixels()));
  memory.write("maps.min_log10_nfa", maps.min_log10_nfa, bytes_of<float>(batch));
  memory.write("maps.anomaly_map", maps.anomaly_map, bytes_of<float>(batch * call.map_pixels()));
  memory.write("maps.anomaly_score", maps.anomaly_score, bytes_of<float>(batch));
  memory.write("maps.fused_map", maps.fused_map, bytes_of<float>(batch * call.positions_of(0)));
  memory.write("maps.mean_energies", maps.mean_energies, bytes_of<double>(batch * call.scales));
  if (maps.channel_means == nullptr) return;  // what is not asked for may be too large to count
  if (call.channels() > MOST_BYTES / bytes_of<double>(batch)) {
    invalid("maps.channel_means has more elements than memory can hold: " + std::to_string(batch) +
            " * " + std::to_string(call.channels()));
  }
  memory.write("maps.channel_means", maps.channel_means, bytes_of<double>(batch * call.channels()));
}

}  // namespace

flowline_status flowline_segment(flowline_context* context, const flowline_tensor* latents,
                                 int32_t scales, const flowline_segment_options* options,
                                 const flowline_maps* maps) {
  return translate(context, [&] {
    CheckedCall checked = checked_call(context, latents, scales, options, maps, true);
    check_memory(*context->backend, checked);
    SegmentCall& call = checked.call;
    check_law(*context->backend, call);
    TestCounts& counts = context->checks.counts;
    counts.count(call.view, call.latents, call.scales);
    call.counts = &counts;
    context->backend->segment(call);
  });
}

flowline_status flowline_reserve(flowline_context* context, const flowline_tensor* latents,
                                 int32_t scales, const flowline_segment_options* options,
                                 const flowline_maps* maps) {
  return translate(context, [&] {
    const SegmentCall call = checked_call(context, latents, scales, options, maps, false).call;
    context->backend->reserve(call);
    // An inspection is a call for the smallest log10 NFA, and more memory of the host's.
    if (call.maps.min_log10_nfa == nullptr || !context->backend->is_host()) return;
    context->inspection.reserve(call.batch(), call.map_pixels());
    context->map.regions.reserve(call.maps.height, call.maps.width);
  });
}
