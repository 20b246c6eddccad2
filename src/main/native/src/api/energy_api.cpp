#include "api/context.hpp"
#include "api/footprint.hpp"
#include "api/tensor_shape.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

using namespace flowline;

flowline_status flowline_energy(flowline_context* context, const flowline_tensor* latent,
                                float* energy) {
  return translate(context, [&] {
    const flowline_tensor z = tensor_of(latent, "latent");
    require_pointer("energy", energy, alignof(float));
    const int64_t positions = z.batch * z.height * z.width;
    Footprint memory(*context->backend);
    memory.read("latent", z);
    memory.write("energy", energy, positions * static_cast<int64_t>(sizeof(float)));
    context->backend->energy(z, energy);
  });
}
