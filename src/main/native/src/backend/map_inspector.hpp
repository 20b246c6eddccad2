#ifndef FLOWLINE_BACKEND_MAP_INSPECTOR_HPP
#define FLOWLINE_BACKEND_MAP_INSPECTOR_HPP

#include <cstdint>
#include <vector>

#include "acontrario/decided_map.hpp"
#include "backend/worker_pool.hpp"
#include "call/segment_call.hpp"
#include "flowline/flowline.h"
#include "kernels/kernels.hpp"

namespace flowline {

/// The last step of an inspection, on the host for every device: from the grids that were tested to
/// verdicts, regions and maps of log10 NFA. The workers share out the images. An image without a
/// defect whose map is not wanted costs its verdict alone.
class MapInspector {
 public:
  MapInspector(const Kernels& kernels, WorkerPool* pool);

  /// Grows the workspace to what the call needs if every image has a defect.
  void reserve(const SegmentCall& call);

  /// call: outputs in host memory, of which min_log10_nfa is given and known. painted: (batch, all
  /// positions of the scales), the tested grids. maps_are_made: log10_nfa, where it is wanted, holds
  /// the interpolated maps, and only defects need their grids. asked: receives verdicts and regions.
  void inspect(const SegmentCall& call, const float* painted, bool maps_are_made,
               const flowline_inspection& asked);

 private:
  struct Worker {
    explicit Worker(const Kernels& kernels) : map(kernels) {}

    DecidedMap map;
    int64_t not_a_number = -1;  // an image with a NaN where none can be
  };

  void reserve_workers(const SegmentCall& call, size_t workers, bool regions);

  WorkerPool& pool_;
  std::vector<Worker> workers_;
};

}  // namespace flowline
#endif
