#ifndef FLOWLINE_API_CONTEXT_HPP
#define FLOWLINE_API_CONTEXT_HPP

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "acontrario/regions.hpp"
#include "acontrario/selection.hpp"
#include "acontrario/test_counts.hpp"
#include "api/layers.hpp"
#include "backend/backend.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"
#include "flowline/flowline.h"
#include "kernels/kernels.hpp"
#include "tree/component_tree.hpp"
#include "tree/peak_tree.hpp"

namespace flowline {

/// Memory that the checks of a call's arguments find again.
struct CheckWorkspace {
  TestCounts counts;
  std::vector<uint8_t> permuted;  // by channel
};

/// Memory that the parts of the method find again; they compute one map on the CPU.
struct MapWorkspace {
  explicit MapWorkspace(const Kernels& kernels)
      : peak_tree(kernels), selection(kernels), regions(kernels) {}

  std::vector<float> minimum;  // by node
  PeakTree peak_tree;
  ComponentTree tree;
  Selection selection;
  Regions regions;
};

/// Memory that inspections find again.
struct InspectionWorkspace {
  std::vector<float> smallest;  // by image
};

}  // namespace flowline

/// A backend, and workspaces. No call reads what an earlier one left in a workspace, but two calls
/// at once would share it.
struct flowline_context {
  /// options: checked. Throws Error(FLOWLINE_UNAVAILABLE) if the machine lacks what they ask for,
  /// and Error(FLOWLINE_OUT_OF_MEMORY) if the system refuses the threads.
  explicit flowline_context(const flowline_context_options& options);

  const flowline::Kernels& kernels;  // of the CPU
  const std::unique_ptr<flowline::Backend> backend;
  flowline::CheckWorkspace checks;
  flowline::MapWorkspace map;
  flowline::InspectionWorkspace inspection;
  flowline::LayerWorkspace layers;
  std::atomic<bool> in_use{false};
};

namespace flowline {

/// A thread's use of a context, for the time of a call.
class ContextUse {
 public:
  /// Throws Error(FLOWLINE_INVALID_ARGUMENT) if another thread uses it.
  explicit ContextUse(flowline_context* context) : context_(*context) {
    if (context_.in_use.exchange(true, std::memory_order_acquire)) {
      invalid("context is in use by another thread: give each thread a context of its own");
    }
  }
  ~ContextUse() { context_.in_use.store(false, std::memory_order_release); }
  ContextUse(const ContextUse&) = delete;
  ContextUse& operator=(const ContextUse&) = delete;

 private:
  flowline_context& context_;
};

/// The translator of entry points that use a context.
template <class Body>
flowline_status translate(flowline_context* context, Body&& body) noexcept {
  return translate([&] {
    require_pointer("context", context, 1);
    const ContextUse use(context);
    body();
  });
}

}  // namespace flowline

#endif
