#include <memory>
#include <string>

#include "api/bytes.hpp"
#include "api/checked_structs.hpp"
#include "api/context.hpp"
#include "api/coupling_arrays.hpp"
#include "api/footprint.hpp"
#include "api/layers.hpp"
#include "api/struct_versions.hpp"
#include "api/tensor_shape.hpp"
#include "backend/host_pointers.hpp"
#include "call/tensor_extent.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

using namespace flowline;

namespace {

void require_cpu(const flowline_context& context) {
  if (context.backend->is_host()) return;
  throw Error(FLOWLINE_UNAVAILABLE,
              "layers are computed on the CPU, and context is on " + context.backend->device());
}

/// Clears the caller's handle, also if the context cannot be had, then runs the body.
template <class Handle, class Body>
flowline_status create(flowline_context* context, const char* name, Handle** handle, Body&& body) {
  const flowline_status pointed = translate([&] {
    require_pointer(name, handle, alignof(Handle*));
    HostPointers().require(name, handle);
    *handle = nullptr;
  });
  if (pointed != FLOWLINE_OK) return pointed;
  return translate(context, [&] {
    require_cpu(*context);
    body();
  });
}

void require_finite_elements(const Name& name, const float* values, int64_t count) {
  for (int64_t i = 0; values != nullptr && i < count; i++) require_finite_value(name, values[i]);
}

void require_same_set(const char* what, const Kernels& layer, const Kernels& context) {
  if (&layer == &context) return;
  invalid(std::string(what) + " was made for " + layer.name + ", and context computes with " +
          context.name);
}

/// A batch whose images have their channels side by side.
flowline_tensor pixels_of(const flowline_tensor* tensor, const Name& name, int64_t channels) {
  flowline_tensor known = tensor_of(tensor, name);
  require_between(name.member("type"), known.type, FLOWLINE_FLOAT32, FLOWLINE_FLOAT32);
  require_between(name.member("channels"), known.channels, channels, channels);
  if (channels > 1) require_between(name.member("channel_stride"), known.channel_stride, 1, 1);
  return known;
}

/// The memory of an output: (N, H, W, channels), dense.
flowline_tensor dense_pixels(const flowline_tensor& like, int64_t channels, float* data) {
  require_pointer("output", data, alignof(float));
  flowline_tensor dense = like;
  dense.data = data;
  dense.channels = channels;
  dense.channel_stride = 1;
  dense.column_stride = channels;
  dense.row_stride = like.width * channels;
  if (like.batch * like.height > MOST_BYTES / bytes_of<float>(dense.row_stride)) {
    invalid("output has more elements than memory can hold");
  }
  dense.batch_stride = like.height * dense.row_stride;
  return dense;
}

bool is_same_memory(const flowline_tensor& a, const flowline_tensor& b) {
  return a.data == b.data && (a.width == 1 || a.column_stride == b.column_stride) &&
         (a.height == 1 || a.row_stride == b.row_stride) &&
         (a.batch == 1 || a.batch_stride == b.batch_stride);
}

PixelMap image_at(const flowline_tensor& tensor, int64_t index) {
  float* const data = static_cast<float*>(const_cast<void*>(tensor.data));
  return {data + index * tensor.batch_stride,
          tensor.height,
          tensor.width,
          tensor.channels,
          tensor.row_stride,
          tensor.column_stride};
}

/// made: where the stage's address goes. seen: workspace.
FlowStepParameters parameters_of(const flowline_flow_step* steps, int64_t index, int64_t channels,
                                 flowline_flow_stage** made, std::vector<uint8_t>* seen) {
  const Name name("steps", index);
  const flowline_flow_step step = flow_step_of(element_of(steps, index, name), name);
  const Name of_coupling = name.member("coupling");
  const flowline_coupling coupling = coupling_of(step.coupling, of_coupling);
  const int64_t taps = step.kernel * step.kernel, second = channels / 2 * 2;
  const int64_t first_weights = step.hidden * (channels - channels / 2) * taps;
  const int64_t second_weights = second * step.hidden * taps;
  Footprint memory;
  memory.read(name.member("first_weights"), step.first_weights, bytes_of<float>(first_weights));
  memory.read(name.member("first_bias"), step.first_bias, bytes_of<float>(step.hidden));
  memory.read(name.member("second_weights"), step.second_weights, bytes_of<float>(second_weights));
  memory.read(name.member("second_bias"), step.second_bias, bytes_of<float>(second));
  memory.read(of_coupling.member("gain"), coupling.gain, bytes_of<float>(channels));
  memory.read(of_coupling.member("offset"), coupling.offset, bytes_of<float>(channels));
  memory.read(of_coupling.member("permutation"), coupling.permutation, bytes_of<int32_t>(channels));
  memory.write("stage", made, sizeof *made);
  require_finite_elements(name.member("first_weights"), step.first_weights, first_weights);
  require_finite_elements(name.member("first_bias"), step.first_bias, step.hidden);
  require_finite_elements(name.member("second_weights"), step.second_weights, second_weights);
  require_finite_elements(name.member("second_bias"), step.second_bias, second);
  require_coupling_arrays(coupling, channels, seen, [&](const char*, const char* member, int64_t) {
    return of_coupling.member(member);
  });
  return {channels,        step.hidden,         step.kernel,      step.first_weights,
          step.first_bias, step.second_weights, step.second_bias, coupling};
}

}  // namespace

