#include "api/checked_call.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"

using namespace flowline;

namespace {

void check_memory(const Backend& backend, const CheckedCall& checked) {
  Footprint memory(backend), host;
  check_inputs(checked, &memory, backend.is_host() ? &memory : &host);
  check_maps(checked.call, "maps", &memory);
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
    context->inspection.smallest.reserve(static_cast<size_t>(call.batch()));
  });
}
