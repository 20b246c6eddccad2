#include "api/layer_checks.hpp"

#include <string>

#include "api/bytes.hpp"
#include "api/checked_structs.hpp"
#include "api/coupling_arrays.hpp"
#include "api/footprint.hpp"
#include "api/struct_versions.hpp"
#include "api/tensor_shape.hpp"
#include "call/tensor_extent.hpp"

namespace flowline {

void require_cpu(const flowline_context& context) {
  if (context.backend->is_host()) return;
  throw Error(FLOWLINE_UNAVAILABLE,
              "layers are computed on the CPU, and context is on " + context.backend->device());
}

void require_finite_elements(const Name& name, const float* values, int64_t count) {
  for (int64_t i = 0; values != nullptr && i < count; i++) require_finite_value(name, values[i]);
}

void require_same_set(const char* what, const Kernels& layer, const Kernels& context) {
  if (&layer == &context) return;
  invalid(std::string(what) + " was made for " + layer.name + ", and context computes with " +
          context.name);
}

flowline_tensor pixels_of(const flowline_tensor* tensor, const Name& name, int64_t channels) {
  flowline_tensor known = tensor_of(tensor, name);
  require_between(name.member("type"), known.type, FLOWLINE_FLOAT32, FLOWLINE_FLOAT32);
  require_between(name.member("channels"), known.channels, channels, channels);
  if (channels > 1) require_between(name.member("channel_stride"), known.channel_stride, 1, 1);
  return known;
}

flowline_tensor dense_pixels(const flowline_tensor& like, int64_t channels, const Name& name,
                             float* data) {
  require_pointer(name, data, alignof(float));
  flowline_tensor dense = like;
  dense.data = data;
  dense.channels = channels;
  dense.channel_stride = 1;
  dense.column_stride = channels;
  dense.row_stride = like.width * channels;
  if (like.batch * like.height > MOST_BYTES / bytes_of<float>(dense.row_stride)) {
    invalid(name.text() + " has more elements than memory can hold");
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

namespace {

// made: where the stage's address goes. seen: workspace.
FlowStepParameters step_of(const flowline_flow_step* steps, int64_t index, int64_t channels,
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

std::vector<FlowStepParameters> parameters_of(const flowline_flow_step* steps, int64_t count,
                                              int64_t channels, flowline_flow_stage** made,
                                              std::vector<uint8_t>* seen) {
  require_between("channels", channels, 2, MOST_LAYER_CHANNELS);
  require_pointer("steps", steps, alignof(flowline_flow_step));
  require_between("count", count, 1, MOST_FLOW_STEPS);
  std::vector<FlowStepParameters> parameters;
  for (int64_t i = 0; i < count; i++) parameters.push_back(step_of(steps, i, channels, made, seen));
  return parameters;
}

}  // namespace flowline
