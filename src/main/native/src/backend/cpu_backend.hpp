#ifndef FLOWLINE_BACKEND_CPU_BACKEND_HPP
#define FLOWLINE_BACKEND_CPU_BACKEND_HPP

#include <cstdint>
#include <string>

#include "backend/backend.hpp"
#include "backend/cpu_segmenter.hpp"
#include "backend/host_pointers.hpp"
#include "backend/map_inspector.hpp"
#include "backend/worker_pool.hpp"
#include "coupling/coupling.hpp"
#include "kernels/kernels.hpp"
#include "preprocess/frame_preprocessor.hpp"

namespace flowline {

/// The CPU: threads that share images and scales out among them.
class CpuBackend : public Backend {
 public:
  CpuBackend(const Kernels& kernels, int32_t threads, flowline_parallel parallel);

  const std::string& description() const override { return description_; }
  const std::string& device() const override { return device_; }
  bool is_host() const override { return true; }
  void require_own(const Name& name, const void* pointer) const override {
    HostPointers().require(name, pointer);
  }
  bool is_on_device(const void*) const override { return false; }
  const void* host_copy(const void* own, int64_t) override { return own; }
  HeldWords held(const std::vector<uint32_t>&) override { return nullptr; }
  void set_stream(void* stream) override;
  WorkerPool& workers() override { return pool_; }
  void energy(const flowline_tensor& latent, float* energy) override;
  void reserve(const SegmentCall& call) override {
    segmenter_.reserve(call);
    if (call.maps.min_log10_nfa != nullptr) inspector_.reserve(call);
  }
  void segment(const SegmentCall& call) override { segmenter_.segment(call); }
  void inspect(const SegmentCall& call, const flowline_inspection& asked) override;
  void preprocess(const Frame& frame, const NetworkInput& to, float* input) override {
    preprocessor_.preprocess(frame, to, input);
  }
  void coupling_forward(const flowline_coupling& coupling, const flowline_tensor& input,
                        const flowline_tensor& subnet, float* output, double* log_det) override;
  void coupling_undo_affine(const flowline_coupling& coupling, const flowline_tensor& input,
                            float* output, double* log_det) override;
  void coupling_inverse(const flowline_coupling& coupling, const flowline_tensor& latent,
                        const flowline_tensor& subnet, double* log_det) override;

 private:
  template <class Body>
  void add_log_dets(int64_t batch, double sign, double* log_det, Body&& log_det_of);

  const Kernels& kernels_;
  WorkerPool pool_;
  std::string description_;
  const std::string device_ = "the CPU";
  CpuSegmenter segmenter_;
  MapInspector inspector_;
  FramePreprocessor preprocessor_;
  Coupling coupling_;
};

}  // namespace flowline
#endif
