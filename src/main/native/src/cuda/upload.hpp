#ifndef FLOWLINE_CUDA_UPLOAD_HPP
#define FLOWLINE_CUDA_UPLOAD_HPP

#include <algorithm>
#include <cfloat>
#include <cstdint>
#include <cstring>
#include <vector>

#include "acontrario/number_of_tests.hpp"
#include "call/segment_call.hpp"
#include "cuda/ordered.hpp"
#include "cuda/segment_workspace.hpp"
#include "cuda/upload_kernel.hpp"

namespace flowline {

/// Brings what a call of flowline_segment has in host memory to the device, inside of launches.
template <class Machine>
class Upload {
 public:
  explicit Upload(Machine* machine) : machine_(*machine) {
    machine_.template load<UploadKernel>();
    machine_.template load<PrepareKernel>();
  }

  /// Makes room on the host for what a call uploads.
  void reserve(const SegmentCall& call) {
    const int64_t mask = call.sends_masks() ? words_of_mask(call) : 0;
    staging_.reserve(static_cast<size_t>(std::max(mask, words_of_costs(call))));
  }

  /// Sets the words that a call counts in, and uploads the costs if there is a test.
  void prepare(const SegmentCall& call, const SegmentWorkspace& workspace) {
    staging_.clear();
    if (call.asks_for_test()) stage_costs(call);
    uint32_t* const to = reinterpret_cast<uint32_t*>(workspace.cost);
    const int64_t words = static_cast<int64_t>(staging_.size());
    PrepareKernel kernel;
    kernel.first = uploaded(staging_.data(), words, to);
    kernel.not_finite = workspace.not_finite;
    kernel.lowest = workspace.lowest;
    kernel.anomaly_score = reinterpret_cast<uint32_t*>(call.maps.anomaly_score);
    kernel.highest_rank = rank_of(FLT_MAX);
    kernel.batch = call.batch();
    machine_.launch(kernel, (kernel.batch - 1) / PrepareKernel::THREADS + 1, 0);
    const int64_t done = kernel.first.words;
    upload(staging_.data() + done, words - done, to + done);
  }

  /// Uploads the masks, a bit for each pixel.
  void masks(const SegmentCall& call, uint32_t* to) {
    const int64_t words = words_of_mask(call);
    for (int64_t row = 0; row < call.count_rows(); row++) {
      const uint8_t* mask = call.view.mask() + row * call.view.mask_stride();
      staging_.resize(static_cast<size_t>(words));
      pack_mask(mask, call.map_pixels(), staging_.data());
      upload(staging_.data(), words, to + row * words);
    }
  }

 private:
  static UploadKernel uploaded(const uint32_t* words, int64_t count, uint32_t* to) {
    UploadKernel kernel;
    kernel.words = static_cast<int32_t>(std::min<int64_t>(count, UploadKernel::WORDS));
    kernel.to = to;
    std::copy_n(words, kernel.words, kernel.word);
    return kernel;
  }

  void upload(const uint32_t* words, int64_t count, uint32_t* to) {
    for (int64_t done = 0; done < count; done += UploadKernel::WORDS) {
      machine_.launch(uploaded(words + done, count - done, to + done), 1, 0);
    }
  }

  static TestCost cost_of(const SegmentCall& call, int64_t row, int32_t scale) {
    const bool by_size = call.number_of_tests == FLOWLINE_TESTS_BY_SIZE;
    const int64_t tested = call.counts->scale_pixels(row, scale);
    TestCost cost = {};
    cost.pfa_bound = call.pfa_bound;
    cost.by_size = by_size;
    cost.channels = static_cast<double>(call.latents[scale].channels);
    cost.tested = tested > 0;
    if (call.by_law) {
      cost.background = log10_tests_of(call.law);
    } else if (by_size && tested > 0) {
      const TestsBySize tests(tested, call.counts->total_pixels(row));
      cost.log10_of_scale = tests.log10_of_scale();
      cost.background = tests.log10(1);
    } else {
      cost.log10_tests = call.counts->log10_published(row);
    }
    return cost;
  }

  static constexpr int64_t COST_WORDS = sizeof(TestCost) / sizeof(uint32_t);

  static int64_t words_of_costs(const SegmentCall& call) {
    return call.asks_for_test() ? call.count_rows() * call.scales * COST_WORDS : 0;
  }

  void stage_costs(const SegmentCall& call) {
    staging_.resize(static_cast<size_t>(words_of_costs(call)));
    uint32_t* at = staging_.data();
    for (int64_t row = 0; row < call.count_rows(); row++) {
      for (int32_t scale = 0; scale < call.scales; scale++, at += COST_WORDS) {
        const TestCost cost = cost_of(call, row, scale);
        std::memcpy(at, &cost, sizeof cost);
      }
    }
  }

  Machine& machine_;
  std::vector<uint32_t> staging_;
};

}  // namespace flowline
#endif
