#ifndef FLOWLINE_BACKEND_CPU_SEGMENTER_HPP
#define FLOWLINE_BACKEND_CPU_SEGMENTER_HPP

#include <cstdint>
#include <vector>

#include "acontrario/anomaly_map.hpp"
#include "acontrario/law_test.hpp"
#include "acontrario/scale_test.hpp"
#include "acontrario/upsample.hpp"
#include "backend/worker_pool.hpp"
#include "call/segment_call.hpp"
#include "kernels/kernels.hpp"

namespace flowline {

/// Computes calls of flowline_segment on the CPU. Its memory is a workspace: what one call leaves
/// in it means nothing to the next.
class CpuSegmenter {
 public:
  CpuSegmenter(const Kernels& kernels, WorkerPool* pool);

  /// Grows the workspace to what the call needs. All that a call allocates it allocates here.
  void reserve(const SegmentCall& call);

  /// Throws FLOWLINE_NOT_FINITE naming the first scale and image whose energy is not finite.
  void segment(const SegmentCall& call);

  /// What the tests of the last call gave before interpolation: (batch, all positions of the
  /// scales), maps of log10 NFA by scale; of a call by law, that of the fused map in place of the
  /// first scale's.
  const float* painted() const { return painted_.data(); }

 private:
  class Job;

  /// The first of a worker's items whose energy is not finite. Numbers alone, so that recording it
  /// cannot fail; who waits for the workers makes a message of it.
  struct Failure {
    int64_t item = INT64_MAX;
    int64_t position = -1;
  };

  /// The workspace of one worker, for one scale of one image.
  struct Worker {
    explicit Worker(const Kernels& kernels) : scale_test(kernels), law_test(kernels) {}

    std::vector<float> energy;
    ScaleTest scale_test;
    LawTest law_test;
    std::vector<Upsampler> to_fused;  // by scale, to the fused map's size
    AnomalyMap fused_map;
    std::vector<float> fused;           // the fused map that is tested
    std::vector<Upsampler> upsamplers;  // by scale, to the maps' size
    AnomalyMap anomaly_map;
    Failure failure;
  };

  void reserve_worker(const SegmentCall& call, Worker* worker);
  void rethrow_first_failure(const SegmentCall& call) const;

  const Kernels& kernels_;
  WorkerPool& pool_;
  std::vector<Worker> workers_;
  std::vector<float> painted_;  // by image, then scale: the tested maps before interpolation
  std::vector<float> energy_;   // likewise; if all scales of an image are needed at once
};

}  // namespace flowline
#endif
