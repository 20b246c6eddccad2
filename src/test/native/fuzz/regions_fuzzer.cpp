// flowline_regions: every argument; each region against a flood of the map, and their order.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "input.hpp"

namespace {

constexpr int64_t MOST = int64_t{1} << 28;

/// The pixels of the component around `first`, ascending, which are taken off those that are open.
std::vector<int64_t> flood(int64_t first, int64_t height, int64_t width, int32_t connectivity,
                           std::vector<char>* open) {
  std::vector<int64_t> found = {first};
  (*open)[first] = 0;
  for (size_t i = 0; i < found.size(); i++) {
    for (int64_t dy = -1; dy <= 1; dy++) {
      for (int64_t dx = -1; dx <= 1; dx++) {
        if (connectivity == 4 && dx != 0 && dy != 0) continue;
        const int64_t y = found[i] / width + dy, x = found[i] % width + dx;
        if (y < 0 || x < 0 || y >= height || x >= width || !(*open)[y * width + x]) continue;
        (*open)[y * width + x] = 0;
        found.push_back(y * width + x);
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

flowline_region measured(const std::vector<int64_t>& pixels, const float* map, int64_t width) {
  int64_t left = width, right = 0, sum_x = 0, sum_y = 0, peak = pixels[0];
  for (int64_t pixel : pixels) {
    left = std::min(left, pixel % width);
    right = std::max(right, pixel % width);
    sum_x += pixel % width;
    sum_y += pixel / width;
    if (map[pixel] < map[peak]) peak = pixel;
  }
  const int64_t top = pixels.front() / width, bottom = pixels.back() / width;
  const int64_t area = static_cast<int64_t>(pixels.size());
  const auto narrow = [](int64_t value) { return static_cast<int32_t>(value); };
  return {narrow(left),
          narrow(top),
          narrow(right - left + 1),
          narrow(bottom - top + 1),
          area,
          static_cast<double>(sum_x) / static_cast<double>(area),
          static_cast<double>(sum_y) / static_cast<double>(area),
          narrow(peak % width),
          narrow(peak / width),
          map[peak],
          0};
}

void check(const flowline_region* regions, int64_t count, const float* map, int64_t height,
           int64_t width, double log10_epsilon, int32_t connectivity) {
  std::vector<char> open(height * width);
  for (int64_t i = 0; i < height * width; i++) {
    open[i] = map[i] < log10_epsilon && map[i] < std::numeric_limits<float>::max();
  }
  std::vector<flowline_region> expected;
  for (int64_t i = 0; i < height * width; i++) {
    if (open[i]) {
      expected.push_back(measured(flood(i, height, width, connectivity, &open), map, width));
    }
  }
  std::stable_sort(expected.begin(), expected.end(),
                   [](const auto& a, const auto& b) { return a.log10_nfa < b.log10_nfa; });
  EXPECT(count == static_cast<int64_t>(expected.size()));
  EXPECT(count == 0 || std::memcmp(regions, expected.data(), count * sizeof *regions) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  const int64_t height = in.perhaps_wild(in.among(1, 40));
  const int64_t width = in.perhaps_wild(in.among(1, 40));
  const bool shape =
      height >= 1 && width >= 1 && height <= MOST && width <= MOST && height * width <= MOST;
  const bool held = shape && height * width <= 4096;
  const int64_t pixels = held ? height * width : 1;
  const int32_t connectivity = in.perhaps_wild32(in.often() ? 8 : 4);
  double log10_epsilon = in.often() ? in.byte() / 16.0 - 8 : 0.5;
  if (in.rarely()) log10_epsilon = in.bits<double>();

  Exact<float> map(pixels, perhaps_shift(in));
  Exact<float> values(pixels);
  fill_map(in, values, pixels, std::max<int64_t>(width, 1));
  std::memcpy(static_cast<void*>(map.get()), values.get(), values.bytes());
  const bool nan = std::any_of(values.get(), values.get() + pixels, [](float v) { return v != v; });

  const int64_t capacity = in.perhaps_wild(in.among(0, 64));
  Exact<flowline_region> some(std::min<int64_t>(std::max<int64_t>(capacity, 0), pixels),
                              perhaps_shift(in));
  flowline_region* regions = in.rarely() ? nullptr : some.get();
  Exact<int64_t> count(1, perhaps_shift(in));
  int64_t* out = in.rarely() ? nullptr : count.get();
  const bool no_context = in.rarely();
  const float* given = !held || in.rarely() ? nullptr : map.get();

  Verdict verdict;
  verdict.require(shape && given != nullptr && map.aligned());
  verdict.require(connectivity == 4 || connectivity == 8);
  verdict.require(!std::isnan(log10_epsilon) && !nan && !no_context);
  verdict.require(capacity >= 0 && (capacity == 0 || regions != nullptr));
  verdict.require(out != nullptr && count.aligned());
  if (regions != nullptr && !some.aligned())
    (capacity > 0 ? verdict.must_fail : verdict.may_fail) = true;
  expect(flowline_regions(no_context ? nullptr : contexts()[in.byte() % contexts().size()], given,
                          height, width, log10_epsilon, connectivity, regions, capacity, out),
         verdict);
  if (!verdict.plain()) return 0;

  Exact<flowline_region> all(*out);
  int64_t again;
  EXPECT(flowline_regions(contexts()[0], given, height, width, log10_epsilon, connectivity,
                          all.get(), *out, &again) == FLOWLINE_OK);
  EXPECT(again == *out && again <= pixels);
  check(all, again, given, height, width, log10_epsilon, connectivity);
  if (capacity > 0) {
    EXPECT(std::memcmp(all, some, std::min(capacity, again) * sizeof(flowline_region)) == 0);
  }
  return 0;
}
