#include "api/bytes.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"
#include "api/layer_checks.hpp"
#include "api/layers.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

using namespace flowline;

namespace {

// log_det: one per image; nullptr: not wanted.
void forward(flowline_context* context, const flowline_flow_stage* stage,
             const flowline_tensor* input, float* output, double* log_det) {
  require_cpu(*context);
  require_pointer("stage", stage, alignof(flowline_flow_stage));
  require_same_set("stage", stage->kernels, context->kernels);
  const flowline_tensor x = pixels_of(input, "input", stage->channels);
  const flowline_tensor y = dense_pixels(x, stage->channels, "output", output);
  Footprint memory;
  if (!is_same_memory(x, y)) memory.read("input", x);
  memory.write("output", y);
  memory.write("log_det", log_det, bytes_of<double>(x.batch));
  for (int64_t image = 0; image < x.batch; image++) {
    stage->stage.forward(image_at(x, image), image_at(y, image), context->backend->workers(),
                         context->layers.flow, log_det == nullptr ? nullptr : log_det + image);
  }
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
        context->kernels,
        Winograd(context->kernels, inputs, outputs, weights, bias, context->backend->workers())};
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
    const flowline_tensor y = dense_pixels(x, winograd.outputs(), "output", output);
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
    const std::vector<FlowStepParameters> parameters =
        parameters_of(steps, count, channels, stage, &context->checks.permuted);
    *stage = new flowline_flow_stage{
        context->kernels, channels,
        FlowStage(context->kernels, parameters, context->backend->workers()), nullptr};
  });
}

flowline_status flowline_flow_stage_forward(flowline_context* context,
                                            const flowline_flow_stage* stage,
                                            const flowline_tensor* input, float* output) {
  return translate(context, [&] { forward(context, stage, input, output, nullptr); });
}

flowline_status flowline_flow_stage_forward_log_det(flowline_context* context,
                                                    const flowline_flow_stage* stage,
                                                    const flowline_tensor* input, float* output,
                                                    double* log_det) {
  return translate(context, [&] {
    require_pointer("log_det", log_det, alignof(double));
    forward(context, stage, input, output, log_det);
  });
}

void flowline_flow_stage_destroy(flowline_flow_stage* stage) { delete stage; }
