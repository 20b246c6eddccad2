// flowline_regions: every argument; areas, boxes, peaks and order against a scan of the map.
#include <cmath>

#include "input.hpp"

namespace {

constexpr int64_t MOST = int64_t{1} << 28;

void check(const flowline_region* regions, int64_t count, const float* map, int64_t height,
           int64_t width, double log10_epsilon) {
  int64_t below = 0, area = 0;
  for (int64_t i = 0; i < height * width; i++) below += map[i] < log10_epsilon;
  for (int64_t k = 0; k < count; k++) {
    const flowline_region& region = regions[k];
    area += region.area;
    EXPECT(region.x >= 0 && region.width >= 1 && region.x + region.width <= width);
    EXPECT(region.y >= 0 && region.height >= 1 && region.y + region.height <= height);
    EXPECT(region.area >= std::max(region.width, region.height));
    EXPECT(region.area <= int64_t{region.width} * region.height);
    EXPECT(region.centroid_x >= region.x && region.centroid_x <= region.x + region.width - 1);
    EXPECT(region.centroid_y >= region.y && region.centroid_y <= region.y + region.height - 1);
    EXPECT(region.peak_x >= region.x && region.peak_x < region.x + region.width);
    EXPECT(region.peak_y >= region.y && region.peak_y < region.y + region.height);
    EXPECT(map[region.peak_y * width + region.peak_x] == region.log10_nfa);
    EXPECT(region.log10_nfa < log10_epsilon && region.reserved == 0);
    if (k > 0) EXPECT(regions[k - 1].log10_nfa <= region.log10_nfa);
  }
  EXPECT(area == below);
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
  check(all, again, given, height, width, log10_epsilon);
  if (capacity > 0) {
    EXPECT(std::memcmp(all, some, std::min(capacity, again) * sizeof(flowline_region)) == 0);
  }
  return 0;
}
