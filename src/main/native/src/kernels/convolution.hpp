#ifndef FLOWLINE_KERNELS_CONVOLUTION_HPP
#define FLOWLINE_KERNELS_CONVOLUTION_HPP

#include <cstdint>

namespace flowline {

/// A product of matrices, C = A B + bias: as many columns as one panel of B has.
struct Product {
  const float* a;    ///< (rows, depth)
  int64_t a_stride;  ///< from one row of A to the next
  int64_t rows;
  int64_t depth;
  const float* panel;  ///< of B: (depth, vectors * lanes)
  int64_t vectors;     ///< 1 to Kernels::panel_vectors
  float* c;            ///< (rows, at least `last` + lanes)
  int64_t c_stride;    ///< from one row of C to the next
  int64_t last;        ///< the column of C at which the panel's last vector begins; the others
                       ///< begin at multiples of lanes, and rows are written in ascending order
  const float* bias;   ///< (vectors * lanes); nullptr: 0
  bool rectified;      ///< negative sums become 0
  bool added = false;  ///< the sums begin with what C holds, not with the bias
};

/// Tiles of Winograd's F(4 x 4, 3 x 3): 6 x 6 pixels of the input give 4 x 4 of the output.
constexpr int64_t TILE = 4;          ///< pixels of the output along a side
constexpr int64_t PATCH = TILE + 2;  ///< pixels of the input along a side
constexpr int64_t POINTS = PATCH * PATCH;

/// The polynomials are evaluated at 0, +-A, +-B and infinity. Of the pairs whose matrices are exact
/// in float32, this one has the smallest error; see docs/libflowline-design.md.
constexpr float WINOGRAD_A = 0.75f, WINOGRAD_B = 1.5f;

/// Weights from one input to a vector of outputs, transformed: G g G^T, in double until they are
/// rounded once, so that every instruction set gives the same bits.
struct TransformedWeights {
  const double (*rows)[3];  ///< G: (PATCH, 3)
  const double* taps;       ///< g: (9, lanes)
  float* points;            ///< receives POINTS times (lanes)
  int64_t point_stride;
};

/// The gradient with respect to such weights, G^T u G, of that with respect to the transformed ones, u;
/// in double until it is rounded once.
struct WeightGradient {
  const double (*rows)[3];  ///< G: (PATCH, 3)
  const float* points;      ///< u: POINTS times (lanes)
  int64_t point_stride;
  float* taps;  ///< receives (9, lanes)
};

/// The input of one tile, transformed: B^T d B.
struct TileInput {
  const float* patch;  ///< (PATCH, PATCH, channels), channels side by side
  int64_t row_stride, column_stride;
  int64_t channels;  ///< at least a vector's
  float* points;     ///< POINTS times (channels)
  int64_t point_stride;
};

/// The output of one tile, of a panel's channels: A^T m A + bias + summand.
struct TileOutput {
  const float* points;  ///< POINTS times (vectors * lanes)
  int64_t point_stride;
  int64_t vectors;
  const float* bias;  ///< (vectors * lanes)
  bool rectified;
  float* pixels;  ///< (rows, columns, channels), channels side by side
  int64_t row_stride, column_stride;
  int64_t rows, columns;  ///< 1 to TILE of them are written
  int64_t last;           ///< the channel at which the last vector begins
  int64_t last_channels;  ///< how many channels of the last vector there are
  const float* summand;   ///< (rows, columns, channels), channels side by side; nullptr: 0
  int64_t summand_row_stride, summand_column_stride;
};

/// The gradient with respect to the output of one tile, transformed: A m A^T, of a panel's channels.
struct TileGradient {
  const float* pixels;  ///< (rows, columns, vectors * lanes), channels side by side
  int64_t row_stride, column_stride;
  int64_t rows, columns;  ///< 1 to TILE of them there are; the others are 0
  int64_t vectors;
  float* points;  ///< POINTS times (vectors * lanes)
  int64_t point_stride;
};

}  // namespace flowline
#endif
