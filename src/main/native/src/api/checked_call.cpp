#include "api/checked_call.hpp"

#include <algorithm>
#include <string>

#include "api/bytes.hpp"
#include "api/checked_structs.hpp"
#include "api/field_of_view_handle.hpp"
#include "api/struct_versions.hpp"
#include "api/tensor_shape.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

namespace flowline {
namespace {

std::string sides_of(const flowline_tensor& latent) {
  return std::to_string(latent.height) + " x " + std::to_string(latent.width);
}

// The fused map is of the first scale's size, and so is what a law judges.
void require_finest_first(const SegmentCall& call) {
  for (int32_t scale = 1; scale < call.scales; scale++) {
    if (call.positions_of(scale) <= call.positions_of(scale - 1)) continue;
    invalid(Name("latents", scale).text() +
            " must not be finer than the scale before it, the finest comes first: " +
            sides_of(call.latents[scale]) + " after " + sides_of(call.latents[scale - 1]));
  }
}

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

void require_fitting(const flowline_field_of_view& prepared, const Backend& backend,
                     const flowline_maps& maps, int64_t batch) {
  const PreparedView& view = prepared.view;
  if (prepared.device != backend.device()) {
    invalid("options.field_of_view was prepared for " + prepared.device +
            ", but the context computes on " + backend.device());
  }
  if (view.height() != maps.height || view.width() != maps.width) {
    invalid("options.field_of_view is of maps of " + std::to_string(view.height()) + " x " +
            std::to_string(view.width()) + ", not " + std::to_string(maps.height) + " x " +
            std::to_string(maps.width));
  }
  if (view.batch() != 0 && view.batch() != batch) {
    invalid("options.field_of_view has masks of " + std::to_string(view.batch()) +
            " images, but the batch of latents[0] is " + std::to_string(batch));
  }
}

/// Puts the prepared field of view of the options into a call, if there is one.
void take_prepared(const flowline_segment_options& options, const Backend& backend,
                   SegmentCall* call) {
  const flowline_field_of_view* const prepared = options.field_of_view;
  if (prepared == nullptr) return;
  require_aligned("options.field_of_view", prepared, alignof(flowline_field_of_view));
  if (options.roi_x != 0 || options.roi_y != 0 || options.roi_width != 0 ||
      options.roi_height != 0 || options.ignore != nullptr || options.ignore_batch_stride != 0) {
    invalid(
        "options.roi_x to options.ignore_batch_stride must be 0 beside options.field_of_view, "
        "which has its own");
  }
  require_fitting(*prepared, backend, call->maps, call->batch());
  call->view = prepared->view.view();
  call->packed_masks = prepared->packed_masks.get();
}

}  // namespace

CheckedCall checked_call(flowline_context* context, const flowline_tensor* latents, int32_t scales,
                         const flowline_segment_options* options, const flowline_maps* maps,
                         bool with_data) {
  flowline_tensor tensors[MOST_SCALES];
  const int64_t batch = check_latents(latents, scales, with_data, tensors);
  const flowline_segment_options how = segment_options_of(options);
  const flowline_maps outputs = maps_of(maps);
  require_inside(how, outputs.height, outputs.width, batch);
  SegmentCall call(how, outputs);
  call.scales = scales;
  std::copy_n(tensors, scales, call.latents);
  take_prepared(how, *context->backend, &call);
  if (call.makes_fused_map()) require_finest_first(call);
  if (call.by_law) {
    call.law = region_law_of(how.law, tensors[0], with_data);
    call.law.smallest_region = static_cast<uint32_t>(how.smallest_region);
  }
  context->checks.counts.reserve(call.count_rows(), scales);
  return {how, call};
}

void check_inputs(const CheckedCall& checked, Footprint* device, Footprint* host) {
  const SegmentCall& call = checked.call;
  for (int32_t scale = 0; scale < call.scales; scale++) {
    device->read(Name("latents", scale), call.latents[scale]);
  }
  const flowline_segment_options& options = checked.options;
  host->read("options.ignore", options.ignore,
             options.ignore_batch_stride * (call.batch() - 1) + call.map_pixels());
  device->read("options.law.level", call.law.level, bytes_of<float>(call.law.knots));
  device->read("options.law.log10_pfa", call.law.log10_pfa,
               bytes_of<double>(int64_t{call.law.classes} * call.law.knots));
  if (is_relative(call.law)) {
    device->read("options.law.baseline_log10_pfa", call.law.baseline_log10_pfa,
                 bytes_of<double>(call.law.knots));
  }
}

void check_maps(const SegmentCall& call, const Name& name, Footprint* memory) {
  const flowline_maps& maps = call.maps;
  const int64_t batch = call.batch(), pixels = batch * call.map_pixels();
  memory->write(name.member("log10_nfa"), maps.log10_nfa, bytes_of<float>(pixels));
  memory->write(name.member("min_log10_nfa"), maps.min_log10_nfa, bytes_of<float>(batch));
  memory->write(name.member("anomaly_map"), maps.anomaly_map, bytes_of<float>(pixels));
  memory->write(name.member("anomaly_score"), maps.anomaly_score, bytes_of<float>(batch));
  memory->write(name.member("fused_map"), maps.fused_map,
                bytes_of<float>(batch * call.positions_of(0)));
  memory->write(name.member("mean_energies"), maps.mean_energies,
                bytes_of<double>(batch * call.scales));
  if (maps.channel_means == nullptr) return;  // what is not asked for may be too large to count
  const Name means = name.member("channel_means");
  if (call.channels() > MOST_BYTES / bytes_of<double>(batch)) {
    invalid(means.text() + " has more elements than memory can hold: " + std::to_string(batch) +
            " * " + std::to_string(call.channels()));
  }
  memory->write(means, maps.channel_means, bytes_of<double>(batch * call.channels()));
}

void check_law(const Backend& backend, const SegmentCall& call) {
  if (call.by_law && backend.is_host()) require_law(call.law);
}

}  // namespace flowline
