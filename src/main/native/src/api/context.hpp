#ifndef FLOWLINE_API_CONTEXT_HPP
#define FLOWLINE_API_CONTEXT_HPP

#include <string>
#include <vector>

#include "acontrario/regions.hpp"
#include "acontrario/selection.hpp"
#include "acontrario/upsample.hpp"
#include "api/worker_pool.hpp"
#include "flowline/flowline.h"
#include "tree/component_tree.hpp"

namespace flowline {

/// What one worker needs for one scale of one image.
struct Workspace {
  std::vector<float> energy;
  std::vector<float> minimum;
  ComponentTree tree;
  Selection selection;
  std::vector<Upsampler> upsamplers;  // by scale
};

/// How an item of a batch ended; the first that failed, in the items' order, is reported.
struct Outcome {
  flowline_status status = FLOWLINE_OK;
  std::string message;
};

}  // namespace flowline

struct flowline_context {
  explicit flowline_context(int threads) : pool(threads), workspaces(threads) {}

  flowline::WorkerPool pool;
  std::vector<flowline::Workspace> workspaces;
  std::vector<flowline_latent> latents;  // of the call, checked
  std::vector<int64_t> pixels;           // of the call, by scale
  std::vector<float> painted;  // by image, then scale: the scales' maps before interpolation
  std::vector<flowline::Outcome> outcomes;
  flowline::Regions regions;
};

#endif
