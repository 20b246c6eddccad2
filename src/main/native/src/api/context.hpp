#ifndef FLOWLINE_API_CONTEXT_HPP
#define FLOWLINE_API_CONTEXT_HPP

#include <cstdint>
#include <vector>

#include "acontrario/regions.hpp"
#include "acontrario/scale_test.hpp"
#include "acontrario/selection.hpp"
#include "acontrario/upsample.hpp"
#include "api/worker_pool.hpp"
#include "flowline/flowline.h"
#include "kernels/kernels.hpp"
#include "tree/component_tree.hpp"
#include "tree/peak_tree.hpp"
#include "tree/plain_tree.hpp"

namespace flowline {

/// The first of a worker's items that failed. Numbers alone, so that recording it cannot fail; who
/// waits for the workers makes a message of it.
struct Failure {
  flowline_status status = FLOWLINE_OK;
  int64_t item = INT64_MAX;
  int64_t pixel = -1;  // whose energy is not finite
};

/// What one worker needs for one scale of one image.
struct Workspace {
  explicit Workspace(const Kernels& kernels) : scale_test(kernels), peak_tree(kernels) {}
  std::vector<float> energy;
  std::vector<float> minimum;
  ScaleTest scale_test;
  PeakTree peak_tree;
  PlainTree plain_tree;
  ComponentTree tree;
  Selection selection;
  std::vector<Upsampler> upsamplers;  // by scale
  Failure failure;
};

}  // namespace flowline

struct flowline_context {
  flowline_context(int threads, const flowline::Kernels& kernels)
      : kernels(kernels), pool(threads) {
    workspaces.reserve(threads);
    for (int worker = 0; worker < threads; worker++) workspaces.emplace_back(kernels);
  }

  const flowline::Kernels& kernels;

  flowline::WorkerPool pool;
  std::vector<flowline::Workspace> workspaces;
  std::vector<flowline_tensor> latents;  // of the call, checked
  std::vector<int64_t> pixels;           // of the call, by scale
  std::vector<float> painted;  // by image, then scale: the scales' maps before interpolation
  flowline::Regions regions;
};

#endif
