#include "coupling/coupling.hpp"

#include "math/logarithm.hpp"

namespace flowline {

void Coupling::prepare(const flowline_coupling& coupling, int64_t channels) {
  const size_t count = static_cast<size_t>(channels);
  gain_.assign(count, 1.0f);
  offset_.assign(count, 0.0f);
  if (coupling.gain != nullptr) gain_.assign(coupling.gain, coupling.gain + count);
  if (coupling.offset != nullptr) offset_.assign(coupling.offset, coupling.offset + count);
  log_gain_ = 0.0;
  for (float gain : gain_) log_gain_ += natural_log(gain);
  destination_.resize(count);
  const int32_t* destination = nullptr;
  if (coupling.permutation != nullptr) {
    for (int64_t c = 0; c < channels; c++) {
      destination_[coupling.permutation[c]] = static_cast<int32_t>(c);
    }
    destination = destination_.data();
  }
  affine_ = {coupling.clamp, coupling.alpha, coupling.subnet_scale,
             gain_.data(),   offset_.data(), destination};
}

double Coupling::forward(const Kernels& kernels, const Image& input, const Image& subnet,
                         float* output) const {
  return kernels.coupling_forward(affine_, input, subnet, output) + affine_log_det(input);
}

double Coupling::undo_affine(const Kernels& kernels, const Image& input, float* output) const {
  kernels.coupling_undo_affine(affine_, input, output);
  return affine_log_det(input);
}

double Coupling::inverse(const Kernels& kernels, const Image& latent, const Image& subnet) const {
  return kernels.coupling_inverse(affine_, latent, subnet);
}

double Coupling::affine_log_det(const Image& image) const {
  return static_cast<double>(image.height * image.width) * log_gain_;
}

}  // namespace flowline
