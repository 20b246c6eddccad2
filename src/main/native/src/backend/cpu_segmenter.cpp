#include "backend/cpu_segmenter.hpp"

#include <algorithm>
#include <cfloat>
#include <string>

#include "checks/status.hpp"
#include "kernels/image.hpp"

namespace flowline {
namespace {

// Painted on a scale of which nothing is tested: above whatever the others say, and far enough from
// infinity to be interpolated.
constexpr float NO_PART = FLT_MAX / 4;

template <class Element>
void grow(std::vector<Element>* buffer, int64_t size) {
  if (static_cast<int64_t>(buffer->size()) < size) buffer->resize(static_cast<size_t>(size));
}

}  // namespace

/// Everything of a call that its items share. Nothing of it allocates, so that nothing of it can
/// fail but by the data.
class CpuSegmenter::Job {
 public:
  Job(CpuSegmenter* segmenter, const SegmentCall& call)
      : kernels_(segmenter->kernels_),
        painted_(segmenter->painted_.data()),
        energy_(segmenter->energy_.data()),
        call_(call),
        positions_(call.positions()) {}

  /// Energy of one scale of one image, and its painted map. Returns the first position whose energy
  /// is not finite, -1 if there is none.
  int64_t scale_of_image(int64_t image, int64_t scale, Worker* worker) const noexcept {
    const Image latent = image_of(call_.latents[scale], image);
    float* energy = call_.joins_scales() ? of_scale(energy_, image, scale) : worker->energy.data();
    const int64_t not_finite = kernels_.energy(latent, energy);
    if (not_finite >= 0) return not_finite;
    take_means(image, scale, latent, energy);  // before the test leaves positions out of it
    if (call_.tests_scales()) test(image, scale, energy, worker);
    return -1;
  }

  /// The maps of one image, of what the scales have.
  void join_scales(int64_t image, Worker* worker) const noexcept {
    if (call_.maps.fused_map != nullptr) fuse(image, fused_map_of(image), worker);
    if (call_.tests_scales()) join_tests(image, worker);
    if (call_.tests_by_law()) test_by_law(image, worker);
    if (call_.asks_for_anomaly()) join_energies(image, worker);
  }

 private:
  void test(int64_t image, int64_t scale, const float* energy, Worker* worker) const {
    const TestCounts& counts = *call_.counts;
    const flowline_tensor& latent = call_.latents[scale];
    float* map = of_scale(painted_, image, scale);
    if (counts.scale_pixels(image, scale) == 0) {
      std::fill_n(map, call_.positions_of(scale), NO_PART);
      return;
    }
    if (!call_.view.whole()) {
      float* tested = worker->energy.data();
      if (tested != energy) std::copy_n(energy, call_.positions_of(scale), tested);
      call_.view.leave_out(image, latent.height, latent.width, tested);
      energy = tested;
    }
    const bool published = call_.number_of_tests == FLOWLINE_TESTS_PUBLISHED;
    const Judgement judgement = {call_.pfa_bound, call_.number_of_tests, latent.channels,
                                 counts.scale_pixels(image, scale), counts.total_pixels(image)};
    worker->scale_test.paint(energy, static_cast<int32_t>(latent.height),
                             static_cast<int32_t>(latent.width), judgement,
                             published ? counts.log10_published(image) : 0.0, map);
  }

  void take_means(int64_t image, int64_t scale, const Image& latent, const float* energy) const {
    const flowline_maps& maps = call_.maps;
    if (maps.mean_energies != nullptr) {
      const int64_t pixels = latent.height * latent.width;
      const double count = static_cast<double>(pixels) * static_cast<double>(latent.channels);
      maps.mean_energies[image * call_.scales + scale] = kernels_.sum(energy, pixels) / count;
    }
    if (maps.channel_means != nullptr) {
      kernels_.channel_means(
          latent, maps.channel_means + image * call_.channels() + call_.channels_before(scale));
    }
  }

  void join_tests(int64_t image, Worker* worker) const {
    const bool tested = call_.counts->total_pixels(image) > 0;
    const float* painted = of_scale(painted_, image, 0);
    const float smallest = tested ? kernels_.smallest(painted, positions_) : FLT_MAX;
    const int32_t scales = tested && call_.maps.log10_nfa != nullptr ? call_.scales : 0;
    for (int64_t scale = 0; scale < scales; scale++) {
      worker->upsamplers[static_cast<size_t>(scale)].widen(kernels_,
                                                           of_scale(painted_, image, scale));
    }
    put_test(image, smallest, scales, worker);
  }

  void test_by_law(int64_t image, Worker* worker) const {
    const flowline_tensor& finest = call_.latents[0];
    const int32_t height = static_cast<int32_t>(finest.height);
    const int32_t width = static_cast<int32_t>(finest.width);
    const bool tested = call_.counts->scale_pixels(image, 0) > 0;
    float smallest = FLT_MAX;
    if (tested) {
      float* fused = worker->fused.data();
      if (call_.maps.fused_map == nullptr) {
        fuse(image, fused, worker);
      } else {
        std::copy_n(fused_map_of(image), call_.positions_of(finest), fused);
      }
      call_.view.leave_out(image, height, width, fused);
      float* painted = of_scale(painted_, image, 0);
      worker->law_test.paint(fused, height, width, call_.law, painted);
      smallest = kernels_.smallest(painted, call_.positions_of(finest));
      if (call_.maps.log10_nfa != nullptr) worker->upsamplers[0].widen(kernels_, painted);
    }
    put_test(image, smallest, tested ? 1 : 0, worker);
  }

