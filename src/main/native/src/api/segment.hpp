#ifndef FLOWLINE_API_SEGMENT_HPP
#define FLOWLINE_API_SEGMENT_HPP

#include "acontrario/field_of_view.hpp"
#include "acontrario/region_law.hpp"
#include "api/context.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// A call of flowline_segment, checked; its latents are the context's.
struct Segmentation {
  flowline_segment_options options;
  flowline_maps maps;
  FieldOfView view;
  bool by_law;
  RegionLaw law;  ///< where the test is by one
};

/// Grows the workspace to what the call needs. All that a call allocates it allocates here.
void reserve(flowline_context* context, const Segmentation& call);

/// Makes the maps, in a workspace that has been grown for them.
void segment(flowline_context* context, const Segmentation& call);

}  // namespace flowline
#endif
