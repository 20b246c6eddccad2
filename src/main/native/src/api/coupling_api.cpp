#include <string>

#include "api/bytes.hpp"
#include "api/checked_structs.hpp"
#include "api/context.hpp"
#include "api/coupling_arrays.hpp"
#include "api/footprint.hpp"
#include "api/tensor_shape.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

using namespace flowline;

namespace {

flowline_tensor float_tensor_of(const flowline_tensor* tensor, const Name& name) {
  const flowline_tensor known = tensor_of(tensor, name);
  require_between(name.member("type"), known.type, FLOWLINE_FLOAT32, FLOWLINE_FLOAT32);
  return known;
}

// Read by a pass whose output has its strides, or that writes to it.
flowline_tensor blocked_tensor_of(const flowline_tensor* tensor, const Name& name) {
  const flowline_tensor known = float_tensor_of(tensor, name);
  require_between(name.member("channels"), known.channels, 2, MOST_CHANNELS);
  if (may_be_written(known)) return known;
  invalid(name.text() + " has strides that give two elements one address");
}

flowline_tensor subnet_of(const flowline_tensor* subnet, const flowline_tensor& of) {
  const flowline_tensor known = float_tensor_of(subnet, "subnet");
  require_between("subnet.batch", known.batch, of.batch, of.batch);
  require_between("subnet.channels", known.channels, of.channels / 2 * 2, of.channels / 2 * 2);
  require_between("subnet.height", known.height, of.height, of.height);
  require_between("subnet.width", known.width, of.width, of.width);
  return known;
}

/// Takes the memory of a coupling's arrays of so many channels.
void read_arrays(const flowline_coupling& coupling, int64_t channels, Footprint* memory) {
  memory->read("coupling.gain", coupling.gain, bytes_of<float>(channels));
  memory->read("coupling.offset", coupling.offset, bytes_of<float>(channels));
  memory->read("coupling.permutation", coupling.permutation, bytes_of<int32_t>(channels));
}

/// Checks what these arrays hold, if the host can read them.
void check_arrays(flowline_context* context, const flowline_coupling& coupling, int64_t channels) {
  if (!context->backend->is_host()) return;
  require_coupling_arrays(coupling, channels, &context->checks.permuted,
                          [](const char* array, const char*, int64_t c) { return Name(array, c); });
}

flowline_tensor output_like(const flowline_tensor& input, float* output) {
  flowline_tensor like = input;
  like.data = output;
  return like;
}

}  // namespace

flowline_status flowline_coupling_forward(flowline_context* context,
                                          const flowline_coupling* coupling,
                                          const flowline_tensor* input,
                                          const flowline_tensor* subnet, float* output,
                                          double* log_det) {
  return translate(context, [&] {
    const flowline_coupling how = coupling_of(coupling);
    const flowline_tensor x = blocked_tensor_of(input, "input");
    const flowline_tensor a = subnet_of(subnet, x);
    require_pointer("output", output, alignof(float));
    require_aligned("log_det", log_det, alignof(double));
    Footprint memory(*context->backend);
    memory.read("input", x);
    memory.read("subnet", a);
    read_arrays(how, x.channels, &memory);
    memory.write("output", output_like(x, output));
    memory.write("log_det", log_det, bytes_of<double>(x.batch));
    check_arrays(context, how, x.channels);
    context->backend->coupling_forward(how, x, a, output, log_det);
  });
}

flowline_status flowline_coupling_undo_affine(flowline_context* context,
                                              const flowline_coupling* coupling,
                                              const flowline_tensor* input, float* output,
                                              double* log_det) {
  return translate(context, [&] {
    const flowline_coupling how = coupling_of(coupling);
    const flowline_tensor z = blocked_tensor_of(input, "input");
    require_pointer("output", output, alignof(float));
    require_aligned("log_det", log_det, alignof(double));
    Footprint memory(*context->backend);
    memory.read("input", z);
    read_arrays(how, z.channels, &memory);
    memory.write("output", output_like(z, output));
    memory.write("log_det", log_det, bytes_of<double>(z.batch));
    check_arrays(context, how, z.channels);
    context->backend->coupling_undo_affine(how, z, output, log_det);
  });
}

flowline_status flowline_coupling_inverse(flowline_context* context,
                                          const flowline_coupling* coupling,
                                          const flowline_tensor* latent,
                                          const flowline_tensor* subnet, double* log_det) {
  return translate(context, [&] {
    const flowline_coupling how = coupling_of(coupling);
    const flowline_tensor y = blocked_tensor_of(latent, "latent");
    const flowline_tensor a = subnet_of(subnet, y);
    require_aligned("log_det", log_det, alignof(double));
    Footprint memory(*context->backend);
    memory.read("subnet", a);
    read_arrays(how, y.channels, &memory);
    memory.write("latent", y);
    memory.write("log_det", log_det, bytes_of<double>(y.batch));
    check_arrays(context, how, y.channels);
    context->backend->coupling_inverse(how, y, a, log_det);
  });
}