  /// Writes what a test found, from the first so many upsamplers, which are widened; of none,
  /// nothing was tested.
  void put_test(int64_t image, float smallest, int32_t widened, Worker* worker) const {
    if (call_.maps.min_log10_nfa != nullptr) call_.maps.min_log10_nfa[image] = smallest;
    float* out = of_image(call_.maps.log10_nfa, image);
    if (out == nullptr) return;
    if (widened == 0) {
      std::fill_n(out, call_.map_pixels(), FLT_MAX);
      return;
    }
    interpolated_minimum(kernels_, worker->upsamplers.data(), widened, smallest, out);
    call_.view.blank(image, out);
  }

  void fuse(int64_t image, float* map, Worker* worker) const {
    ScaleEnergy energies[MOST_SCALES];
    fill_in(image, energies);
    worker->fused_map.compute(kernels_, worker->to_fused.data(), energies, call_.scales, map);
  }

  void join_energies(int64_t image, Worker* worker) const {
    ScaleEnergy energies[MOST_SCALES];
    fill_in(image, energies);
    const float score =
        worker->anomaly_map.compute(kernels_, worker->upsamplers.data(), energies, call_.scales,
                                    of_image(call_.maps.anomaly_map, image));
    if (call_.maps.anomaly_score != nullptr) call_.maps.anomaly_score[image] = score;
  }

  void fill_in(int64_t image, ScaleEnergy* energies) const {
    for (int64_t scale = 0; scale < call_.scales; scale++) {
      energies[scale] = {of_scale(energy_, image, scale), call_.latents[scale].channels};
    }
  }

  float* of_scale(float* maps, int64_t image, int64_t scale) const {
    return maps + image * positions_ + call_.positions_before(scale);
  }

  float* of_image(float* maps, int64_t image) const {
    return maps == nullptr ? nullptr : maps + image * call_.map_pixels();
  }

  float* fused_map_of(int64_t image) const {
    return call_.maps.fused_map + image * call_.positions_of(int64_t{0});
  }

  const Kernels& kernels_;
  float* const painted_;
  float* const energy_;
  const SegmentCall& call_;
  const int64_t positions_;
};

CpuSegmenter::CpuSegmenter(const Kernels& kernels, WorkerPool* pool)
    : kernels_(kernels), pool_(*pool) {
  workers_.reserve(static_cast<size_t>(pool->threads()));
  for (int worker = 0; worker < pool->threads(); worker++) workers_.emplace_back(kernels);
}

void CpuSegmenter::reserve(const SegmentCall& call) {
  const int64_t all = call.positions() * call.batch();
  if (call.asks_for_test()) grow(&painted_, all);
  if (call.joins_scales()) grow(&energy_, all);
  for (Worker& worker : workers_) reserve_worker(call, &worker);
}

void CpuSegmenter::reserve_worker(const SegmentCall& call, Worker* worker) {
  const flowline_tensor& finest = call.latents[0];
  grow(&worker->upsamplers, call.scales);
  if (call.makes_fused_map()) grow(&worker->to_fused, call.scales);
  if (call.tests_by_law()) {
    grow(&worker->fused, call.positions_of(finest));
    worker->law_test.reserve(static_cast<int32_t>(finest.height),
                             static_cast<int32_t>(finest.width));
  }
  for (int64_t scale = 0; scale < call.scales; scale++) {
    const flowline_tensor& latent = call.latents[scale];
    grow(&worker->energy, call.positions_of(scale));
    if (call.makes_fused_map()) {
      Upsampler& to_fused = worker->to_fused[static_cast<size_t>(scale)];
      to_fused.resize(latent.height, latent.width, finest.height, finest.width);
      worker->fused_map.reserve(to_fused);
    }
    if (call.tests_scales()) {
      worker->scale_test.reserve(static_cast<int32_t>(latent.height),
                                 static_cast<int32_t>(latent.width));
    }
    Upsampler& upsampler = worker->upsamplers[static_cast<size_t>(scale)];
    if (call.asks_for_anomaly() || call.maps.log10_nfa != nullptr) {
      upsampler.resize(latent.height, latent.width, call.maps.height, call.maps.width);
    }
    if (call.asks_for_anomaly()) worker->anomaly_map.reserve(upsampler);
  }
}

void CpuSegmenter::segment(const SegmentCall& call) {
  reserve(call);
  const Job job(this, call);
  for (Worker& worker : workers_) worker.failure = Failure{};
  auto scales = [&](int64_t item, int index) noexcept {
    Worker& worker = workers_[static_cast<size_t>(index)];
    const int64_t position = job.scale_of_image(item / call.scales, item % call.scales, &worker);
    // A worker's items ascend: its first failure is the one that counts.
    if (position >= 0 && worker.failure.item == INT64_MAX) worker.failure = {item, position};
  };
  auto images = [&](int64_t image, int index) noexcept {
    job.join_scales(image, &workers_[static_cast<size_t>(index)]);
  };
  pool_.run(call.batch() * call.scales, scales);
  rethrow_first_failure(call);
  pool_.run(call.batch(), images);
}

/// Throws what failed first in the order of the items, if anything did.
void CpuSegmenter::rethrow_first_failure(const SegmentCall& call) const {
  Failure first;
  for (const Worker& worker : workers_) {
    if (worker.failure.item < first.item) first = worker.failure;
  }
  if (first.item == INT64_MAX) return;
  const int64_t scale = first.item % call.scales;
  const int64_t width = call.latents[scale].width;
  throw Error(FLOWLINE_NOT_FINITE, "latents[" + std::to_string(scale) + "], image " +
                                       std::to_string(first.item / call.scales) +
                                       ": the energy is not finite at row " +
                                       std::to_string(first.position / width) + ", column " +
                                       std::to_string(first.position % width));
}

}  // namespace flowline
