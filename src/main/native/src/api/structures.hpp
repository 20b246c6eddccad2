#ifndef FLOWLINE_API_STRUCTURES_HPP
#define FLOWLINE_API_STRUCTURES_HPP

#include <cstdint>

#include "acontrario/region_law.hpp"
#include "api/arguments.hpp"
#include "flowline/flowline.h"

namespace flowline {

constexpr int32_t MOST_CLASSES = 29;
constexpr int32_t MOST_KNOTS = 65536;

/// The caller's structures in this library's form, whatever header they were built against: every
/// member checked for itself, what the caller's lacks 0. They throw Error(FLOWLINE_INVALID_ARGUMENT)
/// naming the member, FLOWLINE_UNSUPPORTED where one asks for what this version does not know.
flowline_context_options context_options_of(const flowline_context_options* options);
flowline_segment_options segment_options_of(const flowline_segment_options* options);
flowline_maps maps_of(const flowline_maps* maps);
flowline_coupling coupling_of(const flowline_coupling* coupling);

/// options.law. Where the data are not looked at, both arrays may be anything.
RegionLaw region_law_of(const flowline_region_law* law, bool with_data);

/// What its arrays hold, which the host can read.
void require_law(const RegionLaw& law);

/// Its strides filled in. Where the data are not looked at, `data` may be anything.
flowline_tensor tensor_of(const flowline_tensor* tensor, const Name& name, bool with_data = true);

/// The place of element `index` of the caller's array of structures, which are all as long as the
/// first.
const flowline_tensor* element_of(const flowline_tensor* array, int64_t index, const Name& name);

/// Checks a region of interest and a mask against the maps that they are of.
void require_inside(const flowline_segment_options& options, const flowline_maps& maps,
                    int64_t batch);

int64_t size_of_element(int32_t type);  ///< bytes
int64_t elements_of(const flowline_tensor& tensor);
int64_t extent_of(const flowline_tensor& tensor);  ///< elements from the first to the last, both in

/// No two elements lie at one place, as far as the strides taken in ascending order tell.
bool may_be_written(const flowline_tensor& tensor);

}  // namespace flowline
#endif
