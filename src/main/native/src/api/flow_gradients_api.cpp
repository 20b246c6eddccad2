#include <memory>
#include <string>

#include "api/bytes.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"
#include "api/layer_checks.hpp"
#include "api/layers.hpp"
#include "api/struct_versions.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

using namespace flowline;

namespace {

PixelMaps images_of(const flowline_tensor& tensor) {
  float* const data = static_cast<float*>(const_cast<void*>(tensor.data));
  return {data,
          tensor.batch,
          tensor.height,
          tensor.width,
          tensor.channels,
          tensor.batch_stride,
          tensor.row_stride,
          tensor.column_stride};
}

/// The arrays of a step's gradients. memory: what else the call takes, but for those of other steps,
/// which are in `written`; they are added to it.
StepGradientArrays arrays_of(const flowline_flow_step_gradients* given, int64_t index,
                             const FlowStep& step, const Footprint& memory,
                             WrittenArrays* written) {
  const Name name("gradients", index);
  const flowline_flow_step_gradients known = known_part(element_of(given, index, name), name);
  const int64_t taps = step.side() * step.side();
  const auto array = [&](const char* member, float* data, int64_t elements) {
    require_aligned(name.member(member), data, alignof(float));
    memory.require_apart(name.member(member), data, bytes_of<float>(elements));
    written->add(name.member(member), data, bytes_of<float>(elements));
    return data;
  };
  const int64_t first = step.hidden() * step.passed(), second = step.outputs() * step.hidden();
  return {array("first_weights", known.first_weights, first * taps),
          array("first_bias", known.first_bias, step.hidden()),
          array("second_weights", known.second_weights, second * taps),
          array("second_bias", known.second_bias, step.outputs()),
          array("gain", known.gain, step.channels()),
          array("offset", known.offset, step.channels())};
}

}  // namespace

flowline_status flowline_flow_stage_create_trained(flowline_context* context, int64_t channels,
                                                   const flowline_flow_step* steps, int64_t count,
                                                   flowline_flow_stage** stage) {
  return create(context, "stage", stage, [&] {
    const std::vector<FlowStepParameters> parameters =
        parameters_of(steps, count, channels, stage, &context->checks.permuted);
    WorkerPool& pool = context->backend->workers();
    *stage = new flowline_flow_stage{
        context->kernels, channels, FlowStage(context->kernels, parameters, pool),
        std::make_unique<const StageGradients>(context->kernels, parameters, pool)};
  });
}

flowline_status flowline_flow_stage_gradients(flowline_context* context,
                                              const flowline_flow_stage* stage,
                                              const flowline_tensor* input,
                                              const flowline_tensor* output_gradient,
                                              const double* log_det_gradient, float* input_gradient,
                                              const flowline_flow_step_gradients* gradients) {
  return translate(context, [&] {
    require_cpu(*context);
    require_pointer("stage", stage, alignof(flowline_flow_stage));
    require_same_set("stage", stage->kernels, context->kernels);
    if (stage->gradients == nullptr) {
      invalid("stage has no gradients: make it with flowline_flow_stage_create_trained");
    }
    const flowline_tensor x = pixels_of(input, "input", stage->channels);
    const flowline_tensor of_y = pixels_of(output_gradient, "output_gradient", stage->channels);
    require_between("output_gradient.batch", of_y.batch, x.batch, x.batch);
    require_between("output_gradient.height", of_y.height, x.height, x.height);
    require_between("output_gradient.width", of_y.width, x.width, x.width);
    require_aligned("log_det_gradient", log_det_gradient, alignof(double));
    require_pointer("gradients", gradients, alignof(flowline_flow_step_gradients));
    Footprint memory;
    memory.read("input", x);
    memory.read("output_gradient", of_y);
    memory.read("log_det_gradient", log_det_gradient, bytes_of<double>(x.batch));
    StageGradients::Gradients wanted = {images_of(of_y), log_det_gradient, {}, nullptr};
    if (input_gradient != nullptr) {
      const flowline_tensor of_x =
          dense_pixels(x, stage->channels, "input_gradient", input_gradient);
      memory.write("input_gradient", of_x);
      wanted.of_input = images_of(of_x);
    }
    const std::vector<FlowStep>& steps = stage->stage.steps();
    std::vector<StepGradientArrays>& arrays = context->layers.gradient_arrays;
    WrittenArrays& written = context->layers.written;
    arrays.clear();
    written.clear();
    for (size_t i = 0; i < steps.size(); i++) {
      arrays.push_back(arrays_of(gradients, static_cast<int64_t>(i), steps[i], memory, &written));
    }
    written.require_apart();
    wanted.of_steps = arrays.data();
    stage->gradients->run(stage->stage, images_of(x), wanted, context->backend->workers(),
                          context->layers.flow_gradients);
  });
}
