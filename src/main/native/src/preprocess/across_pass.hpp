#ifndef FLOWLINE_PREPROCESS_ACROSS_PASS_HPP
#define FLOWLINE_PREPROCESS_ACROSS_PASS_HPP

#include <cstdint>

#include "kernels/kernels.hpp"
#include "preprocess/frame.hpp"
#include "preprocess/resize_filter.hpp"
#include "tree/buffer.hpp"

namespace flowline {

/// Parts of a row of outputs, each of which needs so little of the frame's rows that it stays in the
/// first cache.
class AcrossParts {
 public:
  void prepare(const ResizeFilter& filter, int32_t channels);

  int64_t count() const { return count_; }
  int64_t begin(int64_t part) const { return part == 0 ? 0 : end_[part - 1]; }
  int64_t end(int64_t part) const { return end_[part]; }

  /// Room for the units of a channel, in input samples.
  int64_t most_samples() const { return most_samples_; }

 private:
  int64_t count_ = 0, most_samples_ = 0;
  Buffer<int64_t> end_;
};

/// The resize of FRAME_ROWS rows of a frame across; for one thread at a time.
class AcrossPass {
 public:
  explicit AcrossPass(const Kernels& kernels) : kernels_(&kernels) {}

  void reserve(const Frame& frame, const AcrossParts& parts);

  /// Resizes rows from `row` on; those beyond the frame are its last row. plane: of a resized row.
  void run8(const Frame& frame, const ResizeFilter& filter, const AcrossParts& parts, int64_t row,
            int64_t plane, uint8_t* const* pairs_of_rows);
  void run16(const Frame& frame, const ResizeFilter& filter, const AcrossParts& parts, int64_t row,
             int64_t plane, float* const* rows);

 private:
  void take(const Frame& frame, int64_t row);
  void interpolate(const Frame& frame, int64_t row);
  const uint8_t* padded(const Frame& frame, int64_t row, int64_t at);
  void gather(const PixelGroup& group, int64_t first_pixel, int64_t pixels);

  const Kernels* kernels_;
  const uint8_t* rows_[FRAME_ROWS] = {};  // of pixels, as they lie or interpolated
  int64_t pixel_bytes_ = 0, row_length_ = 0;
  Buffer<uint16_t> units_;
  Buffer<uint8_t> sensor_;     // FRAME_ROWS + 2 rows of a Bayer pattern, with a margin
  Buffer<uint32_t> coloured_;  // (FRAME_ROWS, width)
};

}  // namespace flowline
#endif
