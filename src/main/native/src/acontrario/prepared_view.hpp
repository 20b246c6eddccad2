#ifndef FLOWLINE_ACONTRARIO_PREPARED_VIEW_HPP
#define FLOWLINE_ACONTRARIO_PREPARED_VIEW_HPP

#include <cstdint>
#include <vector>

#include "acontrario/field_of_view.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// A field of view that owns its masks, and the runs of pixels that are out of view. It does not
/// change.
class PreparedView {
 public:
  /// options: checked against maps of (height, width) and this batch.
  PreparedView(const flowline_segment_options& options, int64_t height, int64_t width,
               int64_t batch);
  PreparedView(const PreparedView&) = delete;
  PreparedView& operator=(const PreparedView&) = delete;

  /// The field of view of calls; it must not outlive this object.
  const FieldOfView& view() const { return view_; }

  int64_t height() const { return height_; }
  int64_t width() const { return width_; }
  int64_t batch() const { return batch_; }  ///< that calls must have; 0: any

  /// Returns the masks, a bit for each pixel: words_of_mask for each mask. Empty without masks.
  std::vector<uint32_t> packed_masks() const;

 private:
  int64_t height_, width_, batch_;
  std::vector<uint8_t> masks_;  // (1 or batch, height, width)
  RunsOutOfView out_;
  FieldOfView view_;
};

}  // namespace flowline
#endif
