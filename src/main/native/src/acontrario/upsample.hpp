#ifndef FLOWLINE_ACONTRARIO_UPSAMPLE_HPP
#define FLOWLINE_ACONTRARIO_UPSAMPLE_HPP

#include <cstdint>
#include <vector>

#include "kernels/kernels.hpp"

namespace flowline {

/// Bilinear interpolation of maps, corners not aligned, no antialiasing, in PyTorch's float32
/// arithmetic: along the rows first (widen), then between two widened rows (row). The weights of a
/// pair of sizes are kept until other sizes come.
class Upsampler {
 public:
  void resize(int64_t height, int64_t width, int64_t out_height, int64_t out_width);

  int64_t height() const { return rows_.size; }
  int64_t width() const { return columns_.size; }
  int64_t out_height() const { return rows_.out_size; }
  int64_t out_width() const { return columns_.out_size; }

  /// map: (height, width), read now and not kept.
  void widen(const Kernels& kernels, const float* map);

  /// Row y of the output, still to be blended; valid until the next widen or resize.
  RowBlend row(int64_t y) const;

  /// The first of the two rows of the map, one after the other, that row y blends.
  int64_t first_row(int64_t y) const { return rows_.low[static_cast<size_t>(y)]; }

 private:
  struct Axis {
    int64_t size = 0, out_size = 0;
    std::vector<int32_t> low;   // of the two that are blended; the other is the next or, of the
                                // last, itself
    std::vector<float> weight;  // of the other
    void resize(int64_t size, int64_t out_size);
  };

  Axis rows_, columns_;
  std::vector<float> padded_;           // one row of the map
  std::vector<float> wide_;             // (height, out_width)
  std::vector<const float*> wide_row_;  // by row; equal rows in succession share one
};

/// The smallest of the scales' widened maps at every pixel, lifted to `lowest`: interpolation is
/// convex, but rounding may leave a pixel below everything that went into it.
///
/// upsamplers: by scale, of one output size, widened. out: (out_height, out_width).
void interpolated_minimum(const Kernels& kernels, const Upsampler* upsamplers, int32_t scales,
                          float lowest, float* out);

}  // namespace flowline
#endif
