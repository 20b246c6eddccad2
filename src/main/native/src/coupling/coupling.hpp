#ifndef FLOWLINE_COUPLING_COUPLING_HPP
#define FLOWLINE_COUPLING_COUPLING_HPP

#include <cstdint>
#include <vector>

#include "flowline/flowline.h"
#include "kernels/image.hpp"
#include "kernels/kernels.hpp"

namespace flowline {

/// The elementwise half of a coupling block, image by image. Float32, every operation rounded, in
/// this order (x2, a, t: one element; p: its channel):
///
///     a = scale * subnet_a        t = scale * subnet_t
///     s = alpha * tanh(a)   or   alpha * tanh(a / alpha)   or   (alpha * 0.636) * atan(a / alpha)
///     forward  y2 = x2 * e^s + t,   output = gain * y + offset   (1 and 0 where there is none)
///     back     y = (output - offset) / gain,   x2 = (y2 - t) * e^-s
///
/// The functions are those of src/math. The sum of s is taken in double: of each channel the pixels
/// in row-major order in eight sums, pixel i in sum i mod 8; these as ((0+1)+(2+3))+((4+5)+(6+7));
/// then the channels, ascending. So it depends on neither strides nor instruction set nor threads.
///
/// An object is prepared once for a call; then any number of threads may use it, each on images of
/// its own.
class Coupling {
 public:
  Coupling() = default;
  Coupling(const Coupling&) = delete;
  Coupling& operator=(const Coupling&) = delete;

  /// coupling: checked (its permutation is one, alpha and gains are positive). channels: C >= 2.
  /// Copies what it needs; allocates nothing at a number of channels that it has seen.
  void prepare(const flowline_coupling& coupling, int64_t channels);

  /// input: (C, H, W), float32. subnet: (2 floor(C / 2), H, W), float32. output: as input, with its
  /// strides, which give no two elements one address. Returns the image's log-det.
  double forward(const Kernels& kernels, const Image& input, const Image& subnet,
                 float* output) const;

  /// input: (C, H, W), float32. output: as input, with its strides. Returns the log-det of this
  /// part of the forward direction, which the caller subtracts.
  double undo_affine(const Kernels& kernels, const Image& input, float* output) const;

  /// latent: y; its last floor(C / 2) channels are overwritten with x2. Returns the log-det of this
  /// part of the forward direction, which the caller subtracts.
  double inverse(const Kernels& kernels, const Image& latent, const Image& subnet) const;

 private:
  double affine_log_det(const Image& image) const;

  AffineCoupling affine_ = {};
  std::vector<float> gain_, offset_;  // by channel of y
  std::vector<int32_t> destination_;  // by channel of y: its channel of the output
  double log_gain_ = 0.0;             // sum over the channels of ln gain
};

}  // namespace flowline
#endif
