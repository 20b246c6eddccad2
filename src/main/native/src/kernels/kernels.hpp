#ifndef FLOWLINE_KERNELS_KERNELS_HPP
#define FLOWLINE_KERNELS_KERNELS_HPP

#include <cstdint>

#include "checks/limits.hpp"
#include "kernels/convolution.hpp"
#include "kernels/frame.hpp"
#include "kernels/image.hpp"
#include "kernels/transformer.hpp"

namespace flowline {

/// How far beyond a row `widen` may read: a vector, and the element after it.
constexpr int64_t ROW_PADDING = 17;

/// A row of an interpolated map: (1 - weight) * above + weight * below.
struct RowBlend {
  const float* above;
  const float* below;
  float weight;
};

/// The elementwise half of a coupling block, prepared: see coupling/coupling.hpp.
struct AffineCoupling {
  int32_t clamp;               ///< FLOWLINE_CLAMP_...
  float alpha;                 ///< of the clamp
  float scale;                 ///< of the subnet's output
  const float* gain;           ///< by channel
  const float* offset;         ///< by channel
  const int32_t* destination;  ///< by channel: where the permutation puts it; nullptr: where it is
};

/// Pixels that couple_pixels has in hand at a time.
constexpr int64_t PIXELS_COUPLED = 8;

/// Pixels of a flow step, channels side by side, whose subnet is computed; see flow/flow_step.hpp.
struct CoupledPixels {
  const AffineCoupling* coupling;  ///< its destination is not looked at
  const int32_t* source;           ///< by channel of the output: the channel before
  int64_t channels, count;
  const float* x;
  int64_t x_stride;  ///< from one pixel to the next
  const float* subnet;
  int64_t subnet_stride;
  float* out;  ///< x, or does not overlap it
  int64_t out_stride;
  float* scratch;  ///< (PIXELS_COUPLED, channels)
};

/// Pixels of a flow step whose gradients go back through the coupling; see flow/step_gradients.hpp.
struct CoupledGradients {
  const AffineCoupling* coupling;  ///< its destination is not looked at
  const int32_t* source;           ///< by channel of the output: the channel before
  int64_t channels, count;
  const float* x;
  int64_t x_stride;  ///< from one pixel to the next
  const float* subnet;
  int64_t subnet_stride;
  const float* of_output;  ///< gradient with respect to the output; out, or does not overlap it
  int64_t of_output_stride;
  float of_log_det;  ///< gradient with respect to the log-determinant
  float* of_x;  ///< receives the gradient with respect to x, but for what the subnet passes back
  int64_t of_x_stride;
  float* of_subnet;  ///< receives the gradient with respect to the subnet's output
  int64_t of_subnet_stride;
  float*
      sums;  ///< (2, channels), then (2 floor(channels / 2)): the gradients with respect to gain,
             ///< offset and the subnet's last bias are added, pixel after pixel
  float* scratch;  ///< (2, channels)
};

/// Pixels whose gradients go back through a ReLU.
struct RectifiedGradients {
  const float* output;  ///< of the ReLU
  float* gradient;      ///< with respect to the output; becomes 0 where that is not positive
  int64_t channels, count;
  int64_t stride;  ///< from one pixel to the next, of both
  float* sums;     ///< (channels): the gradients are added, pixel after pixel
};

/// A region to paint: the energy that its pixels reach, and the value that they get.
struct Region {
  float floor;
  float value;
};

/// The inner loops that are compiled once for each instruction set. Every set gives the same bits:
/// the sources are the same, without contraction, and their order of summation is fixed. The three
/// of convolutions are apart: they round a * b + c once if the set can, which SSE2 cannot.
struct Kernels {
  const char* name;  ///< "AVX-512", for people

  /// Sum over the channels of z squared. energy: (height, width). Returns the first pixel whose
  /// energy is NaN or infinite, -1 if there is none.
  ///
  /// In float32: runs of 64 channels in ascending order, then the runs' sums in ascending order.
  int64_t (*energy)(const Image& latent, float* energy);

