#ifndef FLOWLINE_ACONTRARIO_REGIONS_HPP
#define FLOWLINE_ACONTRARIO_REGIONS_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "flowline/flowline.h"

namespace flowline {

/// Connected components of the pixels below a threshold, measured in one scan.
class Regions {
 public:
  /// Room for maps of so many pixels: to find their regions then allocates nothing.
  void reserve(size_t pixels);

  /// Fills `found`, most meaningful first.
  void find(const float* log10_nfa, int32_t height, int32_t width, double log10_epsilon,
            int connectivity);

  std::vector<flowline_region> found;

 private:
  int32_t root(int32_t label);
  void join(int32_t* label, int32_t other);
  void label_pixels(const float* log10_nfa, int32_t height, int32_t width, double log10_epsilon,
                    int connectivity);

  std::vector<int32_t> label_;  // (height, width), -1 outside
  std::vector<int32_t> set_;    // union-find of labels; a root is its set's smallest
  std::vector<int32_t> index_;  // by label: place in `found`
};

}  // namespace flowline
#endif
