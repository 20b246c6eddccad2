#ifndef FLOWLINE_CUDA_COUPLING_KERNEL_HPP
#define FLOWLINE_CUDA_COUPLING_KERNEL_HPP

#include <cstdint>

#include "cuda/channel_pieces.hpp"
#include "cuda/device_code.hpp"
#include "cuda/eight_sums.hpp"
#include "flowline/flowline.h"
#include "math/logarithm.hpp"
#include "math/soft_clamps.hpp"

namespace flowline {

/// The addresses of the elements of a batch of float32.
struct Elements {
  float* data;
  int64_t batch, channel, row, column;  ///< strides

  FLOWLINE_DEVICE float* at(int64_t image, int64_t c, int64_t y, int64_t x) const {
    return data + image * batch + c * channel + y * row + x * column;
  }
};

/// The elementwise half of a coupling block (coupling/coupling.hpp), to the bit: every element
/// once, and of each channel the sum of s in eight sums, pixel i in sum i mod 8.
struct CouplingKernel {
  enum Step : int32_t { FORWARD, UNDO_AFFINE, INVERSE };
  static constexpr int32_t THREADS = 256;
  static constexpr int32_t BLOCKS_AT_LEAST = 4;
  static constexpr int32_t PIECE = 4096;  // elements of a block at a time

  int32_t step;
  int32_t clamp;  ///< FLOWLINE_CLAMP_...
  float alpha, scale;
  const float* gain;           ///< by channel of y; nullptr: 1
  const float* offset;         ///< by channel of y; nullptr: 0
  const int32_t* permutation;  ///< by channel of the output; nullptr: the identity
  Elements from;               ///< input, or the latent
  Elements subnet;
  Elements to;        ///< output, or the latent
  double* log_scale;  ///< (batch, C2), receives each channel's sum of s
  int32_t channels;
  int32_t height, width;
  int32_t rows_join;  ///< all rows follow one another: a pixel needs no row and column
  ChannelPieces pieces;
  int32_t blocks_of_image;

  /// A block's shared memory: s of a piece, and the channels' sums.
  static constexpr int64_t SHARED =
      PIECE * sizeof(float) + ChannelPieces::MOST * EightSums::SUMS * sizeof(double);

  FLOWLINE_BOTH int32_t worked_channels() const {
    return step == INVERSE ? channels / 2 : channels;
  }

  template <class Team>
  FLOWLINE_DEVICE void operator()(const Team& team, int64_t block, char* shared) const {
    const EightSums sums = {reinterpret_cast<double*>(shared), pieces.channels};
    float* const piece =
        reinterpret_cast<float*>(shared + ChannelPieces::MOST * EightSums::SUMS * sizeof(double));
    const int64_t image = block / blocks_of_image;
    const int32_t first = static_cast<int32_t>(block % blocks_of_image) * pieces.channels;
    const int32_t pixels = height * width;
    const int32_t piece_pixels = PIECE / pieces.channels;
    sums.clear(team);
    for (int32_t begin = 0; begin < pixels; begin += piece_pixels) {
      const int32_t here = pixels - begin < piece_pixels ? pixels - begin : piece_pixels;
      team.each(PIECE, [&](int32_t i) {
        const int32_t c = pieces.is_inner ? i & (pieces.channels - 1) : i / piece_pixels;
        const int32_t pixel = pieces.is_inner ? i / pieces.channels : i & (piece_pixels - 1);
        if (pixel >= here || first + c >= worked_channels()) return;
        piece[c * piece_pixels + pixel] = transform(image, first + c, begin + pixel);
      });
      if (step != UNDO_AFFINE) sums.add(team, piece, piece_pixels, here);
    }
    if (step == UNDO_AFFINE) return;
    team.each(pieces.channels, [&](int32_t i) {
      const int32_t c = first + i;
      if (c >= worked_channels()) return;
      const int32_t half =
          transformed_of(step == INVERSE ? c + channels - channels / 2 : source_of(c));
      if (half < 0) return;
      log_scale[image * (channels / 2) + half] = sums.joined(i);
    });
  }

 private:
  /// The channel of y that goes to channel c of the output; -1 where the permutation is none.
  FLOWLINE_DEVICE int32_t source_of(int32_t c) const {
    const int32_t p = permutation == nullptr ? c : permutation[c];
    return p >= 0 && p < channels ? p : -1;
  }

