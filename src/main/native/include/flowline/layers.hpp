/* Layers of a network; part of flowline.hpp. */
#ifndef FLOWLINE_LAYERS_HPP
#define FLOWLINE_LAYERS_HPP

#include <flowline/flowline.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "flowline/coupling.hpp"
#include "flowline/span.hpp"
#include "flowline/tensor.hpp"

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// Whether negative outputs of a convolution become 0.
enum class Rectified : int32_t { No = 0, Yes = 1 };

/// A convolution of 3 x 3 that was packed for many calls, by Context::convolution. It does not
/// change: any number of threads and of contexts of its instruction set may use it. It can be moved
/// and not copied, and may outlive its context; see flowline_convolution_create.
class Convolution {
 public:
  /// Takes over what flowline_convolution_create made, of so many outputs.
  Convolution(flowline_convolution* handle, int64_t outputs) : handle_(handle), outputs_(outputs) {}
  ~Convolution() { flowline_convolution_destroy(handle_); }
  Convolution(Convolution&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), outputs_(other.outputs_) {}
  Convolution& operator=(Convolution&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(outputs_, other.outputs_);
    return *this;
  }

  /// Returns the convolution for calls of flowline.h; nullptr once it was moved from.
  const flowline_convolution* handle() const { return handle_; }

  /// Returns the shape (batch, outputs, height, width) of what it makes of an input.
  Shape output_of(const Tensor& input) const {
    return {input.batch, outputs_, input.height, input.width};
  }

 private:
  flowline_convolution* handle_;
  int64_t outputs_;
};

/// Queries, keys and values of attention, and its talking heads; see flowline_attention. All views are
/// host memory; empty views of mixtures and of their bias: none.
struct Attention {
  float scale = 1;
  int64_t batch = 1;
  int64_t tokens = 0;
  int64_t heads = 1;
  int64_t head_channels = 0;
  int64_t token_stride = 0;  ///< in floats; 0: the heads' channels, nothing between tokens
  int64_t batch_stride = 0;  ///< in floats; 0: the tokens, nothing between images
  Span<const float> queries = {};
  Span<const float> keys = {};
  Span<const float> values = {};
  Span<const float> mix_scores = {};  ///< (heads, heads)
  Span<const float> mix_shares = {};  ///< (heads, heads)
  Span<const float> share_bias = {};  ///< (heads)
};

/// A step of a flow of C channels; see flowline_flow_step. Empty biases: 0. All views are host
/// memory.
struct FlowStep {
  int32_t kernel = 3;  ///< side of both convolutions' kernels, 1 or 3
  int64_t hidden = 0;
  Span<const float> first_weights = {};   ///< (hidden, C - C / 2, kernel, kernel)
  Span<const float> first_bias = {};      ///< (hidden)
  Span<const float> second_weights = {};  ///< (2 (C / 2), hidden, kernel, kernel)
  Span<const float> second_bias = {};     ///< (2 (C / 2))
  Coupling coupling = {};
};

/// Steps of a flow, packed by Context::flow_stage; see flowline_flow_stage_create.
class FlowStage {
 public:
  /// Takes over what flowline_flow_stage_create made.
  explicit FlowStage(flowline_flow_stage* handle) : handle_(handle) {}
  ~FlowStage() { flowline_flow_stage_destroy(handle_); }
  FlowStage(FlowStage&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  FlowStage& operator=(FlowStage&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }

  /// Returns the stage for calls of flowline.h; nullptr once it was moved from.
  const flowline_flow_stage* handle() const { return handle_; }

 private:
  flowline_flow_stage* handle_;
};

/// Elements of a step's parameters.
struct FlowStepSizes {
  size_t first_weights, first_bias, second_weights, second_bias, gain, offset;
};

/// Where the gradients of a loss with respect to a step's parameters are added, each as large as its
/// parameter; see flowline_flow_step_gradients. Empty: not wanted. All views are host memory.
struct FlowStepGradients {
  Span<float> first_weights = {};
  Span<float> first_bias = {};
  Span<float> second_weights = {};
  Span<float> second_bias = {};
  Span<float> gain = {};
  Span<float> offset = {};
};

/// A stage that also has gradients, made by Context::trained_flow_stage; see
/// flowline_flow_stage_create_trained.
class TrainedFlowStage : public FlowStage {
 public:
  /// stage: that flowline_flow_stage_create_trained made. sizes: of its steps.
  TrainedFlowStage(FlowStage stage, std::vector<FlowStepSizes> sizes)
      : FlowStage(std::move(stage)), sizes_(std::move(sizes)) {}

  /// Returns the sizes of its steps.
  const std::vector<FlowStepSizes>& sizes() const { return sizes_; }

 private:
  std::vector<FlowStepSizes> sizes_;
};

}  // namespace v0
}  // namespace flowline
#endif
