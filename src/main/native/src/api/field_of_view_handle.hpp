#ifndef FLOWLINE_API_FIELD_OF_VIEW_HANDLE_HPP
#define FLOWLINE_API_FIELD_OF_VIEW_HANDLE_HPP

#include <cstdint>
#include <string>

#include "acontrario/prepared_view.hpp"
#include "backend/backend.hpp"
#include "flowline/flowline.h"

/// A prepared field of view, and the device whose calls can use it.
struct flowline_field_of_view {
  /// options: checked.
  flowline_field_of_view(flowline::Backend* backend, const flowline_segment_options& options,
                         int64_t height, int64_t width, int64_t batch)
      : view(options, height, width, batch),
        device(backend->device()),
        packed_masks(backend->is_host() ? nullptr : backend->held(view.packed_masks())) {}

  const flowline::PreparedView view;
  const std::string device;                // Backend::device
  const flowline::HeldWords packed_masks;  // in its memory; nullptr: it needs none
};

#endif
