#include "preprocess/frame_preprocessor.hpp"

#include <algorithm>

namespace flowline {
namespace {

constexpr int64_t PAIRS = FRAME_ROWS / 2;
constexpr float WHITE_OF_ALL_BITS = 65535.0f;

int64_t multiple(int64_t value, int64_t of) { return (value + of - 1) / of * of; }

}  // namespace

FramePreprocessor::FramePreprocessor(const Kernels& kernels, WorkerPool* pool)
    : kernels_(kernels), pool_(*pool) {
  workers_.reserve(static_cast<size_t>(pool->threads()));
  for (int worker = 0; worker < pool->threads(); worker++) workers_.emplace_back(kernels);
}

void FramePreprocessor::reserve(Worker* worker, const Frame& frame) {
  const size_t row = static_cast<size_t>(frame.format->channels * plane_);
  const size_t rows = static_cast<size_t>(ring_);
  worker->across.reserve(frame, parts_);
  if (frame.format->bits == 8) {
    worker->rows8.reserve(rows * row);
    worker->pairs.reserve(rows / 2);
    worker->levels.reserve(static_cast<size_t>(plane_));
  } else {
    worker->rows16.reserve(rows * row);
    worker->rows.reserve(rows);
    worker->samples.reserve(static_cast<size_t>(plane_));
  }
}

void FramePreprocessor::preprocess(const Frame& frame, const NetworkInput& to, float* input) {
  filter_across_.prepare(frame.width, to.width);
  filter_down_.prepare(frame.height, to.height);
  parts_.prepare(filter_across_, frame.format->channels);
  plane_ = multiple(to.width, PLANE_PADDING);
  ring_ = multiple(filter_down_.weights().taps + 1, FRAME_ROWS) + FRAME_ROWS;
  const int64_t bands = std::min<int64_t>(static_cast<int64_t>(workers_.size()),
                                          std::max<int64_t>(1, to.height / FRAME_ROWS));
  for (Worker& worker : workers_) {
    reserve(&worker, frame);
    if (bands == 1) break;  // the caller's thread does it
  }
  auto band = [&](int64_t item, int index) noexcept {
    const int64_t begin = item * to.height / bands, end = (item + 1) * to.height / bands;
    Worker* const worker = &workers_[static_cast<size_t>(index)];
    frame.format->bits == 8 ? preprocess8(frame, to, begin, end, worker, input)
                            : preprocess16(frame, to, begin, end, worker, input);
  };
  bands == 1 ? band(0, 0) : pool_.run(bands, band);
}

void FramePreprocessor::preprocess8(const Frame& frame, const NetworkInput& to, int64_t begin,
                                    int64_t end, Worker* worker, float* input) const {
  const ResizeWeights down = filter_down_.weights();
  const int64_t channels = frame.format->channels, planes = to.height * to.width;
  const int64_t pair_bytes = 2 * channels * plane_, ring = ring_ / 2;
  const auto pair = [&](int64_t p) { return worker->rows8.data() + p % ring * pair_bytes; };
  int64_t made = down.first_pair(begin);
  for (int64_t y = begin; y < end; y++) {
    const int64_t first = down.first_pair(y), last = down.end_pair(y);
    for (made = std::max(made, first); made < last; made += PAIRS) {
      uint8_t* pairs[PAIRS];
      for (int64_t i = 0; i < PAIRS; i++) pairs[i] = pair(made + i);
      worker->across.run8(frame, filter_across_, parts_, 2 * made, plane_, pairs);
    }
    for (int64_t p = first; p < last; p++) {
      worker->pairs[static_cast<size_t>(p - first)] = pair(p);
    }
    for (int64_t c = 0; c < channels; c++) {
      kernels_.down8(worker->pairs.data(), c * plane_, down.fixed + y * down.pairs, last - first,
                     to.width, worker->levels.data());
      kernels_.normalise8(worker->levels.data(), to.width, to.normalisation + c,
                          channels == 1 ? 3 : 1, planes, input + c * planes + y * to.width);
    }
  }
}

void FramePreprocessor::preprocess16(const Frame& frame, const NetworkInput& to, int64_t begin,
                                     int64_t end, Worker* worker, float* input) const {
  const ResizeWeights down = filter_down_.weights();
  const int64_t channels = frame.format->channels, planes = to.height * to.width;
  const auto row = [&](int64_t r) { return worker->rows16.data() + r % ring_ * channels * plane_; };
  const int32_t bits = frame.bits != 0 ? frame.bits : to.bits;
  const float white = bits == 0 ? WHITE_OF_ALL_BITS : static_cast<float>((1 << bits) - 1);
  int64_t made = down.first[begin];
  for (int64_t y = begin; y < end; y++) {
    const int64_t first = down.first[y], count = down.count[y];
    for (made = std::max(made, first); made < first + count; made += FRAME_ROWS) {
      float* rows[FRAME_ROWS];
      for (int64_t i = 0; i < FRAME_ROWS; i++) rows[i] = row(made + i);
      worker->across.run16(frame, filter_across_, parts_, made, plane_, rows);
    }
    for (int64_t k = 0; k < count; k++) worker->rows[static_cast<size_t>(k)] = row(first + k);
    for (int64_t c = 0; c < channels; c++) {
      kernels_.down16(worker->rows.data(), c * plane_, down.weight + y * down.taps, count, to.width,
                      worker->samples.data());
      kernels_.normalise16(worker->samples.data(), to.width, white, bits != 0, to.normalisation + c,
                           channels == 1 ? 3 : 1, planes, input + c * planes + y * to.width);
    }
  }
}

}  // namespace flowline
