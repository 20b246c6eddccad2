#include "api/context.hpp"

#include <cstdint>
#include <string>

#include "api/arguments.hpp"
#include "api/status.hpp"
#include "api/structures.hpp"

using namespace flowline;

namespace {

const char* instruction_set_name(int32_t instruction_set) {
  switch (instruction_set) {
    case FLOWLINE_INSTRUCTION_SET_AVX2:
      return "AVX2";
    case FLOWLINE_INSTRUCTION_SET_AVX512:
      return "AVX-512";
    case FLOWLINE_INSTRUCTION_SET_NEON:
      return "NEON";
    default:
      return "baseline";
  }
}

const Kernels& available_kernels(int32_t instruction_set) {
  if (const Kernels* kernels = kernels_of(instruction_set)) return *kernels;
  throw Error(FLOWLINE_UNAVAILABLE, std::string("options.instruction_set: ") +
                                        instruction_set_name(instruction_set) +
                                        " is not of this processor or not in this build");
}

std::unique_ptr<Device> device_of(const flowline_context_options& options) {
  if (options.device == FLOWLINE_DEVICE_CPU) return nullptr;
  return std::make_unique<Device>(options.device_index, options.stream);
}

std::string described(const flowline_context& context) {
  if (context.device != nullptr) return context.device->description();
  const int threads = context.pool.threads();
  return "CPU, " + std::to_string(threads) + (threads == 1 ? " thread, " : " threads, ") +
         context.kernels.name;
}

}  // namespace

flowline_context::flowline_context(const flowline_context_options& options)
    : kernels(available_kernels(options.instruction_set)),
      device(device_of(options)),
      pool(options.threads),
      description(described(*this)),
      map(kernels) {
  workspaces.reserve(static_cast<size_t>(options.threads));
  for (int32_t worker = 0; worker < options.threads; worker++) workspaces.emplace_back(kernels);
  latents.reserve(MOST_SCALES);
}

flowline_status flowline_cuda_devices(int32_t* devices) {
  return translate([&] {
    require_pointer("devices", devices, alignof(int32_t));
    HostMemory().require("devices", devices);
    *devices = 0;
    *devices = Device::count();
  });
}

flowline_status flowline_context_create(const flowline_context_options* options,
                                        flowline_context** context) {
  return translate([&] {
    require_pointer("context", context, alignof(flowline_context*));
    *context = nullptr;
    *context = new flowline_context(context_options_of(options));
  });
}

void flowline_context_destroy(flowline_context* context) { delete context; }

const char* flowline_context_description(const flowline_context* context) {
  return context == nullptr ? "" : context->description.c_str();
}

flowline_status flowline_context_set_stream(flowline_context* context, void* stream) {
  return translate([&] {
    require_pointer("context", context, 1);
    if (context->device != nullptr) {
      context->device->set_stream(stream);
    } else if (stream != nullptr) {
      invalid("stream must be NULL for a context on the CPU");
    }
  });
}
