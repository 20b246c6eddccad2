#ifndef FLOWLINE_TRANSFORMER_ATTENTION_HPP
#define FLOWLINE_TRANSFORMER_ATTENTION_HPP

#include <cstdint>
#include <vector>

#include "backend/worker_pool.hpp"
#include "convolution/panels.hpp"
#include "flowline/flowline.h"

namespace flowline {

/// Self-attention of all heads at once, with talking heads or without. A few queries at a time: their
/// scores, of all heads and keys, stay in a cache from the products with the keys to those with the
/// values.
class Attention {
 public:
  /// What threads need; grows and never shrinks.
  struct Workspace {
    Buffer<float> keys, values, biases;
    std::vector<Buffer<float>> workers;
  };

  Attention(const Kernels& kernels, const flowline_attention& of);

  /// Computes an image. output: (tokens, heads * head_channels). Threads change no bit.
  void run(int64_t image, float* output, WorkerPool& pool, Workspace& workspace) const;

 private:
  /// Memory of a worker.
  struct Places {
    float* queries;  ///< (QUERIES, heads * head_channels), scaled
    float* block;    ///< (QUERIES, heads, width), of one run of keys
    float* scores;   ///< (QUERIES, runs, heads, width)
    float* shares;   ///< (QUERIES, heads, heads): what the heads give each other, by 1 / sum
    float* scratch;  ///< (2, heads, SCORE_SUMS)
    float* sums;     ///< (QUERIES, heads)
  };
  static constexpr int PLACES = 6;
  struct Sizes {
    int64_t elements[PLACES];
  };

  int64_t runs() const { return (of_.tokens + width_ - 1) / width_; }
  int64_t vectors_of(int64_t run) const;
  const float* at(const float* from, int64_t image, int64_t token) const {
    return from + image * of_.batch_stride + token * of_.token_stride;
  }
  Sizes sizes() const;
  Places places_in(float* memory) const;
  void reserve(WorkerPool& pool, Workspace& workspace) const;
  void pack(int64_t image, int64_t head, Workspace& workspace) const;
  void attend(int64_t image, int64_t first, int64_t count, float* output,
              const Workspace& workspace, const Places& places) const;
  void score(int64_t count, const Workspace& workspace, const Places& places) const;
  void weigh(int64_t count, float* output, const Workspace& workspace, const Places& places) const;

  const Kernels& kernels_;
  const flowline_attention of_;
  const int64_t channels_;  // of all heads
  const int64_t width_;     // keys of a run
};

}  // namespace flowline
#endif
