#ifndef FLOWLINE_BACKEND_CUDA_BACKEND_HPP
#define FLOWLINE_BACKEND_CUDA_BACKEND_HPP

#include <cstdint>
#include <string>
#include <vector>

#include "backend/backend.hpp"
#include "backend/map_inspector.hpp"
#include "backend/worker_pool.hpp"
#include "cuda/library.hpp"
#include "preprocess/frame_preprocessor.hpp"

namespace flowline {

/// A CUDA device with a stream, by way of libflowline_cuda, which is opened when it is first asked
/// for: from this library's own folder, then by its SONAME. Its calls enqueue work on the stream
/// and return. Throws FLOWLINE_UNAVAILABLE if there is no such device.
class CudaBackend : public Backend {
 public:
  /// Returns how many devices there are, at least 1.
  static int32_t count();

  /// kernels: of the host, for what is computed there.
  CudaBackend(const Kernels& kernels, int32_t index, void* stream);
  ~CudaBackend() override;

  const std::string& description() const override { return description_; }
  const std::string& device() const override { return device_name_; }
  bool is_host() const override { return false; }
  void require_own(const Name& name, const void* pointer) const override;
  bool is_on_device(const void* pointer) const override;
  const void* host_copy(const void* own, int64_t bytes) override;
  HeldWords held(const std::vector<uint32_t>& words) override;
  void set_stream(void* stream) override;
  WorkerPool& workers() override { return host_thread_; }
  void energy(const flowline_tensor& latent, float* energy) override;
  void reserve(const SegmentCall& call) override;
  void segment(const SegmentCall& call) override;
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
  const CudaLibrary& library_;
  const int32_t index_;
  void* device_ = nullptr;
  const std::string device_name_;
  std::string description_;

  void read(const void* own, int64_t bytes, void* host);
  const void* copied(const void* own, int64_t bytes, std::vector<uint64_t>* copy);
  void check_law(const RegionLaw& law);
  void read_outputs(const SegmentCall& call, const flowline_maps& there);

  WorkerPool host_thread_{1};
  MapInspector inspector_;
  FramePreprocessor preprocessor_;
  std::vector<float> painted_;  // (batch, positions), of images with defects
  std::vector<uint64_t> copy_, other_copy_, third_copy_;
};

}  // namespace flowline
#endif
