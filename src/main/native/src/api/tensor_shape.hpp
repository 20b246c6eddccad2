#ifndef FLOWLINE_API_TENSOR_SHAPE_HPP
#define FLOWLINE_API_TENSOR_SHAPE_HPP

#include <cstdint>

#include "checks/argument_checks.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// The caller's tensor in this library's form, checked, with its strides filled in. Without
/// `with_data`, its `data` may be anything.
flowline_tensor tensor_of(const flowline_tensor* tensor, const Name& name, bool with_data = true);

/// Whether no two elements lie at one address, as far as the strides taken in ascending order tell.
bool may_be_written(const flowline_tensor& tensor);

}  // namespace flowline
#endif
