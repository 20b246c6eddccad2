#ifndef FLOWLINE_KERNELS_FRAME_HPP
#define FLOWLINE_KERNELS_FRAME_HPP

#include <cstdint>

namespace flowline {

/// How many rows of a frame are resized across at once: lanes of vectors are rows.
constexpr int64_t FRAME_ROWS = 16;

/// Rows of the resized frame are padded to a multiple of so many samples.
constexpr int64_t PLANE_PADDING = 64;

/// How a row of a frame is taken apart into units of 16 bits. A unit is a sample of 16 bits, or of
/// 8-bit frames one channel of two neighbouring pixels, the left one first.
struct PixelGroup {
  int32_t pixels;  ///< of a group
  int32_t bytes;   ///< from one group to the next, at most 16
  int32_t units;   ///< of a group: 8, which are in order, or 6: by pixel or pair, then by channel
  uint8_t source[16];  ///< of 6 units by byte: which byte of the group it is
};

/// The weights of two neighbouring samples in units of 2^-22: the upper bits of both, then the lower
/// 11 bits of both; the second sample's in the upper half of a word.
struct PairWeight {
  uint32_t upper;
  uint32_t lower;
};

/// The weights of a resize along one dimension: see preprocess/resize_filter.hpp.
struct ResizeWeights {
  const int32_t* first;     ///< by output: the first input sample that has a weight
  const int32_t* count;     ///< by output: how many have one
  int64_t taps;             ///< room for the weights of one output
  int64_t pairs;            ///< room for the pairs of one output
  const float* weight;      ///< (outputs, taps)
  const PairWeight* fixed;  ///< (outputs, pairs), of the pairs of samples (2 i, 2 i + 1)

  int64_t first_pair(int64_t output) const { return first[output] / 2; }
  int64_t end_pair(int64_t output) const { return (first[output] + count[output] + 1) / 2; }
};

/// A part of FRAME_ROWS rows that is resized across.
struct AcrossPart {
  ResizeWeights weights;
  const uint16_t* units;  ///< (units, FRAME_ROWS)
  int64_t origin;         ///< the input sample, or pair of samples, of the first unit
  int32_t channels;       ///< 1 or 3
  int64_t begin, end;     ///< outputs
  int64_t plane;          ///< samples from one channel to the next in a resized row
};

/// From levels to the input of a network: (level / 255 - mean) / deviation for 8 bits. In float32.
struct Normalisation {
  float mean;
  float deviation;
};

}  // namespace flowline
#endif
