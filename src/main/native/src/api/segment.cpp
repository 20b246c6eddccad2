#include "api/segment.hpp"

#include <algorithm>
#include <cfloat>

#include "acontrario/energy.hpp"
#include "acontrario/number_of_tests.hpp"
#include "api/status.hpp"

namespace flowline {
namespace {

int64_t pixels_of(const flowline_latent& latent) { return latent.height * latent.width; }

/// Everything of a call that its items share.
class Job {
 public:
  Job(flowline_context* context, const Segmentation& call) : context_(context), call_(call) {
    std::vector<int64_t>& pixels = context->pixels;
    pixels.clear();
    for (const flowline_latent& latent : context->latents) {
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

  /// Energy, tree, selection and painted map of one scale of one image.
  void scale_of_image(int64_t image, int64_t scale, Workspace* workspace) const {
    const flowline_latent& latent = context_->latents[scale];
    const int64_t pixels = pixels_of(latent);
    workspace->energy.resize(pixels);
    float* map = workspace->energy.data();
    energy(latent.data + image * latent.channels * pixels, latent.channels, pixels, map);
    const int64_t at = first_not_finite(map, pixels);
    if (at >= 0) {
      throw Error(FLOWLINE_NOT_FINITE,
                  "latents[" + std::to_string(scale) + "], image " + std::to_string(image) +
                      ": the energy is not finite at row " + std::to_string(at / latent.width) +
                      ", column " + std::to_string(at % latent.width));
    }
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
    workspace->selection.paint(tree, pixels, painted(image, scale));
  }

  /// The scales' minimum at the output's size, and the price of the tests.
  void join_scales(int64_t image, Workspace* workspace) const {
    const int64_t pixels = call_.out_height * call_.out_width;
    float* out = call_.log10_nfa + image * pixels;
    for (int64_t scale = 0; scale < scales(); scale++) {
      const flowline_latent& latent = context_->latents[scale];
      Upsampler& upsampler = workspace->upsamplers[scale];
      upsampler.resize(latent.height, latent.width, call_.out_height, call_.out_width);
      upsampler.minimum(painted(image, scale), scale == 0, out);
    }
    const float log10_tests = static_cast<float>(log10_tests_);
    float smallest = FLT_MAX;
    for (int64_t i = 0; i < pixels; i++) {
      const float sum = out[i] + log10_tests;
      out[i] = sum < -FLT_MAX ? -FLT_MAX : sum;
      smallest = out[i] < smallest ? out[i] : smallest;
    }
    if (call_.smallest != nullptr) call_.smallest[image] = smallest;
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

}  // namespace

void segment(flowline_context* context, const Segmentation& call) {
  const Job job(context, call);
  const int64_t items = job.images() * job.scales();
  std::vector<Outcome>& outcomes = context->outcomes;
  outcomes.assign(items, Outcome{});
  auto scales = [&](int64_t item, int worker) {
    try {
      job.scale_of_image(item / job.scales(), item % job.scales(), &context->workspaces[worker]);
    } catch (const Error& error) {
      outcomes[item].status = error.status();
      outcomes[item].message = error.what();
    } catch (...) {
      outcomes[item].status = FLOWLINE_OUT_OF_MEMORY;
    }
  };
  context->pool.run(items, scales);
  auto images = [&](int64_t image, int worker) {
    try {
      job.join_scales(image, &context->workspaces[worker]);
    } catch (...) {
      outcomes[image * job.scales()].status = FLOWLINE_OUT_OF_MEMORY;
    }
  };
  auto failed = [](const Outcome& outcome) { return outcome.status != FLOWLINE_OK; };
  if (std::none_of(outcomes.begin(), outcomes.end(), failed)) {
    context->pool.run(job.images(), images);
  }
  const auto first = std::find_if(outcomes.begin(), outcomes.end(), failed);
  if (first == outcomes.end()) return;
  if (first->status == FLOWLINE_OUT_OF_MEMORY) throw std::bad_alloc();
  throw Error(first->status, first->message);
}

}  // namespace flowline