  /// The mean of each channel over its pixels, in double. Pixel i goes into sum i mod 8; the eight
  /// sums are added pairwise and divided by the number of pixels. mean: (channels).
  void (*channel_means)(const Image& latent, double* mean);

  /// The sum of `count` values, in the order of channel_means.
  double (*sum)(const float* values, int64_t count);

  /// e^(-0.5 energy / channels) of `count` positions.
  void (*likelihood)(const float* energy, int64_t channels, int64_t count, float* likelihood);

  /// Interpolates along a row: (1 - weight[x]) row[low[x]] + weight[x] row[low[x] + 1] for `count`
  /// pixels x, low ascending. ROW_PADDING elements after the row can be read.
  void (*widen)(const float* row, const int32_t* low, const float* weight, int64_t count,
                float* wide);

  /// The minimum over the scales of their blended rows, lifted to `lowest`; `count` pixels.
  void (*minimum_row)(const RowBlend* rows, int32_t scales, int64_t count, float lowest,
                      float* out);

  /// 1 - share * (sum over the scales of their blended rows), at least 0. Returns the largest.
  float (*anomaly_row)(const RowBlend* rows, int32_t scales, int64_t count, float share,
                       float* out);

  /// The smallest of `count` values, none of them NaN.
  float (*smallest)(const float* values, int64_t count);

  /// The three steps of Coupling for one image; forward and inverse return the sum of s.
  double (*coupling_forward)(const AffineCoupling& coupling, const Image& input,
                             const Image& subnet, float* output);
  void (*coupling_undo_affine)(const AffineCoupling& coupling, const Image& input, float* output);
  double (*coupling_inverse)(const AffineCoupling& coupling, const Image& latent,
                             const Image& subnet);

  /// The first value that is NaN or infinite, -1 if there is none.
  int64_t (*first_not_finite)(const float* values, int64_t count);

  /// Finds, for each cell of a map with margins, which of the four neighbours are higher in the
  /// strict order (value, cell), and which of them is the highest. map: `count` cells; those a
  /// stride before and after them are read too, and up to 63 more; as many ascents are written.
  /// ascents: bits 0-1 the steepest neighbour (above, left, right, below; any if none is higher),
  /// bits 2-5 the higher ones, in that order.
  void (*ascents)(const float* map, int64_t stride, int64_t count, uint8_t* ascents);

  /// Finds, for each cell of such a map, which of its eight neighbours are higher: bit k is that of
  /// the k-th in the order of their cells, from above left to below right. Reads and writes as
  /// `ascents` does, and the cells beside those a stride away.
  void (*higher_of_eight)(const float* map, int64_t stride, int64_t count, uint8_t* higher);

  /// Cells whose value is above the floor, ascending, and the order_key of each. Returns how many;
  /// up to 16 elements behind them are written too.
  int64_t (*above)(const float* map, int64_t count, float floor, uint32_t* keys, uint32_t* cells);

  /// Which of `count` values are below the bound: bit i mod 64 of word i / 64, and 0 behind the
  /// last. Returns whether none is NaN.
  bool (*below)(const float* values, int64_t count, float bound, uint64_t* words);

  /// The extremes of keys; UINT32_MAX and 0 of none.
  void (*least_and_largest)(const uint32_t* keys, int64_t count, uint32_t* least,
                            uint32_t* largest);

  /// log10_pfa_of_pixel with the Chernoff bound, guarded or as released, of energies that are not
  /// negative and ascend. order: the upper 32 bits of each plus `least` are the bits of an energy,
  /// whatever the sign bit: entries of SortedCells and its least(), or energies' bits and 0.
  void (*chernoff)(const uint64_t* order, int64_t count, uint32_t least, double channels,
                   bool guarded, double* log10_pfa);

  /// painted = the value of the label's region where energy is above `floor` and reaches the
  /// region's, else the background. Labels at or below `floor` are not looked at.
  void (*paint)(const float* energy, const int32_t* labels, int64_t count, float floor,
                const Region* regions, float background, float* painted);

  /// Takes FRAME_ROWS rows apart, from byte `at` of each on. units: receives (groups * units of a
  /// group, FRAME_ROWS). 16 bytes from the beginning of each group can be read.
  void (*gather)(const uint8_t* const* rows, int64_t at, int64_t groups, const PixelGroup& group,
                 uint16_t* units);

