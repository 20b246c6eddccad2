#ifndef FLOWLINE_CUDA_UPLOAD_KERNEL_HPP
#define FLOWLINE_CUDA_UPLOAD_KERNEL_HPP

#include <cstdint>

#include "cuda/device_code.hpp"

namespace flowline {

/// Small data from the host to the device, inside of the launch: no copy that could outlast the
/// call, and a captured graph holds it.
struct UploadKernel {
  static constexpr int32_t THREADS = 256;
  static constexpr int32_t BLOCKS_AT_LEAST = 1;
  static constexpr int32_t WORDS = 960;

  uint32_t word[WORDS];
  int32_t words;
  uint32_t* to;

  template <class Team>
  FLOWLINE_DEVICE void operator()(const Team& team, int64_t, char*) const {
    team.each(words, [&](int32_t i) { to[i] = word[i]; });
  }
};

/// The first kernel of a segmentation: it resets the counters and uploads the first words.
struct PrepareKernel {
  static constexpr int32_t THREADS = 256;
  static constexpr int32_t BLOCKS_AT_LEAST = 1;

  UploadKernel first;
  uint32_t* not_finite;     ///< (batch), to 0
  uint32_t* lowest;         ///< (batch), to highest_rank
  uint32_t* anomaly_score;  ///< (batch), to 0; nullptr if it is not wanted
  uint32_t highest_rank;
  int64_t batch;

  template <class Team>
  FLOWLINE_DEVICE void operator()(const Team& team, int64_t block, char* shared) const {
    if (block == 0) first(team, 0, shared);
    const int64_t begin = block * THREADS;
    team.each(static_cast<int32_t>(batch - begin < THREADS ? batch - begin : THREADS),
              [&](int32_t i) {
                not_finite[begin + i] = 0;
                lowest[begin + i] = highest_rank;
                if (anomaly_score != nullptr) anomaly_score[begin + i] = 0;
              });
  }
};

}  // namespace flowline
#endif
