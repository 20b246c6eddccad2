#ifndef FLOWLINE_API_LAYERS_HPP
#define FLOWLINE_API_LAYERS_HPP

#include <cstdint>
#include <memory>
#include <vector>

#include "api/written_arrays.hpp"
#include "convolution/winograd.hpp"
#include "flow/flow_stage.hpp"
#include "flow/stage_gradients.hpp"
#include "kernels/kernels.hpp"
#include "transformer/attention.hpp"
#include "transformer/linear.hpp"

/// A convolution, packed for one instruction set.
struct flowline_convolution {
  const flowline::Kernels& kernels;
  const flowline::Winograd winograd;
};

/// A stage, packed for one instruction set.
struct flowline_flow_stage {
  const flowline::Kernels& kernels;
  const int64_t channels;
  const flowline::FlowStage stage;
  const std::unique_ptr<const flowline::StageGradients> gradients;  // nullptr: it is not trained
};

namespace flowline {

/// Memory that layers find again.
struct LayerWorkspace {
  std::vector<Winograd::Workspace> convolution;  // by worker
  FlowStep::Workspace flow;
  StageGradients::Workspace flow_gradients;
  std::vector<StepGradientArrays> gradient_arrays;  // of each step
  WrittenArrays written;                            // these
  Linear::Workspace linear;
  Attention::Workspace attention;
};

}  // namespace flowline

#endif
