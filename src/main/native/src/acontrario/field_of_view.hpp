#ifndef FLOWLINE_ACONTRARIO_FIELD_OF_VIEW_HPP
#define FLOWLINE_ACONTRARIO_FIELD_OF_VIEW_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "flowline/flowline.h"

namespace flowline {

/// The pixels out of view of each image, or of all alike: runs of pixels in row-major order.
struct RunsOutOfView {
  /// From `begin` to before `end`.
  struct Run {
    int32_t begin, end;
  };

  std::vector<Run> runs;
  std::vector<size_t> first;  ///< by image, of its runs; and at last how many there are
};

/// The part of an image that a call looks at: the pixels of its maps inside the region of interest
/// at which the mask is 0. A position of a scale is tested if the pixel at its centre is one of
/// them.
class FieldOfView {
 public:
  /// options: checked against maps of (height, width).
  FieldOfView(const flowline_segment_options& options, int64_t height, int64_t width);

  /// The same part of the images, whose masks were copied side by side and whose runs were found.
  /// Both must outlive this object.
  FieldOfView(const FieldOfView& of, const uint8_t* masks, const RunsOutOfView& out);

  /// Everything is looked at.
  bool whole() const { return whole_; }

  /// Every image has a mask of its own.
  bool by_image() const { return mask_stride_ != 0; }

  int64_t top() const { return top_; }
  int64_t bottom() const { return bottom_; }  ///< the first row below
  int64_t left() const { return left_; }
  int64_t right() const { return right_; }  ///< the first column beyond
  const uint8_t* mask() const { return mask_; }
  int64_t mask_stride() const { return mask_stride_; }

  /// How many positions of a scale (height, width) are tested.
  int64_t tested(int64_t image, int64_t height, int64_t width) const;

  /// Overwrites the energies (height, width) of positions that are not tested with -1, which no
  /// energy is.
  void leave_out(int64_t image, int64_t height, int64_t width, float* energy) const;

  /// Overwrites the pixels of a map that are not looked at with FLT_MAX.
  void blank(int64_t image, float* map) const;

 private:
  template <class Body>
  void each_untested(int64_t image, int64_t height, int64_t width, Body&& body) const;

  int64_t height_, width_;
  int64_t top_, bottom_, left_, right_;  // of the region of interest
  const uint8_t* mask_;
  int64_t mask_stride_;
  const RunsOutOfView* out_ = nullptr;  // what is blanked; nullptr: the masks have to be read
  bool whole_;
};

}  // namespace flowline
#endif
