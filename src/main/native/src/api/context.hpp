#ifndef FLOWLINE_API_CONTEXT_HPP
#define FLOWLINE_API_CONTEXT_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "acontrario/anomaly_map.hpp"
#include "acontrario/law_test.hpp"
#include "acontrario/regions.hpp"
#include "acontrario/scale_test.hpp"
#include "acontrario/selection.hpp"
#include "acontrario/test_counts.hpp"
#include "acontrario/upsample.hpp"
#include "api/device.hpp"
#include "api/worker_pool.hpp"
#include "coupling/coupling.hpp"
#include "flowline/flowline.h"
#include "kernels/kernels.hpp"
#include "tree/component_tree.hpp"
#include "tree/peak_tree.hpp"
#include "tree/plain_tree.hpp"

namespace flowline {

/// The first of a worker's items whose energy is not finite. Numbers alone, so that recording it
/// cannot fail; who waits for the workers makes a message of it.
struct Failure {
  int64_t item = INT64_MAX;
  int64_t position = -1;
};

/// What one worker needs for one scale of one image.
struct Workspace {
  explicit Workspace(const Kernels& kernels) : scale_test(kernels), law_test(kernels) {}

  std::vector<float> energy;
  ScaleTest scale_test;
  LawTest law_test;
  std::vector<Upsampler> to_fused;  // by scale, to the fused map's size
  AnomalyMap fused_map;
  std::vector<float> fused;           // the fused map that is tested
  std::vector<float> by_law;          // painted
  std::vector<Upsampler> upsamplers;  // by scale
  AnomalyMap anomaly_map;
  Failure failure;
};

/// What the parts of the method need for one map.
struct MapWorkspace {
  explicit MapWorkspace(const Kernels& kernels) : peak_tree(kernels) {}

  std::vector<float> minimum;  // by node
  PeakTree peak_tree;
  PlainTree plain_tree;
  ComponentTree tree;
  Selection selection;
  Regions regions;
};

}  // namespace flowline

struct flowline_context {
  /// options: checked. Throws Error(FLOWLINE_UNAVAILABLE) where the machine has not what they ask
  /// for.
  explicit flowline_context(const flowline_context_options& options);

  const flowline::Kernels& kernels;
  std::unique_ptr<flowline::Device> device;  // nullptr: the CPU
  flowline::WorkerPool pool;
  std::string description;
  std::vector<flowline::Workspace> workspaces;  // by worker
  std::vector<flowline_tensor> latents;         // of the call, checked
  flowline::TestCounts counts;                  // of the call
  std::vector<float> painted;  // by image, then scale: the scales' maps before interpolation
  std::vector<float> energy;   // likewise; where an anomaly map is asked for
  flowline::MapWorkspace map;
  flowline::Coupling coupling;    // of the call
  std::vector<uint8_t> permuted;  // of the call, by channel
};

#endif
