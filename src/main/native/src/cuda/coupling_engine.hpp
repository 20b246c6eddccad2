#ifndef FLOWLINE_CUDA_COUPLING_ENGINE_HPP
#define FLOWLINE_CUDA_COUPLING_ENGINE_HPP

#include <cstdint>

#include "cuda/coupling_kernel.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// Computes the steps of a coupling block as kernels one after the other.
template <class Machine>
class CouplingEngine {
 public:
  explicit CouplingEngine(Machine* machine) : machine_(*machine) {
    machine_.template load<CouplingKernel>();
    machine_.template load<LogDetKernel>();
  }

  void forward(const flowline_coupling& coupling, const flowline_tensor& input,
               const flowline_tensor& subnet, float* output, double* log_det);
  void undo_affine(const flowline_coupling& coupling, const flowline_tensor& input, float* output,
                   double* log_det);
  void inverse(const flowline_coupling& coupling, const flowline_tensor& latent,
               const flowline_tensor& subnet, double* log_det);

 private:
  void launch(const flowline_coupling& coupling, CouplingKernel* kernel,
              const flowline_tensor& tensor, const flowline_tensor* subnet, float* output,
              double* log_det);

  Machine& machine_;
};

template <class Machine>
void CouplingEngine<Machine>::forward(const flowline_coupling& coupling,
                                      const flowline_tensor& input, const flowline_tensor& subnet,
                                      float* output, double* log_det) {
  CouplingKernel kernel = {};
  kernel.step = CouplingKernel::FORWARD;
  launch(coupling, &kernel, input, &subnet, output, log_det);
}

template <class Machine>
void CouplingEngine<Machine>::undo_affine(const flowline_coupling& coupling,
                                          const flowline_tensor& input, float* output,
                                          double* log_det) {
  CouplingKernel kernel = {};
  kernel.step = CouplingKernel::UNDO_AFFINE;
  launch(coupling, &kernel, input, nullptr, output, log_det);
}

template <class Machine>
void CouplingEngine<Machine>::inverse(const flowline_coupling& coupling,
                                      const flowline_tensor& latent, const flowline_tensor& subnet,
                                      double* log_det) {
  CouplingKernel kernel = {};
  kernel.step = CouplingKernel::INVERSE;
  float* data = static_cast<float*>(const_cast<void*>(latent.data));
  launch(coupling, &kernel, latent, &subnet, data, log_det);
}

template <class Machine>
void CouplingEngine<Machine>::launch(const flowline_coupling& coupling, CouplingKernel* kernel,
                                     const flowline_tensor& tensor, const flowline_tensor* subnet,
                                     float* output, double* log_det) {
  const auto elements = [](const flowline_tensor& of, const void* data) {
    return Elements{static_cast<float*>(const_cast<void*>(data)), of.batch_stride,
                    of.channel_stride, of.row_stride, of.column_stride};
  };
  const auto joins = [](const flowline_tensor& of) {
    return of.height == 1 || of.row_stride == of.width * of.column_stride;
  };
  const bool inverse = kernel->step == CouplingKernel::INVERSE;
  const bool affine = kernel->step == CouplingKernel::UNDO_AFFINE;
  const int64_t half = tensor.channels / 2;
  kernel->clamp = coupling.clamp;
  kernel->alpha = coupling.alpha;
  kernel->scale = coupling.subnet_scale;
  kernel->gain = coupling.gain;
  kernel->offset = coupling.offset;
  kernel->permutation = coupling.permutation;
  kernel->from = elements(tensor, tensor.data);
  kernel->to = elements(tensor, output);
  if (subnet != nullptr) kernel->subnet = elements(*subnet, subnet->data);
  kernel->channels = static_cast<int32_t>(tensor.channels);
  kernel->height = static_cast<int32_t>(tensor.height);
  kernel->width = static_cast<int32_t>(tensor.width);
  kernel->rows_join = joins(tensor) && (subnet == nullptr || joins(*subnet));
  kernel->pieces = ChannelPieces::of(tensor);
  kernel->blocks_of_image = kernel->pieces.count_of(kernel->worked_channels());
  const int64_t sums = affine ? 0 : tensor.batch * half * static_cast<int64_t>(sizeof(double));
  if (!affine) kernel->log_scale = static_cast<double*>(machine_.workspace(sums));
  machine_.launch(*kernel, tensor.batch * kernel->blocks_of_image, CouplingKernel::SHARED);
  if (log_det == nullptr) return;
  LogDetKernel joined = {};
  joined.log_det = log_det;
  joined.sign = kernel->step == CouplingKernel::FORWARD ? 1.0 : -1.0;
  joined.log_scale = kernel->log_scale;
  joined.count = half;
  joined.gain = inverse ? nullptr : coupling.gain;
  joined.channels = tensor.channels;
  joined.positions = static_cast<double>(tensor.height * tensor.width);
  machine_.launch(joined, tensor.batch, LogDetKernel::SHARED);
}

}  // namespace flowline
#endif