  /// Resizes FRAME_ROWS rows of 8-bit samples across. pairs_of_rows: by pair of rows; receive
  /// (channels, plane, 2), rounded to levels; up to 7 samples more than the part has.
  void (*across8)(const AcrossPart& part, uint8_t* const* pairs_of_rows);

  /// Resizes `count` columns down, from sample `at` of each pair of rows on. levels: receives as many,
  /// and more, to a multiple of PLANE_PADDING.
  void (*down8)(const uint8_t* const* pairs_of_rows, int64_t at, const PairWeight* weights,
                int64_t pairs, int64_t count, uint8_t* levels);

  /// out: `planes` rows, `plane` apart: (level / 255 - mean) / deviation, each by its normalisation.
  void (*normalise8)(const uint8_t* levels, int64_t count, const Normalisation* normalisation,
                     int64_t planes, int64_t plane, float* out);

  /// The same for 16-bit samples, whose sums are not rounded. rows: by row, (channels, plane).
  void (*across16)(const AcrossPart& part, float* const* rows);
  void (*down16)(const float* const* rows, int64_t at, const float* weights, int64_t taps,
                 int64_t count, float* samples);

  /// The same, with samples / white for level / 255; clip: at most 1 of it.
  void (*normalise16)(const float* samples, int64_t count, float white, bool clip,
                      const Normalisation* normalisation, int64_t planes, int64_t plane,
                      float* out);

  /// Interpolates the colours of a row of a Bayer sensor: red, green, blue and 0 of each pixel, red in
  /// the lowest byte. The three rows can be read from one sample before the first to one after the
  /// last. red: whether the row has red pixels, or else blue ones; coloured_first: whether the first
  /// pixel is one.
  void (*demosaic)(const uint8_t* above, const uint8_t* row, const uint8_t* below, int64_t count,
                   bool coloured_first, bool red, uint32_t* pixels);

  /// Coupling::forward without the log-det.
  void (*couple_pixels)(const CoupledPixels& pixels);

  /// Its gradients. Floats of a sum are added in ascending order of the pixels.
  void (*couple_gradients)(const CoupledGradients& pixels);
  void (*rectified_gradients)(const RectifiedGradients& pixels);

  /// The sum of s over the pixels: element i of all in sum i mod 8, in double, the eight sums pairwise.
  /// Reads nothing but coupling, channels, count, subnet and scratch, which has (channels).
  double (*log_scales)(const CoupledPixels& pixels);

  int64_t lanes;          ///< float32 elements of a vector
  int64_t panel_vectors;  ///< the most vectors that a row of a Product's panel has

  /// Multiplies matrices; the sums are taken over the depth, ascending.
  void (*multiply)(const Product& product);

  /// Multiplies matrices onto C, which is added first, with A transposed: a is (depth, rows). Bias,
  /// `last` and `rectified` are not looked at: C has as many columns as the panel.
  void (*multiply_onto)(const Product& product);

  /// Transforms weights of a convolution, and gradients back.
  void (*winograd_weights)(const TransformedWeights& weights);
  void (*winograd_weight_gradient)(const WeightGradient& gradient);

  /// Packs a vector's rows of a matrix as columns of a panel: panel[k * width + i] = rows[i * stride +
  /// k] for `depth` k; zeros for i from `count` on.
  void (*pack_rows)(const float* rows, int64_t stride, int64_t count, int64_t depth, float* panel,
                    int64_t width);

  /// Replaces scores by their exponentials and adds these up.
  void (*exponentiate)(const Scores& scores);

  /// Transforms a tile of a convolution.
  void (*winograd_input)(const TileInput& tile);
  void (*winograd_output)(const TileOutput& tile);
  void (*winograd_gradient)(const TileGradient& tile);
};

/// Those of FLOWLINE_INSTRUCTION_SET_..., nullptr where this processor or this build has none.
const Kernels* kernels_of(int32_t instruction_set);

}  // namespace flowline
#endif
