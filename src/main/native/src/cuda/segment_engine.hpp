#ifndef FLOWLINE_CUDA_SEGMENT_ENGINE_HPP
#define FLOWLINE_CUDA_SEGMENT_ENGINE_HPP

#include <algorithm>
#include <cstdint>

#include "acontrario/judgement.hpp"
#include "call/segment_call.hpp"
#include "cuda/energy_launch.hpp"
#include "cuda/launch_policy.hpp"
#include "cuda/law_kernel.hpp"
#include "cuda/map_kernel.hpp"
#include "cuda/map_launch.hpp"
#include "cuda/mean_launch.hpp"
#include "cuda/scale_kernel.hpp"
#include "cuda/segment_workspace.hpp"
#include "cuda/upload.hpp"

namespace flowline {

/// Computes calls of flowline_segment as kernels one after the other.
template <class Machine>
class SegmentEngine {
 public:
  explicit SegmentEngine(Machine* machine) : machine_(*machine), upload_(machine) {
    machine_.template load<EnergyKernel>();
    machine_.template load<MeanKernel>();
    load_tests<ScaleTests>();
    load_tests<LawTests>();
    machine_.template load<MapKernel>();
  }

  void reserve(const SegmentCall& call) {
    Arena counter(nullptr);
    SegmentWorkspace workspace;
    lay_out(call, policy(), &counter, &workspace);
    machine_.workspace(counter.taken());
    upload_.reserve(call);
  }

  void segment(const SegmentCall& call);

 private:
  template <class Tests>
  void load_tests() {
    machine_.template load<BlockTestKernel<Tests, true>>();
    machine_.template load<BlockTestKernel<Tests, false>>();
    machine_.template load_grid<GridTestKernel<Tests>>();
  }

  LaunchPolicy policy() const { return {machine_.most_shared(), machine_.blocks_at_once()}; }

  SegmentWorkspace workspace_of(const SegmentCall& call) {
    Arena counter(nullptr);
    SegmentWorkspace workspace;
    lay_out(call, policy(), &counter, &workspace);
    Arena memory(machine_.workspace(counter.taken()));
    lay_out(call, policy(), &memory, &workspace);
    return workspace;
  }

  void energies(const SegmentCall& call, const SegmentWorkspace& workspace);
  void test_scales(const SegmentCall& call, const SegmentWorkspace& workspace);
  void test_by_law(const SegmentCall& call, const SegmentWorkspace& workspace);
  void fused_map(const SegmentCall& call, const SegmentWorkspace& workspace);
  void maps(const SegmentCall& call, const SegmentWorkspace& workspace);

  template <class Tests>
  void launch_tests(Workers workers, const SegmentCall& call, int64_t largest, Tests* tests);
  void launch_map(const MapKernel& kernel, int64_t batch) {
    machine_.launch(kernel, batch * kernel.blocks_of_image, MapKernel::SHARED);
  }

