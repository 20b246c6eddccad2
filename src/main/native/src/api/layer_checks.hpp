#ifndef FLOWLINE_API_LAYER_CHECKS_HPP
#define FLOWLINE_API_LAYER_CHECKS_HPP

#include <cstdint>
#include <vector>

#include "api/context.hpp"
#include "backend/host_pointers.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"
#include "convolution/convolution.hpp"
#include "flow/flow_step.hpp"
#include "flowline/flowline.h"

namespace flowline {

// What all layers ask of their arguments. Each throws Error naming the argument.

void require_cpu(const flowline_context& context);

void require_finite_elements(const Name& name, const float* values, int64_t count);

/// what: the name of a layer, made for the instruction set of `layer`.
void require_same_set(const char* what, const Kernels& layer, const Kernels& context);

/// Returns a batch of float32 images whose channels lie side by side.
flowline_tensor pixels_of(const flowline_tensor* tensor, const Name& name, int64_t channels);

/// Returns the memory of an output: (N, H, W, channels), dense.
flowline_tensor dense_pixels(const flowline_tensor& like, int64_t channels, const Name& name,
                             float* data);

bool is_same_memory(const flowline_tensor& a, const flowline_tensor& b);

PixelMap image_at(const flowline_tensor& tensor, int64_t index);

/// Returns the steps of a stage. seen: workspace.
std::vector<FlowStepParameters> parameters_of(const flowline_flow_step* steps, int64_t count,
                                              int64_t channels, flowline_flow_stage** made,
                                              std::vector<uint8_t>* seen);

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

}  // namespace flowline
#endif