  /// Which of the transformed channels a channel of y is; negative for those that pass through.
  FLOWLINE_DEVICE int32_t transformed_of(int32_t p) const { return p - (channels - channels / 2); }

  FLOWLINE_DEVICE float log_scale_at(int64_t image, int32_t half, int32_t y, int32_t x) const {
    const float a = scale * *subnet.at(image, half, y, x);
    if (clamp == FLOWLINE_CLAMP_TANH) return alpha * hyperbolic_tangent(a);
    if (clamp == FLOWLINE_CLAMP_TANH_SCALED) return alpha * hyperbolic_tangent(a / alpha);
    return alpha * 0.636f * arctangent(a / alpha);
  }

  /// One element's work; c counts the channels of the output, or those that the inverse restores.
  /// Returns its s, 0 where there is none.
  FLOWLINE_DEVICE float transform(int64_t image, int32_t c, int32_t pixel) const {
    const int32_t y = rows_join ? 0 : pixel / width;
    const int32_t x = rows_join ? pixel : pixel - y * width;
    const int32_t half_channels = channels / 2;
    if (step == INVERSE) {
      float* const at = to.at(image, channels - half_channels + c, y, x);
      const float s = log_scale_at(image, c, y, x);
      *at = (*at - scale * *subnet.at(image, half_channels + c, y, x)) * exponential(-s);
      return s;
    }
    const int32_t p = source_of(c);
    if (p < 0) return 0.0f;
    const float gain_of = gain == nullptr ? 1.0f : gain[p];
    const float offset_of = offset == nullptr ? 0.0f : offset[p];
    if (step == UNDO_AFFINE) {
      *to.at(image, p, y, x) = (*from.at(image, c, y, x) - offset_of) / gain_of;
      return 0.0f;
    }
    float value = *from.at(image, p, y, x);
    float s = 0.0f;
    const int32_t half = transformed_of(p);
    if (half >= 0) {
      s = log_scale_at(image, half, y, x);
      value = value * exponential(s) + scale * *subnet.at(image, half_channels + half, y, x);
    }
    *to.at(image, c, y, x) = gain_of * value + offset_of;
    return s;
  }
};

/// Adds what a coupling's step contributes to the log-det, image by image: the channels' sums of s
/// in ascending order, and height * width times the gains' logarithms, likewise.
struct LogDetKernel {
  static constexpr int32_t THREADS = 256;
  static constexpr int32_t BLOCKS_AT_LEAST = 4;
  static constexpr int32_t PIECE = 1024;

  double* log_det;          ///< (batch)
  double sign;              ///< -1 for the way back
  const double* log_scale;  ///< (batch, count); nullptr where the step has none
  int64_t count;
  const float* gain;  ///< (channels); nullptr where all are 1, or the step has none
  int64_t channels;
  double positions;  ///< height * width

  static constexpr int64_t SHARED = (PIECE + 2) * sizeof(double);

  template <class Team>
  FLOWLINE_DEVICE void operator()(const Team& team, int64_t image, char* shared) const {
    double* const piece = reinterpret_cast<double*>(shared);
    double* const total = piece + PIECE;
    team.each(2, [&](int32_t i) { total[i] = 0.0; });
    if (log_scale != nullptr) {
      sum(
          team, count, [&](int64_t i) { return log_scale[image * count + i]; }, piece, total);
    }
    if (gain != nullptr) {
      sum(
          team, channels, [&](int64_t i) { return natural_log(static_cast<double>(gain[i])); },
          piece, total + 1);
    }
    team.each(1, [&](int32_t) { log_det[image] += sign * contribution(total[0], total[1]); });
  }

 private:
  FLOWLINE_DEVICE double contribution(double of_scales, double of_gains) const {
    return log_scale == nullptr ? positions * of_gains : of_scales + positions * of_gains;
  }

  template <class Team, class At>
  FLOWLINE_DEVICE void sum(const Team& team, int64_t count, At&& at, double* piece,
                           double* total) const {
    for (int64_t begin = 0; begin < count; begin += PIECE) {
      const int32_t here = static_cast<int32_t>(count - begin < PIECE ? count - begin : PIECE);
      team.each(here, [&](int32_t i) { piece[i] = at(begin + i); });
      team.each(1, [&](int32_t) {
        for (int32_t i = 0; i < here; i++) *total += piece[i];
      });
    }
  }
};

}  // namespace flowline
#endif
