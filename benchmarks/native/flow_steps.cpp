// U-Flow's steps over ResNet-18 and the whole flow, in one pass a step; and as Flowline has done it,
// by LibTorch's convolutions and the coupling of flowline_coupling_forward.
#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>

#include "coupling/coupling.hpp"
#include "flow/flow_step.hpp"
#include "libtorch.hpp"
#include "parts.hpp"

using namespace flowline;

namespace {

/// A step, what it computes from, and the LibTorch tensors of that.
class Step {
 public:
  Step(int64_t side, int64_t channels, int64_t kernel, const Kernels& kernels,
       std::shared_ptr<LibTorch> torch)
      : side_(side),
        channels_(channels),
        kernel_(kernel),
        kernels_(kernels),
        x_(normal_numbers(side * side * channels, 1)),
        y_(x_.size()),
        first_(weights(channels / 2)),
        second_(weights(channels)),
        first_bias_(normal_numbers(channels / 2, 3)),
        second_bias_(normal_numbers(channels, 4)),
        permutation_(channels),
        torch_(std::move(torch)) {
    std::iota(permutation_.begin(), permutation_.end(), 0);
    std::shuffle(permutation_.begin(), permutation_.end(), std::mt19937(5));
    const flowline_coupling coupling = {sizeof coupling, FLOWLINE_CLAMP_TANH, 2.0f, 0.1f, nullptr,
                                        nullptr,         permutation_.data()};
    WorkerPool alone(1);
    step_ = std::make_unique<FlowStep>(
        kernels,
        FlowStepParameters{channels, channels / 2, kernel, first_.data(), first_bias_.data(),
                           second_.data(), second_bias_.data(), coupling},
        alone);
    coupling_.prepare(coupling, channels);
    if (torch_ == nullptr) return;
    const int64_t half = channels / 2, taps = kernel * kernel;
    passive_ = torch_->tensor(x_.data(), {1, half, side, side},
                              {side * side * channels, 1, side * channels, channels});
    torch_first_ =
        torch_->tensor(first_.data(), {half, half, kernel, kernel}, {half * taps, taps, kernel, 1});
    torch_second_ = torch_->tensor(second_.data(), {channels, half, kernel, kernel},
                                   {half * taps, taps, kernel, 1});
    torch_first_bias_ = torch_->tensor(first_bias_.data(), {half}, {1});
    torch_second_bias_ = torch_->tensor(second_bias_.data(), {channels}, {1});
  }

  static std::string name(int64_t side, int64_t channels, int64_t kernel) {
    return std::to_string(side) + "-" + std::to_string(channels) + "-" + std::to_string(kernel);
  }
  int64_t pixels() const { return side_ * side_; }

  void run(WorkerPool& pool) {
    const int64_t row = side_ * channels_;
    step_->forward({x_.data(), side_, side_, channels_, row, channels_},
                   {y_.data(), side_, side_, channels_, row, channels_}, pool, workspace_);
  }

  void run_by_libtorch() {
    const LibTorch::Tensor hidden =
        torch_->rectify(torch_->convolve(passive_, torch_first_, torch_first_bias_, kernel_));
    const LibTorch::Tensor subnet =
        torch_->convolve(hidden, torch_second_, torch_second_bias_, kernel_);
    const int64_t row = side_ * channels_;
    const Image x = {FLOWLINE_FLOAT32, x_.data(), channels_, side_, side_, 1, row, channels_};
    const Image of_subnet = {
        FLOWLINE_FLOAT32, torch_->data(subnet), channels_, side_, side_, 1, row, channels_};
    coupling_.forward(kernels_, x, of_subnet, y_.data());
    torch_->remove(subnet);
    torch_->remove(hidden);
  }

  /// In place, in memory that the steps of a scale share, and the next step after it.
  void run(WorkerPool& pool, std::vector<float>& image, const Step& next,
           FlowStep::Workspace& workspace) const {
    const int64_t row = side_ * channels_;
    const PixelMap map = {image.data(), side_, side_, channels_, row, channels_};
    step_->forward(map, map, pool, workspace, next.step_.get());
  }
  const std::vector<float>& x() const { return x_; }

