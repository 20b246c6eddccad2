#include <algorithm>
#include <string>

#include "api/bytes.hpp"
#include "api/checked_structs.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"
#include "api/tensor_shape.hpp"
#include "backend/host_pointers.hpp"
#include "call/segment_call.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

using namespace flowline;

namespace {

/// Returns the batch size of all.
int64_t check_latents(const flowline_tensor* latents, int32_t scales, bool with_data,
                      flowline_tensor* checked) {
  require_pointer("latents", latents, alignof(flowline_tensor));
  require_between("scales", scales, 1, MOST_SCALES);
  int64_t batch = 0;
  int64_t positions = 0;
  for (int32_t scale = 0; scale < scales; scale++) {
    const Name name("latents", scale);
    checked[scale] = tensor_of(element_of(latents, scale, name), name, with_data);
    const flowline_tensor& latent = checked[scale];
    if (scale == 0) batch = latent.batch;
    if (latent.batch != batch) {
      invalid(name.member("batch").text() + " must be that of latents[0], " +
              std::to_string(batch) + ", got " + std::to_string(latent.batch));
    }
    positions += latent.height * latent.width;
    if (positions > MOST_BYTES / bytes_of<float>(batch)) {
      invalid("latents have more positions than memory can hold: " + std::to_string(batch) + " * " +
              std::to_string(positions));
    }
  }
  return batch;
}

void check_memory(const Backend& backend, const SegmentCall& call,
                  const flowline_segment_options& options) {
  Footprint memory(backend);
  const flowline_maps& maps = call.maps;
  const int64_t batch = call.batch();
  for (int32_t scale = 0; scale < call.scales; scale++) {
    memory.read(Name("latents", scale), call.latents[scale]);
  }
  if (backend.is_host()) {
    memory.read("options.ignore", options.ignore,
                options.ignore_batch_stride * (batch - 1) + call.map_pixels());
  } else {
    HostPointers().require("options.ignore", options.ignore);
  }
  memory.read("options.law.level", call.law.level, bytes_of<float>(call.law.knots));
  memory.read("options.law.log10_pfa", call.law.log10_pfa,
              bytes_of<double>(int64_t{call.law.classes} * call.law.knots));
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

/// The call, checked; with_data: its pointers are followed. Its latents are checked before all
/// else.
SegmentCall checked(flowline_context* context, const flowline_tensor* latents, int32_t scales,
                    const flowline_segment_options* options, const flowline_maps* maps,
                    bool with_data) {
  require_pointer("context", context, 1);
  flowline_tensor tensors[MOST_SCALES];
  const int64_t batch = check_latents(latents, scales, with_data, tensors);
  const flowline_segment_options how = segment_options_of(options);
  const flowline_maps outputs = maps_of(maps);
  require_inside(how, outputs, batch);
  SegmentCall call(how, outputs);
  call.scales = scales;
  std::copy_n(tensors, scales, call.latents);
  if (call.by_law) call.law = region_law_of(how.law, with_data);
  const Backend& backend = *context->backend;
  if (with_data) check_memory(backend, call, how);
  if (call.by_law && with_data && backend.is_host()) require_law(call.law);
  context->checks.counts.reserve(call.count_rows(), scales);
  return call;
}

}  // namespace

flowline_status flowline_segment(flowline_context* context, const flowline_tensor* latents,
                                 int32_t scales, const flowline_segment_options* options,
                                 const flowline_maps* maps) {
  return translate([&] {
    SegmentCall call = checked(context, latents, scales, options, maps, true);
    TestCounts& counts = context->checks.counts;
    counts.count(call.view, call.latents, call.scales);
    call.counts = &counts;
    context->backend->segment(call);
  });
}

flowline_status flowline_reserve(flowline_context* context, const flowline_tensor* latents,
                                 int32_t scales, const flowline_segment_options* options,
                                 const flowline_maps* maps) {
  return translate([&] {
    const SegmentCall call = checked(context, latents, scales, options, maps, false);
    context->backend->reserve(call);
  });
}
