#ifndef FLOWLINE_ACONTRARIO_UPSAMPLE_HPP
#define FLOWLINE_ACONTRARIO_UPSAMPLE_HPP

#include <cstdint>
#include <vector>

namespace flowline {

/// Bilinear interpolation of maps, corners not aligned, no antialiasing, in PyTorch's float32
/// arithmetic. The weights of a pair of sizes are kept until other sizes come.
class Upsampler {
 public:
  void resize(int64_t height, int64_t width, int64_t out_height, int64_t out_width);

  /// map: (height, width). out: (out_height, out_width), written if `first`, else lowered to the
  /// minimum of itself and the interpolated map.
  void minimum(const float* map, bool first, float* out);

 private:
  struct Axis {
    int64_t size = 0, out_size = 0;
    std::vector<int32_t> low, high;
    std::vector<float> weight;  // of high
    void resize(int64_t size, int64_t out_size);
  };

  Axis rows_, columns_;
  std::vector<float> wide_;  // (height, out_width)
};

}  // namespace flowline
#endif
