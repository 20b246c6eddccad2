#include "api/segment.hpp"

#include <algorithm>
#include <cfloat>
#include <string>

#include "api/arguments.hpp"
#include "api/status.hpp"
#include "kernels/image.hpp"

namespace flowline {
namespace {

// Painted on a scale of which nothing is tested: above whatever the others say, and far enough from
// infinity to be interpolated.
constexpr float NO_PART = FLT_MAX / 4;

int64_t pixels_of(const flowline_tensor& latent) { return latent.height * latent.width; }

int64_t positions_of(const std::vector<flowline_tensor>& latents) {  // of one image
  int64_t positions = 0;
  for (const flowline_tensor& latent : latents) positions += pixels_of(latent);
  return positions;
}

bool asks_for_test(const flowline_maps& maps) {
  return maps.log10_nfa != nullptr || maps.smallest != nullptr;
}

bool asks_for_anomaly(const flowline_maps& maps) {
  return maps.anomaly_map != nullptr || maps.anomaly_score != nullptr;
}

bool tests_by_law(const Segmentation& call) { return call.by_law && asks_for_test(call.maps); }

bool makes_fused_map(const Segmentation& call) {
  return call.maps.fused_map != nullptr || tests_by_law(call);
}

// Of all scales at once.
bool asks_for_energies(const Segmentation& call) {
  return asks_for_anomaly(call.maps) || makes_fused_map(call);
}

template <class Element>
void grow(std::vector<Element>* buffer, int64_t size) {
  if (static_cast<int64_t>(buffer->size()) < size) buffer->resize(static_cast<size_t>(size));
}

/// Everything of a call that its items share. Nothing of it allocates, so that nothing of it can
/// fail but by the data.
class Job {
 public:
  Job(flowline_context* context, const Segmentation& call)
      : context_(context), call_(call), positions_(positions_of(context->latents)) {
    context->counts.count(call.view, context->latents);
  }

  int64_t images() const { return context_->latents[0].batch; }
  int64_t scales() const { return static_cast<int64_t>(context_->latents.size()); }

  /// Energy of one scale of one image, and its painted map. Returns the first position whose energy
  /// is not finite, -1 if there is none.
  int64_t scale_of_image(int64_t image, int64_t scale, Workspace* workspace) const noexcept {
    const Image latent = image_of(context_->latents[static_cast<size_t>(scale)], image);
    float* energy = asks_for_energies(call_) ? of_scale(context_->energy, image, scale)
                                             : workspace->energy.data();
    const int64_t not_finite = context_->kernels.energy(latent, energy);
    if (not_finite >= 0) return not_finite;
    take_means(image, scale, latent, energy);  // before the test leaves positions out of it
    if (asks_for_test(call_.maps) && !call_.by_law) test(image, scale, energy, workspace);
    return -1;
  }

  /// The maps of one image, of what the scales have.
  void join_scales(int64_t image, Workspace* workspace) const noexcept {
    if (call_.maps.fused_map != nullptr) fuse(image, fused_map_of(image), workspace);
    if (asks_for_test(call_.maps)) {
      call_.by_law ? test_by_law(image, workspace) : join_tests(image, workspace);
    }
    if (asks_for_anomaly(call_.maps)) join_energies(image, workspace);
  }

 private:
  void test(int64_t image, int64_t scale, const float* energy, Workspace* workspace) const {
    const TestCounts& counts = context_->counts;
    const flowline_tensor& latent = context_->latents[static_cast<size_t>(scale)];
    float* map = of_scale(context_->painted, image, scale);
    if (counts.scale_pixels(image, scale) == 0) {
      std::fill_n(map, pixels_of(latent), NO_PART);
      return;
    }
    if (!call_.view.whole()) {
      float* tested = workspace->energy.data();
      if (tested != energy) std::copy_n(energy, pixels_of(latent), tested);
      call_.view.leave_out(image, latent.height, latent.width, tested);
      energy = tested;
    }
    const bool published = call_.options.number_of_tests == FLOWLINE_TESTS_PUBLISHED;
    const Judgement judgement = {call_.options.pfa_bound, call_.options.number_of_tests,
                                 latent.channels, counts.scale_pixels(image, scale),
                                 counts.total_pixels(image)};
    workspace->scale_test.paint(energy, static_cast<int32_t>(latent.height),
                                static_cast<int32_t>(latent.width), judgement,
                                published ? counts.log10_published(image) : 0.0, map);
  }

