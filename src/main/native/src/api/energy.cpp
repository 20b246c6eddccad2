#include "api/arguments.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"
#include "api/status.hpp"
#include "api/structures.hpp"

using namespace flowline;

flowline_status flowline_energy(flowline_context* context, const flowline_tensor* latent,
                                float* energy) {
  return translate([&] {
    require_pointer("context", context, 1);
    const flowline_tensor z = tensor_of(latent, "latent");
    require_pointer("energy", energy, alignof(float));
    const int64_t pixels = z.height * z.width;
    Footprint memory(context->device.get());
    memory.read("latent", z);
    memory.write("energy", energy, z.batch * pixels * static_cast<int64_t>(sizeof(float)));
    if (context->device != nullptr) {
      context->device->energy(z, energy);
      return;
    }
    auto image = [&](int64_t item, int) {
      context->kernels.energy(image_of(z, item), energy + item * pixels);
    };
    context->pool.run(z.batch, image);
  });
}