flowline_status flowline_convolution_create(flowline_context* context, int64_t inputs,
                                            int64_t outputs, const float* weights,
                                            const float* bias, flowline_convolution** convolution) {
  return create(context, "convolution", convolution, [&] {
    require_between("inputs", inputs, 1, MOST_LAYER_CHANNELS);
    require_between("outputs", outputs, 1, MOST_LAYER_CHANNELS);
    require_pointer("weights", weights, alignof(float));
    require_aligned("bias", bias, alignof(float));
    const int64_t count = outputs * inputs * 9;
    Footprint memory;
    memory.read("weights", weights, bytes_of<float>(count));
    memory.read("bias", bias, bytes_of<float>(outputs));
    memory.write("convolution", convolution, sizeof *convolution);
    require_finite_elements("weights", weights, count);
    require_finite_elements("bias", bias, outputs);
    *convolution = new flowline_convolution{
        context->kernels, Winograd(context->kernels, inputs, outputs, weights, bias)};
  });
}

flowline_status flowline_convolution_forward(flowline_context* context,
                                             const flowline_convolution* convolution,
                                             const flowline_tensor* input,
                                             const flowline_tensor* summand, int32_t rectified,
                                             float* output) {
  return translate(context, [&] {
    require_cpu(*context);
    require_pointer("convolution", convolution, alignof(flowline_convolution));
    const Winograd& winograd = convolution->winograd;
    require_same_set("convolution", convolution->kernels, context->kernels);
    require_between("rectified", rectified, 0, 1);
    const flowline_tensor x = pixels_of(input, "input", winograd.inputs());
    const flowline_tensor y = dense_pixels(x, winograd.outputs(), output);
    flowline_tensor added = {};
    Footprint memory;
    memory.read("input", x);
    if (summand != nullptr) {
      added = pixels_of(summand, "summand", y.channels);
      require_between("summand.batch", added.batch, y.batch, y.batch);
      require_between("summand.height", added.height, y.height, y.height);
      require_between("summand.width", added.width, y.width, y.width);
      memory.read("summand", added);
    }
    memory.write("output", y);
    WorkerPool& workers = context->backend->workers();
    std::vector<Winograd::Workspace>& workspaces = context->layers.convolution;
    workspaces.resize(static_cast<size_t>(workers.threads()));
    for (Winograd::Workspace& workspace : workspaces) {
      winograd.reserve(x.height, x.width, workspace);
    }
    const Blocks blocks(x.height, x.width, workers.threads());
    for (int64_t image = 0; image < x.batch; image++) {
      const PixelMap from = image_at(x, image), to = image_at(y, image);
      auto body = [&](int64_t index, int worker) {
        const Block block = blocks[index];
        PixelMap part = to;
        part.data = to.at(block.y, block.x);
        PixelMap addend = {};
        if (summand != nullptr) {
          addend = image_at(added, image);
          addend.data = addend.at(block.y, block.x);
        }
        winograd.run(from, block, rectified == 1, part, workspaces[static_cast<size_t>(worker)],
                     summand == nullptr ? nullptr : &addend);
      };
      workers.run(blocks.count(), body);
    }
  });
}

void flowline_convolution_destroy(flowline_convolution* convolution) { delete convolution; }

flowline_status flowline_flow_stage_create(flowline_context* context, int64_t channels,
                                           const flowline_flow_step* steps, int64_t count,
                                           flowline_flow_stage** stage) {
  return create(context, "stage", stage, [&] {
    require_between("channels", channels, 2, MOST_LAYER_CHANNELS);
    require_pointer("steps", steps, alignof(flowline_flow_step));
    require_between("count", count, 1, MOST_FLOW_STEPS);
    std::vector<FlowStepParameters> parameters;
    for (int64_t i = 0; i < count; i++) {
      parameters.push_back(parameters_of(steps, i, channels, stage, &context->checks.permuted));
    }
    *stage = new flowline_flow_stage{context->kernels, channels,
                                     FlowStage(context->kernels, parameters)};
  });
}

flowline_status flowline_flow_stage_forward(flowline_context* context,
                                            const flowline_flow_stage* stage,
                                            const flowline_tensor* input, float* output) {
  return translate(context, [&] {
    require_cpu(*context);
    require_pointer("stage", stage, alignof(flowline_flow_stage));
    require_same_set("stage", stage->kernels, context->kernels);
    const flowline_tensor x = pixels_of(input, "input", stage->channels);
    const flowline_tensor y = dense_pixels(x, stage->channels, output);
    Footprint memory;
    if (!is_same_memory(x, y)) memory.read("input", x);
    memory.write("output", y);
    for (int64_t image = 0; image < x.batch; image++) {
      stage->stage.forward(image_at(x, image), image_at(y, image), context->backend->workers(),
                           context->layers.flow);
    }
  });
}

void flowline_flow_stage_destroy(flowline_flow_stage* stage) { delete stage; }