  void take_means(int64_t image, int64_t scale, const Image& latent, const float* energy) const {
    const flowline_maps& maps = call_.maps;
    if (maps.mean_energies != nullptr) {
      const int64_t pixels = latent.height * latent.width;
      const double count = static_cast<double>(pixels) * static_cast<double>(latent.channels);
      maps.mean_energies[image * scales() + scale] = context_->kernels.sum(energy, pixels) / count;
    }
    if (maps.channel_means != nullptr) {
      int64_t before = 0, all = 0;
      for (int64_t s = 0; s < scales(); s++) {
        const int64_t channels = context_->latents[static_cast<size_t>(s)].channels;
        if (s < scale) before += channels;
        all += channels;
      }
      context_->kernels.channel_means(latent, maps.channel_means + image * all + before);
    }
  }

  void join_tests(int64_t image, Workspace* workspace) const {
    const bool tested = context_->counts.total_pixels(image) > 0;
    const float* first = of_scale(context_->painted, image, 0);
    const float smallest = tested ? context_->kernels.smallest(first, positions_) : FLT_MAX;
    if (call_.maps.smallest != nullptr) call_.maps.smallest[image] = smallest;
    float* out = of_image(call_.maps.log10_nfa, image);
    if (out == nullptr) return;
    if (!tested) {
      std::fill_n(out, call_.maps.height * call_.maps.width, FLT_MAX);
      return;
    }
    for (int64_t scale = 0; scale < scales(); scale++) {
      workspace->upsamplers[static_cast<size_t>(scale)].widen(
          context_->kernels, of_scale(context_->painted, image, scale));
    }
    interpolated_minimum(context_->kernels, workspace->upsamplers.data(),
                         static_cast<int32_t>(scales()), smallest, out);
    call_.view.blank(image, out);
  }

  void test_by_law(int64_t image, Workspace* workspace) const {
    const flowline_tensor& finest = context_->latents[0];
    const bool tested = context_->counts.scale_pixels(image, 0) > 0;
    float smallest = FLT_MAX;
    if (tested) {
      float* fused = workspace->fused.data();
      if (call_.maps.fused_map == nullptr) {
        fuse(image, fused, workspace);
      } else {
        std::copy_n(fused_map_of(image), pixels_of(finest), fused);
      }
      call_.view.leave_out(image, finest.height, finest.width, fused);
      workspace->law_test.paint(fused, static_cast<int32_t>(finest.height),
                                static_cast<int32_t>(finest.width), call_.law,
                                workspace->by_law.data());
      smallest = context_->kernels.smallest(workspace->by_law.data(), pixels_of(finest));
    }
    if (call_.maps.smallest != nullptr) call_.maps.smallest[image] = smallest;
    float* out = of_image(call_.maps.log10_nfa, image);
    if (out == nullptr) return;
    if (!tested) {
      std::fill_n(out, call_.maps.height * call_.maps.width, FLT_MAX);
      return;
    }
    workspace->upsamplers[0].widen(context_->kernels, workspace->by_law.data());
    interpolated_minimum(context_->kernels, workspace->upsamplers.data(), 1, smallest, out);
    call_.view.blank(image, out);
  }

  void fuse(int64_t image, float* map, Workspace* workspace) const {
    ScaleEnergy energies[MOST_SCALES];
    fill_in(image, energies);
    workspace->fused_map.compute(context_->kernels, workspace->to_fused.data(), energies,
                                 static_cast<int32_t>(scales()), map);
  }

  float* fused_map_of(int64_t image) const {
    return call_.maps.fused_map + image * pixels_of(context_->latents[0]);
  }

  void fill_in(int64_t image, ScaleEnergy* energies) const {
    for (int64_t scale = 0; scale < scales(); scale++) {
      energies[scale] = {of_scale(context_->energy, image, scale),
                         context_->latents[static_cast<size_t>(scale)].channels};
    }
  }

  void join_energies(int64_t image, Workspace* workspace) const {
    ScaleEnergy energies[MOST_SCALES];
    fill_in(image, energies);
    const float score = workspace->anomaly_map.compute(
        context_->kernels, workspace->upsamplers.data(), energies, static_cast<int32_t>(scales()),
        of_image(call_.maps.anomaly_map, image));
    if (call_.maps.anomaly_score != nullptr) call_.maps.anomaly_score[image] = score;
  }