  /// How far apart the two ways are, as a part of the largest value.
  double difference() {
    WorkerPool pool(1);
    run(pool);
    const std::vector<float> own = y_;
    run_by_libtorch();
    float largest = 0, apart = 0;
    for (size_t i = 0; i < own.size(); i++) {
      largest = std::max(largest, std::fabs(own[i]));
      apart = std::max(apart, std::fabs(own[i] - y_[i]));
    }
    return static_cast<double>(apart / largest);
  }

 private:
  std::vector<float> weights(int64_t outputs) const {
    const int64_t inputs = channels_ / 2, taps = kernel_ * kernel_;
    std::vector<float> values = normal_numbers(outputs * inputs * taps, 2);
    for (float& value : values) value /= std::sqrt(static_cast<float>(inputs * taps));
    return values;
  }

  int64_t side_, channels_, kernel_;
  const Kernels& kernels_;
  std::vector<float> x_, y_, first_, second_, first_bias_, second_bias_;
  std::vector<int32_t> permutation_;
  std::unique_ptr<FlowStep> step_;
  FlowStep::Workspace workspace_;
  Coupling coupling_;
  std::shared_ptr<LibTorch> torch_;
  LibTorch::Tensor passive_, torch_first_, torch_second_, torch_first_bias_, torch_second_bias_;
};

}  // namespace

std::vector<Part> flow_parts(const Kernels& kernels, const std::string& libtorch,
                             const std::string& only) {
  const std::shared_ptr<LibTorch> torch = LibTorch::of(libtorch);
  const auto alone = std::make_shared<WorkerPool>(1), pair = std::make_shared<WorkerPool>(2);
  std::vector<Part> parts;
  for (const int64_t input : {448, 256}) {
    std::vector<std::shared_ptr<Step>> flow;
    for (const auto& [part, channels] : {std::pair<int64_t, int64_t>{4, 84}, {8, 160}, {16, 256}}) {
      for (const int64_t kernel : {3, 1}) {
        const std::string name = Step::name(input / part, channels, kernel);
        if (!only.empty() && only != "step-" + name) continue;
        const auto step = std::make_shared<Step>(input / part, channels, kernel, kernels, torch);
        if (torch != nullptr) {
          if (!(step->difference() < 1e-5))
            throw std::runtime_error(name + " differs from LibTorch");
          parts.push_back(
              {"libtorch-step-" + name, "", step->pixels(), [=] { step->run_by_libtorch(); }});
        }
        parts.push_back(
            {"step-" + name, "libtorch-step-" + name, step->pixels(), [=] { step->run(*alone); }});
      }
      if (!only.empty()) continue;
      for (int64_t kernel : {3, 1, 3, 1}) {  // with parameters of its own each
        flow.push_back(std::make_shared<Step>(input / part, channels, kernel, kernels, torch));
      }
    }
    if (!only.empty()) continue;
    const std::string name = std::to_string(input);
    if (torch != nullptr) {
      for (int threads : {1, 2}) {
        parts.push_back({"libtorch-flow-" + name + "-" + std::to_string(threads), "", input * input,
                         [=] {
                           torch->use_threads(threads);
                           for (const auto& step : flow) step->run_by_libtorch();
                           torch->use_threads(1);
                         },
                         threads == 1});
      }
    }
    const auto image = std::make_shared<std::vector<float>>();
    const auto workspace = std::make_shared<FlowStep::Workspace>();
    for (const auto& pool : {alone, pair}) {
      const std::string threads = std::to_string(pool->threads());
      parts.push_back({"flow-" + name + "-" + threads, "libtorch-flow-" + name + "-" + threads,
                       input * input,
                       [=] {
                         for (size_t i = 0; i < flow.size(); i += 2) {
                           if (i % 4 == 0) *image = flow[i]->x();
                           flow[i]->run(*pool, *image, *flow[i + 1], *workspace);
                         }
                       },
                       pool->threads() == 1});
    }
  }
  return parts;
}
