#ifndef FLOWLINE_API_CHECKED_STRUCTS_HPP
#define FLOWLINE_API_CHECKED_STRUCTS_HPP

#include <cstdint>

#include "acontrario/region_law.hpp"
#include "checks/argument_checks.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// The caller's structures in this library's form, whatever header the caller was built with: every
/// member is checked for itself, and one that the caller's structure lacks is 0. They throw
/// Error(FLOWLINE_INVALID_ARGUMENT) naming the member, or Error(FLOWLINE_UNSUPPORTED) if a
/// structure asks for what this version does not know.
flowline_context_options context_options_of(const flowline_context_options* options);
flowline_segment_options segment_options_of(const flowline_segment_options* options);
flowline_maps maps_of(const flowline_maps* maps, const Name& name = "maps");
flowline_inspection inspection_of(const flowline_inspection* inspection);
flowline_coupling coupling_of(const flowline_coupling* coupling, const Name& name = "coupling");
flowline_flow_step flow_step_of(const flowline_flow_step* step, const Name& name);

/// The maps that an inspection asks for, of its size; checked likewise.
flowline_maps maps_of(const flowline_inspection& inspection);

/// options.law, for latents of which the finest is given. Without `with_data`, both of its arrays
/// may be anything.
RegionLaw region_law_of(const flowline_region_law* law, const flowline_tensor& finest,
                        bool with_data);

/// Checks a region of interest and a mask against the size of the maps that they belong to, and the
/// number of images.
void require_inside(const flowline_segment_options& options, int64_t height, int64_t width,
                    int64_t batch);

}  // namespace flowline
#endif
