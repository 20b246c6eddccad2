#ifndef FLOWLINE_ACONTRARIO_DECIDED_MAP_HPP
#define FLOWLINE_ACONTRARIO_DECIDED_MAP_HPP

#include <cstdint>
#include <vector>

#include "acontrario/deciding_region.hpp"
#include "acontrario/regions.hpp"
#include "acontrario/upsample.hpp"
#include "call/segment_call.hpp"
#include "kernels/kernels.hpp"

namespace flowline {

/// The map of log10 NFA of one image of a call, made row by row of the grids that were tested, and
/// its regions, cut from the rows while they are made. One thread at a time.
///
/// Interpolation between a small region and its surroundings may lift it above the number that
/// decided, or level it out. In the map of a defect the lowest pixel of the deciding region has
/// that number; if no pixel of it is below the threshold, its pixels receive the values of the
/// positions that cover them.
class DecidedMap {
 public:
  explicit DecidedMap(const Kernels& kernels) : kernels_(kernels), regions_(kernels) {}

  /// Room for the maps of a call: interpolated then allocates nothing.
  void reserve_maps(const SegmentCall& call);

  /// Room for the regions of a call: decided then allocates nothing.
  void reserve_regions(const SegmentCall& call);

  /// Makes the map without regions. painted: the tested grids of the image, one after the other,
  /// of which one takes part at least. smallest: of all of them. map: (height, width).
  void interpolated(const SegmentCall& call, int64_t image, const float* painted, float smallest,
                    float* map);

  /// Makes the map of a defect, and its regions. below: log10 epsilon. map: nullptr if it is not
  /// wanted, which spares the rows without regions. Returns false if a value is NaN or no grid
  /// has the smallest.
  [[nodiscard]] bool decided(const SegmentCall& call, int64_t image, const float* painted,
                             float smallest, double below, float* map);

  /// What decided has found, the most meaningful first.
  const std::vector<flowline_region>& regions() const { return regions_.found; }

 private:
  struct Pixel {
    float value;
    int32_t y, x, label;
  };

  void start(const SegmentCall& call, int64_t image, const float* painted, float smallest);
  void find_low_rows(double below);
  bool may_be_below(int64_t y) const;
  void make_row(int64_t y, float* row) const;
  float* row_of(float* map, int64_t y);
  bool scan(double below, float* map, Pixel* lowest);
  bool scan_levelled(double below, float* map);

  const Kernels& kernels_;
  Regions regions_;
  DecidingRegion deciding_;
  std::vector<Upsampler> upsamplers_;  // by tested map, to the map's size
  std::vector<uint8_t> low_rows_;      // by grid, then row: may a pixel between be below?
  std::vector<float> row_;             // of a map that is not wanted

  // The image at hand.
  const SegmentCall* call_ = nullptr;
  int64_t image_ = 0;
  float smallest_ = 0.0f;
  TestedGrid grids_[MOST_SCALES];  // that take part
  const Upsampler* upsampler_of_[MOST_SCALES];
  int32_t count_ = 0;  // of the grids
};

}  // namespace flowline
#endif
