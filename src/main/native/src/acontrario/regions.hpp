#ifndef FLOWLINE_ACONTRARIO_REGIONS_HPP
#define FLOWLINE_ACONTRARIO_REGIONS_HPP

#include <cstdint>
#include <vector>

#include "flowline/flowline.h"
#include "kernels/kernels.hpp"

namespace flowline {

/// Connected components of the pixels below a threshold, measured in one scan: what is not below it
/// is passed over by vectors, and what is below it is joined and measured by runs of a row. The
/// rows of a map may come one by one, so that the map need not be kept: start, then add_row or
/// skip_row for each row, then finish.
class Regions {
 public:
  explicit Regions(const Kernels& kernels) : kernels_(kernels) {}

  /// Room for maps of this size: to find their regions then allocates nothing.
  void reserve(int64_t height, int64_t width);

  /// Fills `found`, most meaningful first. Returns false if a value is NaN: `found` is then
  /// unspecified.
  [[nodiscard]] bool find(const float* log10_nfa, int32_t height, int32_t width,
                          double log10_epsilon, int connectivity);

  /// Begins a map of this size, for which there is room.
  void start(int32_t height, int32_t width, double log10_epsilon, int connectivity);

  /// Takes the next row. Returns false if a value is NaN.
  [[nodiscard]] bool add_row(const float* row);

  /// Takes the next row, of which no pixel is below the threshold.
  void skip_row();

  /// The label of a pixel of the last row, which is below the threshold.
  int32_t label_at(int32_t x) const;

  /// The smallest pixel so far; infinite if none is below the threshold.
  float smallest() const;

  /// Makes a pixel the lowest of its region: its value is below all others of the map.
  void lower(int32_t label, float value, int32_t y, int32_t x);

  /// Fills `found`, most meaningful first.
  void finish();

  std::vector<flowline_region> found;

 private:
  /// Neighbouring pixels of a row, from `begin` to before `end`.
  struct Run {
    int32_t begin, end, label;
  };

  void find_runs(int32_t width);
  void label_runs(int connectivity);
  void measure(const Run& run, int32_t y, const float* row);
  int32_t root(int32_t label);
  void join(int32_t* label, int32_t other);
  void join_labels();
  void put_in_order();

  const Kernels& kernels_;
  float bound_ = 0.0f;
  int32_t width_ = 0;
  int32_t y_ = 0;  // of the next row
  int connectivity_ = 4;
  std::vector<uint64_t> below_;    // by 64 pixels of a row, one bit each
  std::vector<Run> runs_, above_;  // of this row and of the row above
  std::vector<int32_t> set_;       // union-find of labels; a root is its set's smallest
};

}  // namespace flowline
#endif
