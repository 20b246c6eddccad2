#ifndef FLOWLINE_TRANSFORMER_LINEAR_HPP
#define FLOWLINE_TRANSFORMER_LINEAR_HPP

#include <cstdint>
#include <vector>

#include "backend/worker_pool.hpp"
#include "convolution/panels.hpp"

namespace flowline {

/// A linear layer on rows, none of which is kept: its weights are packed panel by panel, by the thread
/// that takes the panel to all rows.
struct Linear {
  /// What threads need; grows and never shrinks.
  using Workspace = std::vector<Buffer<float>>;

  int64_t rows, inputs, outputs;  ///< outputs: at least MOST_LANES
  const float* input;             ///< (rows, inputs)
  const float* weights;           ///< (outputs, inputs)
  const float* bias;              ///< (outputs); nullptr: 0
  float* output;                  ///< (rows, outputs)

  /// Threads change no bit.
  void run(const Kernels& kernels, WorkerPool& pool, Workspace& workspace) const;
};

}  // namespace flowline
#endif
