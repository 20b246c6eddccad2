#ifndef FLOWLINE_CUDA_ENGINE_HPP
#define FLOWLINE_CUDA_ENGINE_HPP

#include <cstdint>

#include "call/tensor_extent.hpp"
#include "cuda/coupling_engine.hpp"
#include "cuda/energy_launch.hpp"
#include "cuda/machine.hpp"
#include "cuda/pack_kernel.hpp"
#include "cuda/segment_engine.hpp"

namespace flowline {

/// The calls of CudaLibrary as kernels one after the other on a Machine (machine.hpp). Nothing here
/// waits for a kernel or reads what one has written.
template <class Machine>
class Engine {
  static_assert(is_machine<Machine>::value, "see machine.hpp");

 public:
  SegmentEngine<Machine> segments;
  CouplingEngine<Machine> couplings;

  explicit Engine(Machine* machine) : segments(machine), couplings(machine), machine_(*machine) {
    machine_.template load<PackKernel>();
  }

  /// Copies a tensor into the workspace, dense and row-major, and returns where it is until the
  /// next call.
  const void* dense(const flowline_tensor& tensor) {
    const int64_t elements = elements_of(tensor);
    void* const to = machine_.workspace(elements * size_of_element(tensor.type));
    machine_.launch(PackKernel{tensor, to}, (elements - 1) / PackKernel::ELEMENTS + 1, 0);
    return to;
  }

  void energy(const flowline_tensor& latent, float* energy) {
    EnergyKernel kernel;
    kernel.scales = 1;
    kernel.not_finite = nullptr;
    kernel.scale[0] = energy_scale(latent, energy, latent.height * latent.width);
    launch_energy(machine_, &kernel, latent.batch);
  }

 private:
  Machine& machine_;
};

}  // namespace flowline
#endif
