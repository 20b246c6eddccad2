#include "api/arguments.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"
#include "api/segment.hpp"
#include "api/status.hpp"
#include "api/structures.hpp"

namespace flowline {
namespace {

constexpr int64_t BYTES = sizeof(float);
constexpr int64_t BYTES_OF_DOUBLE = sizeof(double);

void check_latents(const flowline_tensor* latents, int32_t scales, bool with_data,
                   std::vector<flowline_tensor>* checked) {
  require_pointer("latents", latents, alignof(flowline_tensor));
  require_between("scales", scales, 1, MOST_SCALES);
  checked->clear();
  int64_t positions = 0;
  for (int32_t scale = 0; scale < scales; scale++) {
    const Name name("latents", scale);
    const flowline_tensor latent = tensor_of(element_of(latents, scale, name), name, with_data);
    const int64_t batch = scale == 0 ? latent.batch : checked->front().batch;
    if (latent.batch != batch) {
      invalid(name.member("batch").text() + " must be that of latents[0], " +
              std::to_string(batch) + ", got " + std::to_string(latent.batch));
    }
    positions += latent.height * latent.width;
    if (positions > MOST_BYTES / BYTES / batch) {
      invalid("latents have more positions than memory can hold: " + std::to_string(batch) + " * " +
              std::to_string(positions));
    }
    checked->push_back(latent);
  }
}

void check_memory(const Device* device, const std::vector<flowline_tensor>& latents,
                  const flowline_segment_options& options, const RegionLaw& law,
                  const flowline_maps& maps) {
  Footprint memory(device);
  const int64_t batch = latents[0].batch;
  const int64_t pixels = maps.height * maps.width;
  const int64_t scales = static_cast<int64_t>(latents.size());
  int64_t channels = 0;
  for (const flowline_tensor& latent : latents) channels += latent.channels;
  for (size_t scale = 0; scale < latents.size(); scale++) {
    memory.read(Name("latents", static_cast<int64_t>(scale)), latents[scale]);
  }
  if (device == nullptr) {
    memory.read("options.ignore", options.ignore,
                options.ignore_batch_stride * (batch - 1) + pixels);
  } else {
    HostMemory().require("options.ignore", options.ignore);
  }
  memory.read("options.law.level", law.level, law.knots * BYTES);
  memory.read("options.law.log10_pfa", law.log10_pfa,
              int64_t{law.classes} * law.knots * BYTES_OF_DOUBLE);
  memory.write("maps.log10_nfa", maps.log10_nfa, batch * pixels * BYTES);
  memory.write("maps.smallest", maps.smallest, batch * BYTES);
  memory.write("maps.anomaly_map", maps.anomaly_map, batch * pixels * BYTES);
  memory.write("maps.anomaly_score", maps.anomaly_score, batch * BYTES);
  memory.write("maps.fused_map", maps.fused_map,
               batch * latents[0].height * latents[0].width * BYTES);
  memory.write("maps.mean_energies", maps.mean_energies, batch * scales * BYTES_OF_DOUBLE);
  if (maps.channel_means != nullptr && channels > MOST_BYTES / BYTES_OF_DOUBLE / batch) {
    invalid("maps.channel_means has more elements than memory can hold: " + std::to_string(batch) +
            " * " + std::to_string(channels));
  }
  memory.write("maps.channel_means", maps.channel_means, batch * channels * BYTES_OF_DOUBLE);
}

Segmentation checked(flowline_context* context, const flowline_tensor* latents, int32_t scales,
                     const flowline_segment_options* options, const flowline_maps* maps,
                     bool with_data) {
  require_pointer("context", context, 1);
  check_latents(latents, scales, with_data, &context->latents);
  const flowline_segment_options how = segment_options_of(options);
  const flowline_maps outputs = maps_of(maps);
  const int64_t batch = context->latents[0].batch;
  require_inside(how, outputs, batch);
  const bool by_law = how.law != nullptr;
  const RegionLaw law = by_law ? region_law_of(how.law, with_data) : RegionLaw{};
  if (with_data) check_memory(context->device.get(), context->latents, how, law, outputs);
  if (by_law && with_data && context->device == nullptr) require_law(law);
  const FieldOfView view(how, outputs.height, outputs.width);
  context->counts.reserve(view.by_image() ? batch : 1, scales);
  return {how, outputs, view, by_law, law};
}

CudaSegmentation on_device(const flowline_context& context, const Segmentation& call) {
  return {context.latents.data(),
          static_cast<int32_t>(context.latents.size()),
          call.options.pfa_bound,
          call.options.number_of_tests,
          call.maps,
          call.view.top(),
          call.view.bottom(),
          call.view.left(),
          call.view.right(),
          call.view.mask(),
          call.view.mask_stride(),
          context.counts.scale_pixels().data(),
          context.counts.total_pixels().data(),
          context.counts.log10_published().data(),
          call.by_law ? &call.law : nullptr};
}

}  // namespace
}  // namespace flowline

using namespace flowline;

flowline_status flowline_segment(flowline_context* context, const flowline_tensor* latents,
                                 int32_t scales, const flowline_segment_options* options,
                                 const flowline_maps* maps) {
  return translate([&] {
    const Segmentation call = checked(context, latents, scales, options, maps, true);
    if (context->device != nullptr) {
      context->counts.count(call.view, context->latents);
      context->device->segment(on_device(*context, call));
      return;
    }
    reserve(context, call);
    segment(context, call);
  });
}

flowline_status flowline_reserve(flowline_context* context, const flowline_tensor* latents,
                                 int32_t scales, const flowline_segment_options* options,
                                 const flowline_maps* maps) {
  return translate([&] {
    const Segmentation call = checked(context, latents, scales, options, maps, false);
    if (context->device != nullptr) {
      context->device->reserve(on_device(*context, call));
    } else {
      reserve(context, call);
    }
  });
}
