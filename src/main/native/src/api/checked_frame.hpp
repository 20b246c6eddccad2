#ifndef FLOWLINE_API_CHECKED_FRAME_HPP
#define FLOWLINE_API_CHECKED_FRAME_HPP

#include "checks/argument_checks.hpp"
#include "flowline/flowline.h"
#include "preprocess/frame.hpp"

namespace flowline {

/// The part of the caller's frame that is looked at. Throws Error(FLOWLINE_INVALID_ARGUMENT) naming
/// the member, or Error(FLOWLINE_UNSUPPORTED).
Frame frame_of(const flowline_frame* frame, const Name& name);

/// The caller's preprocessing, checked likewise.
NetworkInput network_input_of(const flowline_preprocessing* preprocessing);

}  // namespace flowline
#endif
