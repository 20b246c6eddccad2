#include <cstdint>
#include <string>

#include "api/checked_structs.hpp"
#include "api/context.hpp"
#include "backend/cpu_backend.hpp"
#include "backend/cuda_backend.hpp"
#include "backend/host_pointers.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

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

std::unique_ptr<Backend> backend_of(const flowline_context_options& options,
                                    const Kernels& kernels) {
  if (options.device == FLOWLINE_DEVICE_CPU) {
    return std::make_unique<CpuBackend>(kernels, options.threads, options.parallel);
  }
  return std::make_unique<CudaBackend>(kernels, options.device_index, options.stream);
}

}  // namespace

flowline_context::flowline_context(const flowline_context_options& options)
    : kernels(available_kernels(options.instruction_set)),
      backend(backend_of(options, kernels)),
      map(kernels) {}

flowline_status flowline_cuda_devices(int32_t* devices) {
  return translate([&] {
    require_pointer("devices", devices, alignof(int32_t));
    HostPointers().require("devices", devices);
    *devices = 0;
    *devices = CudaBackend::count();
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
  return context == nullptr ? "" : context->backend->description().c_str();
}

flowline_status flowline_context_set_stream(flowline_context* context, void* stream) {
  return translate(context, [&] { context->backend->set_stream(stream); });
}
