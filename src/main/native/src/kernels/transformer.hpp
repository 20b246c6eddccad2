#ifndef FLOWLINE_KERNELS_TRANSFORMER_HPP
#define FLOWLINE_KERNELS_TRANSFORMER_HPP

#include <cstdint>

namespace flowline {

/// Partial sums of a row of scores: key i goes into sum i mod SCORE_SUMS, whatever the vectors.
constexpr int64_t SCORE_SUMS = 16;

/// The scores of one query, by head and key, in runs of `width` keys as panels of a product have them:
/// (runs, heads, width), of which `keys` are there.
struct Scores {
  float* scores;
  int64_t heads;
  int64_t keys;
  int64_t width;   ///< a multiple of SCORE_SUMS or a divisor of it
  float* scratch;  ///< (2, heads, SCORE_SUMS)
  float* sums;     ///< receives, by head, the sum of e^(score - the head's largest)
};

}  // namespace flowline
#endif
