#ifndef FLOWLINE_PREPROCESS_FRAME_PREPROCESSOR_HPP
#define FLOWLINE_PREPROCESS_FRAME_PREPROCESSOR_HPP

#include <cstdint>
#include <vector>

#include "backend/worker_pool.hpp"
#include "kernels/kernels.hpp"
#include "preprocess/across_pass.hpp"
#include "preprocess/frame.hpp"
#include "preprocess/resize_filter.hpp"
#include "tree/buffer.hpp"

namespace flowline {

/// The way from a frame to the input of a network: the resize, first across, then down, and the
/// normalisation. The workers share out the rows of the input.
class FramePreprocessor {
 public:
  FramePreprocessor(const Kernels& kernels, WorkerPool* pool);

  /// input: (3, height, width).
  void preprocess(const Frame& frame, const NetworkInput& to, float* input);

 private:
  /// What one worker needs: rows that were resized across, kept until those below need them no more.
  struct Worker {
    explicit Worker(const Kernels& kernels) : across(kernels) {}

    AcrossPass across;
    Buffer<uint8_t> rows8;         // a ring of pairs of rows
    Buffer<float> rows16;          // a ring of rows
    Buffer<const uint8_t*> pairs;  // those of one output row
    Buffer<const float*> rows;
    Buffer<uint8_t> levels;  // (plane)
    Buffer<float> samples;   // (plane)
  };

  void reserve(Worker* worker, const Frame& frame);
  void preprocess8(const Frame& frame, const NetworkInput& to, int64_t begin, int64_t end,
                   Worker* worker, float* input) const;
  void preprocess16(const Frame& frame, const NetworkInput& to, int64_t begin, int64_t end,
                    Worker* worker, float* input) const;

  const Kernels& kernels_;
  WorkerPool& pool_;
  ResizeFilter filter_across_, filter_down_;
  AcrossParts parts_;
  int64_t plane_ = 0;  // samples of a channel of a row that was resized across
  int64_t ring_ = 0;   // rows of a ring, a multiple of FRAME_ROWS
  std::vector<Worker> workers_;
};

}  // namespace flowline
#endif
