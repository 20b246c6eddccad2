#include "backend/cpu_backend.hpp"

#include "checks/status.hpp"
#include "kernels/image.hpp"

namespace flowline {

CpuBackend::CpuBackend(const Kernels& kernels, int32_t threads, flowline_parallel parallel)
    : kernels_(kernels),
      pool_(threads, parallel),
      description_("CPU, " + std::to_string(threads) + (threads == 1 ? " thread, " : " threads, ") +
                   kernels.name),
      segmenter_(kernels, &pool_),
      inspector_(kernels, &pool_),
      preprocessor_(kernels, &pool_) {}

void CpuBackend::set_stream(void* stream) {
  if (stream != nullptr) invalid("stream must be NULL for a context on the CPU");
}

void CpuBackend::energy(const flowline_tensor& latent, float* energy) {
  const int64_t pixels = latent.height * latent.width;
  auto image = [&](int64_t item, int) {
    kernels_.energy(image_of(latent, item), energy + item * pixels);
  };
  pool_.run(latent.batch, image);
}

void CpuBackend::inspect(const SegmentCall& call, const flowline_inspection& asked) {
  SegmentCall tests = call;
  tests.maps.log10_nfa = nullptr;  // the inspector makes it
  segmenter_.segment(tests);
  inspector_.inspect(call, segmenter_.painted(), false, asked);
}

/// Computes log_det_of(image) for every image of the batch, and adds `sign` times these if they are
/// wanted.
template <class Body>
void CpuBackend::add_log_dets(int64_t batch, double sign, double* log_det, Body&& log_det_of) {
  auto image = [&](int64_t item, int) {
    const double of_image = log_det_of(item);
    if (log_det != nullptr) log_det[item] += sign * of_image;
  };
  pool_.run(batch, image);
}

void CpuBackend::coupling_forward(const flowline_coupling& coupling, const flowline_tensor& input,
                                  const flowline_tensor& subnet, float* output, double* log_det) {
  coupling_.prepare(coupling, input.channels);
  add_log_dets(input.batch, 1.0, log_det, [&](int64_t image) {
    return coupling_.forward(kernels_, image_of(input, image), image_of(subnet, image),
                             output + image * input.batch_stride);
  });
}

void CpuBackend::coupling_undo_affine(const flowline_coupling& coupling,
                                      const flowline_tensor& input, float* output,
                                      double* log_det) {
  coupling_.prepare(coupling, input.channels);
  add_log_dets(input.batch, -1.0, log_det, [&](int64_t image) {
    return coupling_.undo_affine(kernels_, image_of(input, image),
                                 output + image * input.batch_stride);
  });
}

void CpuBackend::coupling_inverse(const flowline_coupling& coupling, const flowline_tensor& latent,
                                  const flowline_tensor& subnet, double* log_det) {
  coupling_.prepare(coupling, latent.channels);
  add_log_dets(latent.batch, -1.0, log_det, [&](int64_t image) {
    return coupling_.inverse(kernels_, image_of(latent, image), image_of(subnet, image));
  });
}

}  // namespace flowline