  Machine& machine_;
  Upload<Machine> upload_;
};

template <class Machine>
void SegmentEngine<Machine>::segment(const SegmentCall& call) {
  const SegmentWorkspace workspace = workspace_of(call);
  upload_.prepare(call, workspace);
  energies(call, workspace);
  if (call.maps.mean_energies != nullptr) {
    launch_means(machine_, mean_energies(call, workspace.energy, workspace.not_finite),
                 call.batch());
  }
  if (call.maps.channel_means != nullptr) {
    launch_means(machine_, channel_means(call, workspace.not_finite), call.batch());
  }
  if (call.maps.fused_map != nullptr) fused_map(call, workspace);
  if (call.asks_for_test() && call.sends_masks()) upload_.masks(call, workspace.ignored);
  if (call.tests_scales()) test_scales(call, workspace);
  if (call.tests_by_law()) test_by_law(call, workspace);
  if (call.asks_for_test() || call.asks_for_anomaly()) maps(call, workspace);
}

template <class Machine>
void SegmentEngine<Machine>::energies(const SegmentCall& call, const SegmentWorkspace& workspace) {
  EnergyKernel kernel;
  kernel.scales = call.scales;
  kernel.not_finite = workspace.not_finite;
  for (int32_t s = 0; s < call.scales; s++) {
    const int64_t before = call.positions_before(s);
    kernel.scale[s] = energy_scale(call.latents[s], workspace.energy + before, call.positions());
    kernel.scale[s].likelihood = call.joins_scales() ? workspace.likelihood + before : nullptr;
  }
  launch_energy(machine_, &kernel, call.batch());
}

/// largest: positions of the largest of the maps.
template <class Machine>
template <class Tests>
void SegmentEngine<Machine>::launch_tests(Workers workers, const SegmentCall& call, int64_t largest,
                                          Tests* tests) {
  const int64_t bytes = LaunchPolicy::bytes_of_arrays(largest);
  tests->memory_stride = bytes;
  if (workers == Workers::GRID) {
    machine_.launch_grid(GridTestKernel<Tests>{*tests});
  } else if (workers == Workers::BLOCK) {
    const int64_t blocks = std::min(tests->jobs(), policy().global_blocks(call));
    machine_.launch(BlockTestKernel<Tests, false>{*tests, blocks}, blocks, 0);
  } else {
    const int64_t blocks = tests->jobs();
    machine_.launch(BlockTestKernel<Tests, true>{*tests, blocks}, blocks, bytes);
  }
}

template <class Machine>
void SegmentEngine<Machine>::test_scales(const SegmentCall& call,
                                         const SegmentWorkspace& workspace) {
  for (Workers workers : {Workers::GRID, Workers::BLOCK, Workers::SHARED}) {
    ScaleTests tests = tests_of<ScaleTests>(call, workspace);
    int64_t largest = 0;
    for (int32_t s = 0; s < call.scales; s++) {
      const flowline_tensor& latent = call.latents[s];
      const int64_t positions = call.positions_of(s), before = call.positions_before(s);
      if (policy().workers_for(positions) != workers) continue;
      const Judgement judgement = {call.pfa_bound, call.number_of_tests, latent.channels, 0, 0};
      tests.cost_of[tests.scales] = s;
      tests.scale[tests.scales++] = {workspace.energy + before,
                                     workspace.painted + before,
                                     call.positions(),
                                     static_cast<int32_t>(latent.height),
                                     static_cast<int32_t>(latent.width),
                                     judgement.floor()};
      largest = std::max(largest, positions);
    }
    if (tests.scales > 0) launch_tests(workers, call, largest, &tests);
  }
}

template <class Machine>
void SegmentEngine<Machine>::test_by_law(const SegmentCall& call,
                                         const SegmentWorkspace& workspace) {
  const flowline_tensor& finest = call.latents[0];
  const int64_t positions = call.positions_of(finest);
  LawTests tests = tests_of<LawTests>(call, workspace);
  fill_map_scales(finest.height, finest.width, call, workspace, tests.scale);
  tests.scales = call.scales;
  tests.share = 1.0f / static_cast<float>(call.scales);
  tests.law = call.law;
  tests.height = static_cast<int32_t>(finest.height);
  tests.width = static_cast<int32_t>(finest.width);
  tests.fused = call.maps.fused_map;
  tests.painted = workspace.painted;
  tests.image_stride = call.positions();
  launch_tests(policy().workers_for(positions), call, positions, &tests);
}

template <class Machine>
void SegmentEngine<Machine>::fused_map(const SegmentCall& call, const SegmentWorkspace& workspace) {
  const flowline_tensor& finest = call.latents[0];
  MapKernel kernel = map_kernel(finest.height, finest.width, call, workspace);
  kernel.anomaly_map = call.maps.fused_map;
  launch_map(kernel, call.batch());
}

template <class Machine>
void SegmentEngine<Machine>::maps(const SegmentCall& call, const SegmentWorkspace& workspace) {
  MapKernel kernel = map_kernel(call.maps.height, call.maps.width, call, workspace);
  kernel.view = field_of_view(call, workspace.ignored);
  kernel.log10_nfa = call.maps.log10_nfa;
  kernel.min_log10_nfa = call.maps.min_log10_nfa;
  kernel.anomaly_map = call.maps.anomaly_map;
  kernel.anomaly_score = reinterpret_cast<uint32_t*>(call.maps.anomaly_score);
  launch_map(kernel, call.batch());
}

}  // namespace flowline
#endif
