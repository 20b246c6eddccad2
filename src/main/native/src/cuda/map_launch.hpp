#ifndef FLOWLINE_CUDA_MAP_LAUNCH_HPP
#define FLOWLINE_CUDA_MAP_LAUNCH_HPP

#include <cstdint>

#include "call/segment_call.hpp"
#include "cuda/device_field_of_view.hpp"
#include "cuda/map_kernel.hpp"
#include "cuda/segment_workspace.hpp"

namespace flowline {

/// The call's field of view as the device sees it. ignored: where the masks that are sent go.
inline DeviceFieldOfView field_of_view(const SegmentCall& call, const uint32_t* ignored) {
  DeviceFieldOfView view = {};
  view.height = call.maps.height;
  view.width = call.maps.width;
  view.top = call.view.top();
  view.bottom = call.view.bottom();
  view.left = call.view.left();
  view.right = call.view.right();
  view.ignored = call.sends_masks() ? ignored : call.packed_masks;
  view.ignored_stride = call.view.by_image() ? words_of_mask(call) : 0;
  view.whole = call.view.whole();
  return view;
}

/// From one image's costs to the next one's.
inline int64_t cost_stride(const SegmentCall& call) {
  return call.view.by_image() ? call.scales : 0;
}

/// Fills in, by scale, what makes maps of (height, width) of it.
inline void fill_map_scales(int64_t height, int64_t width, const SegmentCall& call,
                            const SegmentWorkspace& workspace, MapScale* scale) {
  for (int32_t s = 0; s < call.scales; s++) {
    const flowline_tensor& latent = call.latents[s];
    const int64_t before = call.positions_before(s);
    scale[s] = {workspace.painted + before,
                workspace.likelihood + before,
                call.positions(),
                static_cast<int32_t>(latent.height),
                static_cast<int32_t>(latent.width),
                static_cast<float>(latent.height) / static_cast<float>(height),
                static_cast<float>(latent.width) / static_cast<float>(width)};
  }
}

/// Describes maps of (height, width), nothing of which is asked for yet.
inline MapKernel map_kernel(int64_t height, int64_t width, const SegmentCall& call,
                            const SegmentWorkspace& workspace) {
  MapKernel kernel = {};
  kernel.scales = call.scales;
  kernel.painted_scales = call.tested_maps();
  kernel.height = static_cast<int32_t>(height);
  kernel.width = static_cast<int32_t>(width);
  kernel.blocks_of_image = (kernel.height * kernel.width - 1) / MapKernel::PIXELS + 1;
  kernel.cost = workspace.cost;
  kernel.cost_stride = cost_stride(call);
  kernel.not_finite = workspace.not_finite;
  kernel.lowest = workspace.lowest;
  kernel.share = 1.0f / static_cast<float>(call.scales);
  fill_map_scales(height, width, call, workspace, kernel.scale);
  return kernel;
}

template <class Tests>
Tests tests_of(const SegmentCall& call, const SegmentWorkspace& workspace) {
  Tests tests = {};
  tests.batch = call.batch();
  tests.cost = workspace.cost;
  tests.cost_stride = cost_stride(call);
  tests.view = field_of_view(call, workspace.ignored);
  tests.not_finite = workspace.not_finite;
  tests.lowest = workspace.lowest;
  tests.memory = workspace.arrays;
  return tests;
}

}  // namespace flowline
#endif
