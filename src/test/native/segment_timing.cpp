// Milliseconds an image of flowline_segment on white noise, one thread; median of many calls.
#include <algorithm>
#include <chrono>
#include <random>
#include <vector>

#include "check.hpp"

namespace {

struct Scale {
  int64_t channels, side;
};

void time(const char* name, const std::vector<Scale>& scales, int64_t out, int rounds) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> z;
  std::vector<flowline_tensor> latents;
  for (const Scale& scale : scales) {
    z.emplace_back(scale.channels * scale.side * scale.side);
    for (float& value : z.back()) value = normal(random);
    latents.push_back(
        {sizeof(flowline_tensor), 0, z.back().data(), 1, scale.channels, scale.side, scale.side});
  }
  std::vector<float> map(out * out);
  Context context;
  for (int32_t bound : {FLOWLINE_PFA_CHERNOFF, FLOWLINE_PFA_AS_RELEASED, FLOWLINE_PFA_EXACT}) {
    const flowline_segment_options options = {sizeof options, bound, FLOWLINE_TESTS_PUBLISHED, 0};
    std::vector<double> millis;
    for (int round = 0; round < rounds; round++) {
      const auto start = std::chrono::steady_clock::now();
      CHECK(segment(context, latents.data(), static_cast<int32_t>(latents.size()), &options, out,
                    out, map.data(), nullptr) == FLOWLINE_OK);
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - start;
      millis.push_back(took.count());
    }
    std::sort(millis.begin(), millis.end());
    std::printf("%-24s bound %d  median %8.3f ms  fastest %8.3f ms\n", name, bound,
                millis[rounds / 2], millis[0]);
  }
}

}  // namespace

int main() {
  time("MS-CaiT 448 to 256", {{816, 28}, {192, 14}}, 256, 300);
  time("ResNet-18 448 to 256", {{80, 112}, {160, 56}, {192, 28}}, 256, 100);
}
