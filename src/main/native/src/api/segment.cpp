#include "api/segment.hpp"

#include <algorithm>
#include <new>
#include <string>

#include "acontrario/number_of_tests.hpp"
#include "api/status.hpp"

namespace flowline {
namespace {

int64_t pixels_of(const flowline_tensor& latent) { return latent.height * latent.width; }

/// Everything of a call that its items share.
class Job {
 public:
  Job(flowline_context* context, const Segmentation& call) : context_(context), call_(call) {
    std::vector<int64_t>& pixels = context->pixels;
    pixels.clear();
    for (const flowline_tensor& latent : context->latents) {
      pixels.push_back(pixels_of(latent));
      total_pixels_ += pixels_of(latent);
    }
    if (call.options.number_of_tests == FLOWLINE_TESTS_PUBLISHED) {
      log10_tests_ = log10_number_of_tests(pixels.data(), static_cast<int32_t>(pixels.size()));
    }
    context->painted.resize(static_cast<size_t>(total_pixels_ * images()));
    for (Workspace& workspace : context->workspaces) {
      if (workspace.upsamplers.size() < context->latents.size()) {
        workspace.upsamplers.resize(context->latents.size());
      }
    }
  }

  int64_t images() const { return context_->latents[0].batch; }
  int64_t scales() const { return static_cast<int64_t>(context_->latents.size()); }

  /// Energy, tree, selection and painted map of one scale of one image. Returns the first pixel
  /// whose energy is not finite, -1 if there is none.
  int64_t scale_of_image(int64_t image, int64_t scale, Workspace* workspace) const {
    const flowline_tensor& latent = context_->latents[scale];
    const int64_t pixels = pixels_of(latent);
    workspace->energy.resize(pixels);
    float* map = workspace->energy.data();
    const int64_t not_finite = context_->kernels.energy(image_of(latent, image), map);
    if (not_finite >= 0) return not_finite;
    const int32_t height = static_cast<int32_t>(latent.height);
    const int32_t width = static_cast<int32_t>(latent.width);
    ComponentTree& tree = workspace->tree;
    if (call_.options.pfa_bound == FLOWLINE_PFA_CHERNOFF) {
      // Where the bound is 1 a node can neither win a branch nor win a merge against a node above
      // the mean, by either count: the forest above the mean has the same regions.
      tree.build_above(static_cast<float>(latent.channels), map, height, width);
    } else {
      tree.build(map, height, width, 4);
    }
    const Judgement judgement = {call_.options.pfa_bound, call_.options.number_of_tests,
                                 latent.channels, pixels, total_pixels_};
    workspace->selection.select(tree, tree.altitude.data(), judgement);
    workspace->selection.paint(tree, pixels, log10_tests_, painted(image, scale));
    return -1;
  }

  /// The scales' minimum at the output's size.
  void join_scales(int64_t image, Workspace* workspace) const {
    for (int64_t scale = 0; scale < scales(); scale++) {
      const flowline_tensor& latent = context_->latents[scale];
      Upsampler& upsampler = workspace->upsamplers[scale];
      upsampler.resize(latent.height, latent.width, call_.maps.height, call_.maps.width);
      upsampler.widen(context_->kernels, painted(image, scale));
    }
    const float smallest = context_->kernels.smallest(painted(image, 0), total_pixels_);
    interpolated_minimum(context_->kernels, workspace->upsamplers.data(),
                         static_cast<int32_t>(scales()), smallest,
                         call_.maps.log10_nfa + image * call_.maps.height * call_.maps.width);
    if (call_.maps.smallest != nullptr) call_.maps.smallest[image] = smallest;
  }

 private:
  float* painted(int64_t image, int64_t scale) const {
    float* map = context_->painted.data() + image * total_pixels_;
    for (int64_t finer = 0; finer < scale; finer++) map += context_->pixels[finer];
    return map;
  }

  flowline_context* context_;
  const Segmentation& call_;
  int64_t total_pixels_ = 0;
  double log10_tests_ = 0.0;
};

void record(Failure* failure, flowline_status status, int64_t item, int64_t pixel) noexcept {
  if (failure->status != FLOWLINE_OK) return;  // a worker's items ascend
  *failure = {status, item, pixel};
}

/// Throws what failed first in the order of the items, if anything did.
void rethrow_first(const flowline_context& context) {
  Failure first;
  for (const Workspace& workspace : context.workspaces) {
    if (workspace.failure.item < first.item) first = workspace.failure;
  }
  if (first.status == FLOWLINE_OK) return;
  if (first.status == FLOWLINE_OUT_OF_MEMORY) throw std::bad_alloc();
  const int64_t scales = static_cast<int64_t>(context.latents.size());
  const int64_t width = context.latents[first.item % scales].width;
  throw Error(first.status, "latents[" + std::to_string(first.item % scales) + "], image " +
                                std::to_string(first.item / scales) +
                                ": the energy is not finite at row " +
                                std::to_string(first.pixel / width) + ", column " +
                                std::to_string(first.pixel % width));
}

}  // namespace

void segment(flowline_context* context, const Segmentation& call) {
  const Job job(context, call);
  for (Workspace& workspace : context->workspaces) workspace.failure = Failure{};
  auto scales = [&](int64_t item, int worker) noexcept {
    Workspace& workspace = context->workspaces[worker];
    try {
      const int64_t image = item / job.scales();
      const int64_t pixel = job.scale_of_image(image, item % job.scales(), &workspace);
      if (pixel >= 0) record(&workspace.failure, FLOWLINE_NOT_FINITE, item, pixel);
    } catch (...) {
      record(&workspace.failure, FLOWLINE_OUT_OF_MEMORY, item, -1);
    }
  };
  auto images = [&](int64_t image, int worker) noexcept {
    Workspace& workspace = context->workspaces[worker];
    try {
      job.join_scales(image, &workspace);
    } catch (...) {
      record(&workspace.failure, FLOWLINE_OUT_OF_MEMORY, image * job.scales(), -1);
    }
  };
  context->pool.run(job.images() * job.scales(), scales);
  rethrow_first(*context);
  context->pool.run(job.images(), images);
  rethrow_first(*context);
}

}  // namespace flowline
