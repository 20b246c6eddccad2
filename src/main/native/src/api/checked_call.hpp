#ifndef FLOWLINE_API_CHECKED_CALL_HPP
#define FLOWLINE_API_CHECKED_CALL_HPP

#include <cstdint>

#include "api/context.hpp"
#include "api/footprint.hpp"
#include "call/segment_call.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// A call of flowline_segment or of its like, and the options that it was made with.
struct CheckedCall {
  flowline_segment_options options;
  SegmentCall call;
};

/// Checks everything but memory: latents, then options, then their fit to the maps. Makes room for
/// the counts of the call's tests.
///
/// maps: in this library's form, checked. with_data: pointers are followed.
CheckedCall checked_call(flowline_context* context, const flowline_tensor* latents, int32_t scales,
                         const flowline_segment_options* options, const flowline_maps* maps,
                         bool with_data);

/// Adds the memory of a call's inputs to that of the device, and the mask, which is the host's, to
/// that of the host: the same if the device is the host.
void check_inputs(const CheckedCall& checked, Footprint* device, Footprint* host);

/// Adds the memory of the maps that a call asks for. name: of the structure.
void check_maps(const SegmentCall& call, const Name& name, Footprint* memory);

/// Checks what a law holds if the host can read it: after all memory.
void check_law(const Backend& backend, const SegmentCall& call);

}  // namespace flowline
#endif
