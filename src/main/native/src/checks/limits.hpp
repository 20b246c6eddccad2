#ifndef FLOWLINE_CHECKS_LIMITS_HPP
#define FLOWLINE_CHECKS_LIMITS_HPP

#include <cstdint>

#include "flowline/flowline.h"

namespace flowline {

/// The largest arguments that a call may have, on every device.
constexpr int32_t MOST_SCALES = 64;
constexpr int64_t MOST_PIXELS = int64_t{1} << 28;  ///< of a map
constexpr int64_t MOST_CHANNELS = int64_t{1} << 28;
constexpr int64_t MOST_LAYER_CHANNELS = 65536;          ///< of a convolution or a flow step
constexpr int64_t MOST_FLOW_STEPS = 1024;               ///< of a stage
constexpr int64_t MOST_ROWS = INT32_MAX;                ///< of a linear layer
constexpr int64_t MOST_TOKENS = 65536;                  ///< of an attention
constexpr int64_t MOST_HEADS = 1024;                    ///< of an attention
constexpr int64_t MOST_IMAGES = int64_t{1} << 30;       ///< of a batch
constexpr int64_t MOST_BYTES = int64_t{1} << 56;        ///< no processor addresses more
constexpr int32_t MOST_CLASSES = FLOWLINE_LAW_CLASSES;  ///< of a region law
constexpr int32_t MOST_KNOTS = 65536;                   ///< of a region law

}  // namespace flowline
#endif