  float* of_scale(std::vector<float>& maps, int64_t image, int64_t scale) const {
    float* map = maps.data() + image * positions_;
    for (int64_t finer = 0; finer < scale; finer++) {
      map += pixels_of(context_->latents[static_cast<size_t>(finer)]);
    }
    return map;
  }

  float* of_image(float* maps, int64_t image) const {
    return maps == nullptr ? nullptr : maps + image * call_.maps.height * call_.maps.width;
  }

  flowline_context* context_;
  const Segmentation& call_;
  int64_t positions_;
};

/// Throws what failed first in the order of the items, if anything did.
void rethrow_first(const flowline_context& context) {
  Failure first;
  for (const Workspace& workspace : context.workspaces) {
    if (workspace.failure.item < first.item) first = workspace.failure;
  }
  if (first.item == INT64_MAX) return;
  const int64_t scales = static_cast<int64_t>(context.latents.size());
  const int64_t scale = first.item % scales;
  const int64_t width = context.latents[static_cast<size_t>(scale)].width;
  throw Error(FLOWLINE_NOT_FINITE, "latents[" + std::to_string(scale) + "], image " +
                                       std::to_string(first.item / scales) +
                                       ": the energy is not finite at row " +
                                       std::to_string(first.position / width) + ", column " +
                                       std::to_string(first.position % width));
}

}  // namespace

void reserve(flowline_context* context, const Segmentation& call) {
  const std::vector<flowline_tensor>& latents = context->latents;
  const int64_t images = latents[0].batch;
  const bool test = asks_for_test(call.maps);
  const bool anomaly = asks_for_anomaly(call.maps);
  if (test && !call.by_law) grow(&context->painted, positions_of(latents) * images);
  if (asks_for_energies(call)) grow(&context->energy, positions_of(latents) * images);
  for (Workspace& workspace : context->workspaces) {
    grow(&workspace.upsamplers, static_cast<int64_t>(latents.size()));
    if (makes_fused_map(call)) {
      grow(&workspace.to_fused, static_cast<int64_t>(latents.size()));
    }
    if (tests_by_law(call)) {
      grow(&workspace.fused, pixels_of(latents[0]));
      grow(&workspace.by_law, pixels_of(latents[0]));
      workspace.law_test.reserve(static_cast<int32_t>(latents[0].height),
                                 static_cast<int32_t>(latents[0].width));
    }
    for (size_t scale = 0; scale < latents.size(); scale++) {
      const flowline_tensor& latent = latents[scale];
      grow(&workspace.energy, pixels_of(latent));
      if (makes_fused_map(call)) {
        workspace.to_fused[scale].resize(latent.height, latent.width, latents[0].height,
                                         latents[0].width);
        workspace.fused_map.reserve(workspace.to_fused[scale]);
      }
      if (test && !call.by_law) {
        workspace.scale_test.reserve(static_cast<int32_t>(latent.height),
                                     static_cast<int32_t>(latent.width));
      }
      if (anomaly || call.maps.log10_nfa != nullptr) {
        workspace.upsamplers[scale].resize(latent.height, latent.width, call.maps.height,
                                           call.maps.width);
      }
      if (anomaly) workspace.anomaly_map.reserve(workspace.upsamplers[scale]);
    }
  }
}

void segment(flowline_context* context, const Segmentation& call) {
  const Job job(context, call);
  for (Workspace& workspace : context->workspaces) workspace.failure = Failure{};
  auto scales = [&](int64_t item, int worker) noexcept {
    Workspace& workspace = context->workspaces[static_cast<size_t>(worker)];
    const int64_t position =
        job.scale_of_image(item / job.scales(), item % job.scales(), &workspace);
    // A worker's items ascend: its first failure is the one that counts.
    if (position >= 0 && workspace.failure.item == INT64_MAX) workspace.failure = {item, position};
  };
  auto images = [&](int64_t image, int worker) noexcept {
    job.join_scales(image, &context->workspaces[static_cast<size_t>(worker)]);
  };
  context->pool.run(job.images() * job.scales(), scales);
  rethrow_first(*context);
  context->pool.run(job.images(), images);
}

}  // namespace flowline
