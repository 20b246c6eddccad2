#ifndef FLOWLINE_API_CONTEXT_HPP
#define FLOWLINE_API_CONTEXT_HPP

#include <cstdint>
#include <memory>
#include <vector>

#include "acontrario/regions.hpp"
#include "acontrario/selection.hpp"
#include "acontrario/test_counts.hpp"
#include "backend/backend.hpp"
#include "flowline/flowline.h"
#include "kernels/kernels.hpp"
#include "tree/component_tree.hpp"
#include "tree/peak_tree.hpp"
#include "tree/plain_tree.hpp"

namespace flowline {

/// Memory that the checks of a call's arguments find again.
struct CheckWorkspace {
  TestCounts counts;
  std::vector<uint8_t> permuted;  // by channel
};

/// Memory that the parts of the method find again; they compute one map on the CPU.
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

/// A backend, and workspaces. No call reads what an earlier one left in a workspace, but two calls
/// at once would share it.
struct flowline_context {
  /// options: checked. Throws Error(FLOWLINE_UNAVAILABLE) if the machine lacks what they ask for,
  /// and Error(FLOWLINE_OUT_OF_MEMORY) if the system refuses the threads.
  explicit flowline_context(const flowline_context_options& options);

  const std::unique_ptr<flowline::Backend> backend;
  flowline::CheckWorkspace checks;
  flowline::MapWorkspace map;
};

#endif
