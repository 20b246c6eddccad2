#ifndef FLOWLINE_API_SEGMENT_HPP
#define FLOWLINE_API_SEGMENT_HPP

#include "api/context.hpp"

namespace flowline {

/// A checked call of flowline_segment; its latents are the context's.
struct Segmentation {
  flowline_segment_options options;
  flowline_maps maps;
};

void segment(flowline_context* context, const Segmentation& call);

}  // namespace flowline
#endif
