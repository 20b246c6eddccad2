#include "coupling/coupling.hpp"

#include <string>

#include "api/arguments.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"
#include "api/status.hpp"
#include "api/structures.hpp"

using namespace flowline;

namespace {

constexpr int64_t BYTES = sizeof(float);

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
  invalid(name.text() + " has strides under which elements share a place");
}

flowline_tensor subnet_of(const flowline_tensor* subnet, const flowline_tensor& of) {
  const flowline_tensor known = float_tensor_of(subnet, "subnet");
  require_between("subnet.batch", known.batch, of.batch, of.batch);
  require_between("subnet.channels", known.channels, of.channels / 2 * 2, of.channels / 2 * 2);
  require_between("subnet.height", known.height, of.height, of.height);
  require_between("subnet.width", known.width, of.width, of.width);
  return known;
}

void check_gain(const float* gain, int64_t channels) {
  for (int64_t c = 0; gain != nullptr && c < channels; c++) {
    require_positive(Name("coupling.gain", c), gain[c]);
  }
}

void check_offset(const float* offset, int64_t channels) {
  for (int64_t c = 0; offset != nullptr && c < channels; c++) {
    require_finite_value(Name("coupling.offset", c), offset[c]);
  }
}

void check_permutation(const int32_t* permutation, int64_t channels, std::vector<uint8_t>* seen) {
  if (permutation == nullptr) return;
  seen->assign(static_cast<size_t>(channels), 0);
  for (int64_t c = 0; c < channels; c++) {
    const Name name("coupling.permutation", c);
    require_between(name, permutation[c], 0, channels - 1);
    uint8_t& taken = (*seen)[static_cast<size_t>(permutation[c])];
    if (taken != 0) invalid(name.text() + " repeats " + std::to_string(permutation[c]));
    taken = 1;
  }
}

/// The coupling made ready for tensors of so many channels.
const Coupling& prepared(flowline_context* context, const flowline_coupling& coupling,
                         int64_t channels) {
  check_gain(coupling.gain, channels);
  check_offset(coupling.offset, channels);
  check_permutation(coupling.permutation, channels, &context->permuted);
  context->coupling.prepare(coupling, channels);
  return context->coupling;
}

void read_parameters(const flowline_coupling& coupling, int64_t channels, Footprint* memory) {
  memory->read("coupling.gain", coupling.gain, channels * BYTES);
  memory->read("coupling.offset", coupling.offset, channels * BYTES);
  memory->read("coupling.permutation", coupling.permutation,
               channels * static_cast<int64_t>(sizeof(int32_t)));
}

void write_log_det(double* log_det, int64_t batch, Footprint* memory) {
  memory->write("log_det", log_det, batch * static_cast<int64_t>(sizeof(double)));
}

/// Runs image -> its log-det over the batch, and adds `sign` times these where they are wanted.
template <class Body>
void run(flowline_context* context, int64_t batch, double sign, double* log_det, Body&& body) {
  auto image = [&](int64_t item, int) {
    const double of_image = body(item);
    if (log_det != nullptr) log_det[item] += sign * of_image;
  };
  context->pool.run(batch, image);
}

flowline_tensor output_like(const flowline_tensor& input, float* output) {
  flowline_tensor like = input;
  like.data = output;
  return like;
}

float* image_in(float* output, const flowline_tensor& like, int64_t image) {
  return output + image * like.batch_stride;
}

}  // namespace

flowline_status flowline_coupling_forward(flowline_context* context,
                                          const flowline_coupling* coupling,
                                          const flowline_tensor* input,
                                          const flowline_tensor* subnet, float* output,
                                          double* log_det) {
  return translate([&] {
    require_pointer("context", context, 1);
    const flowline_coupling how = coupling_of(coupling);
    const flowline_tensor x = blocked_tensor_of(input, "input");
    const flowline_tensor a = subnet_of(subnet, x);
    require_pointer("output", output, alignof(float));
    require_aligned("log_det", log_det, alignof(double));
    Footprint memory(context->device.get());
    memory.read("input", x);
    memory.read("subnet", a);
    read_parameters(how, x.channels, &memory);
    memory.write("output", output_like(x, output));
    write_log_det(log_det, x.batch, &memory);
    if (context->device != nullptr) {
      context->device->coupling_forward(how, x, a, output, log_det);
      return;
    }
    const Coupling& block = prepared(context, how, x.channels);
    run(context, x.batch, 1.0, log_det, [&](int64_t image) {
      return block.forward(context->kernels, image_of(x, image), image_of(a, image),
                           image_in(output, x, image));
    });
  });
}

flowline_status flowline_coupling_undo_affine(flowline_context* context,
                                              const flowline_coupling* coupling,
                                              const flowline_tensor* input, float* output,
                                              double* log_det) {
  return translate([&] {
    require_pointer("context", context, 1);
    const flowline_coupling how = coupling_of(coupling);
    const flowline_tensor z = blocked_tensor_of(input, "input");
    require_pointer("output", output, alignof(float));
    require_aligned("log_det", log_det, alignof(double));
    Footprint memory(context->device.get());
    memory.read("input", z);
    read_parameters(how, z.channels, &memory);
    memory.write("output", output_like(z, output));
    write_log_det(log_det, z.batch, &memory);
    if (context->device != nullptr) {
      context->device->coupling_undo_affine(how, z, output, log_det);
      return;
    }
    const Coupling& block = prepared(context, how, z.channels);
    run(context, z.batch, -1.0, log_det, [&](int64_t image) {
      return block.undo_affine(context->kernels, image_of(z, image), image_in(output, z, image));
    });
  });
}

flowline_status flowline_coupling_inverse(flowline_context* context,
                                          const flowline_coupling* coupling,
                                          const flowline_tensor* latent,
                                          const flowline_tensor* subnet, double* log_det) {
  return translate([&] {
    require_pointer("context", context, 1);
    const flowline_coupling how = coupling_of(coupling);
    const flowline_tensor y = blocked_tensor_of(latent, "latent");
    const flowline_tensor a = subnet_of(subnet, y);
    require_aligned("log_det", log_det, alignof(double));
    Footprint memory(context->device.get());
    memory.read("subnet", a);
    read_parameters(how, y.channels, &memory);
    memory.write("latent", y);
    write_log_det(log_det, y.batch, &memory);
    if (context->device != nullptr) {
      context->device->coupling_inverse(how, y, a, log_det);
      return;
    }
    const Coupling& block = prepared(context, how, y.channels);
    run(context, y.batch, -1.0, log_det, [&](int64_t image) {
      return block.inverse(context->kernels, image_of(y, image), image_of(a, image));
    });
  });
}
