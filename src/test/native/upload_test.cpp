// What a call on a CUDA device stages in host memory: after reserve it allocates nothing.
#include "cuda/upload.hpp"

#include <vector>

#include "acontrario/test_counts.hpp"
#include "check.hpp"
#include "starvation.hpp"

using namespace flowline;

namespace {

/// As much of a Machine (cuda/machine.hpp) as Upload uses; it runs nothing.
struct IdleMachine {
  int64_t launches = 0;

  template <class Kernel>
  void load() {}
  template <class Kernel>
  void launch(const Kernel&, int64_t, int64_t) {
    launches++;
  }
};

void check_call(bool masks, bool test) {
  constexpr int64_t IMAGES = 40, SIDE = 70;
  const float z = 1;
  const std::vector<uint8_t> ignored(IMAGES * SIDE * SIDE);
  std::vector<float> smallest(IMAGES);
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.number_of_tests = FLOWLINE_TESTS_BY_SIZE;
  options.ignore = masks ? ignored.data() : nullptr;
  options.ignore_batch_stride = masks ? SIDE * SIDE : 0;
  flowline_maps maps = {sizeof maps, 0, SIDE, SIDE};
  if (test) maps.min_log10_nfa = smallest.data();
  SegmentCall call(options, maps);
  call.scales = 2;
  call.latents[0] = {sizeof(flowline_tensor), FLOWLINE_FLOAT32, &z, IMAGES, 5, 9, 8};
  call.latents[1] = {sizeof(flowline_tensor), FLOWLINE_FLOAT32, &z, IMAGES, 7, 4, 4};
  TestCounts counts;
  counts.reserve(call.count_rows(), call.scales);
  counts.count(call.view, call.latents, call.scales);
  call.counts = &counts;

  IdleMachine machine;
  Upload<IdleMachine> upload(&machine);
  upload.reserve(call);
  SegmentWorkspace workspace = {};
  std::vector<uint32_t> words(1 << 16);
  workspace.cost = reinterpret_cast<TestCost*>(words.data());
  const long before = allocations();
  upload.prepare(call, workspace);
  if (call.sends_masks()) upload.masks(call, words.data());
  CHECK(allocations() == before);
  CHECK(machine.launches > (masks ? IMAGES : 0));
}

}  // namespace

int main() {
  for (bool masks : {false, true}) {
    for (bool test : {false, true}) check_call(masks, test);
  }
}
