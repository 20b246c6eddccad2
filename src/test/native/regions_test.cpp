// flowline_regions against the definition: on random maps of awkward sizes, with ties, infinite
// values and thresholds between floats, by 4 and by 8 neighbours.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "check.hpp"

namespace {

/// A map, and the regions of it by flooding each pixel's neighbours.
struct Map {
  int64_t height, width;
  std::vector<float> values;

  float at(int64_t y, int64_t x) const { return values[static_cast<size_t>(y * width + x)]; }

  std::vector<flowline_region> regions(double epsilon, int connectivity) const {
    std::vector<flowline_region> all;
    std::vector<bool> seen(values.size());
    for (int64_t first = 0; first < height * width; first++) {
      const size_t start = static_cast<size_t>(first);
      if (seen[start] || !(values[start] < epsilon)) continue;
      seen[start] = true;
      all.push_back(measured(flooded(first, epsilon, connectivity, &seen)));
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.log10_nfa < b.log10_nfa; });
    return all;
  }

 private:
  std::vector<int64_t> flooded(int64_t first, double epsilon, int connectivity,
                               std::vector<bool>* seen) const {
    std::vector<int64_t> pixels = {first};
    for (size_t i = 0; i < pixels.size(); i++) {
      const int64_t y = pixels[i] / width, x = pixels[i] % width;
      for (int64_t v = std::max<int64_t>(0, y - 1); v <= std::min(height - 1, y + 1); v++) {
        for (int64_t u = std::max<int64_t>(0, x - 1); u <= std::min(width - 1, x + 1); u++) {
          if (connectivity == 4 && v != y && u != x) continue;
          const size_t pixel = static_cast<size_t>(v * width + u);
          if ((*seen)[pixel] || !(values[pixel] < epsilon)) continue;
          (*seen)[pixel] = true;
          pixels.push_back(static_cast<int64_t>(pixel));
        }
      }
    }
    std::sort(pixels.begin(), pixels.end());
    return pixels;
  }

  flowline_region measured(const std::vector<int64_t>& pixels) const {
    flowline_region region = {};
    int32_t right = 0, bottom = 0;
    region.x = region.y = std::numeric_limits<int32_t>::max();
    region.log10_nfa = INFINITY;
    for (int64_t pixel : pixels) {
      const int32_t y = static_cast<int32_t>(pixel / width),
                    x = static_cast<int32_t>(pixel % width);
      if (at(y, x) < region.log10_nfa) {
        region.log10_nfa = at(y, x);
        region.peak_x = x;
        region.peak_y = y;
      }
      region.x = std::min(region.x, x);
      region.y = std::min(region.y, y);
      right = std::max(right, x);
      bottom = std::max(bottom, y);
      region.centroid_x += x;
      region.centroid_y += y;
      region.area++;
    }
    region.width = right + 1 - region.x;
    region.height = bottom + 1 - region.y;
    region.centroid_x /= static_cast<double>(region.area);
    region.centroid_y /= static_cast<double>(region.area);
    return region;
  }
};

class Suite {
 public:
  explicit Suite(uint64_t seed) : random_(seed) {
    for (int32_t set : {FLOWLINE_INSTRUCTION_SET_BASELINE, FLOWLINE_INSTRUCTION_SET_AVX2,
                        FLOWLINE_INSTRUCTION_SET_AVX512}) {
      flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
      options.instruction_set = set;
      flowline_context* context;
      if (flowline_context_create(&options, &context) == FLOWLINE_OK) contexts_.push_back(context);
    }
  }
  ~Suite() {
    for (flowline_context* context : contexts_) flowline_context_destroy(context);
  }

  void round() {
    constexpr int64_t SIDES[] = {1, 2, 3, 7, 15, 16, 17, 63, 64, 65, 127, 128, 129, 200};
    const auto side = [&] { return SIDES[below(14)]; };
    Map map = {side(), side(), {}};
    const int64_t kind = below(6);
    const double share = uniform();
    for (int64_t i = 0; i < map.height * map.width; i++) {
      map.values.push_back(value_of(kind, share, i / map.width, i % map.width));
    }
    // A value of the map, or the doubles beside it, is where "below" is decided.
    const float level = map.values[static_cast<size_t>(below(map.height * map.width))];
    const double thresholds[] = {level,
                                 std::nextafter(static_cast<double>(level), INFINITY),
                                 std::nextafter(static_cast<double>(level), -INFINITY),
                                 INFINITY,
                                 -INFINITY,
                                 -1e300,
                                 1e-60,
                                 0.0};
    const double epsilon = thresholds[below(4) == 0 ? below(8) : below(3)];
    for (int connectivity : {4, 8}) {
      const std::vector<flowline_region> expected = map.regions(
          std::min(epsilon, static_cast<double>(std::numeric_limits<float>::max())), connectivity);
      found += static_cast<int64_t>(expected.size());
      for (flowline_context* context : contexts_)
        check(context, map, epsilon, connectivity, expected);
    }
    check_nan(map, epsilon);
  }

  int64_t found = 0;

 private:
  int64_t below(int64_t bound) { return static_cast<int64_t>(random_() % bound); }
  double uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

  float value_of(int64_t kind, double share, int64_t y, int64_t x) {
    switch (kind) {
      case 0:
        return static_cast<float>(uniform() - share);
      case 1:  // few levels, zeros of both signs
        return static_cast<float>(below(4) - 2) * (below(2) == 0 ? 0.0f : 1.0f);
      case 2:  // long runs
        return uniform() < share ? -1.0f : static_cast<float>(-2 + std::sin(0.1 * y) * 1.5);
      case 3:  // a spiral of sorts: components that meet late
        return static_cast<float>((std::abs(2 * y - 40) + std::abs(2 * x - 60)) % 7) - 3.0f;
      case 4:  // infinite and huge
        return uniform() < 0.5 ? (uniform() < 0.5 ? -INFINITY : INFINITY)
                               : std::numeric_limits<float>::max() * (uniform() < 0.5 ? -1 : 1);
      default:  // subnormal
        return static_cast<float>(below(9) - 4) * std::numeric_limits<float>::denorm_min();
    }
  }

  static void check(flowline_context* context, const Map& map, double epsilon, int connectivity,
                    const std::vector<flowline_region>& expected) {
    std::vector<flowline_region> got(static_cast<size_t>(map.height * map.width));
    int64_t count;
    CHECK(flowline_regions(context, map.values.data(), map.height, map.width, epsilon, connectivity,
                           got.data(), static_cast<int64_t>(got.size()), &count) == FLOWLINE_OK);
    CHECK(count == static_cast<int64_t>(expected.size()));
    CHECK(expected.empty() ||
          std::memcmp(got.data(), expected.data(), expected.size() * sizeof(flowline_region)) == 0);
  }

  // Wherever it lies, in a vector or behind the last.
  void check_nan(Map map, double epsilon) {
    const int64_t at = below(map.height * map.width);
    map.values[static_cast<size_t>(at)] = NAN;
    int64_t count;
    const std::string where =
        "row " + std::to_string(at / map.width) + ", column " + std::to_string(at % map.width);
    for (flowline_context* context : contexts_) {
      CHECK_FAILS(flowline_regions(context, map.values.data(), map.height, map.width, epsilon, 4,
                                   nullptr, 0, &count),
                  FLOWLINE_NOT_FINITE, where);
    }
  }

  std::mt19937_64 random_;
  std::vector<flowline_context*> contexts_;
};

}  // namespace

int main(int count, char** arguments) {
  const int64_t maps = count > 1 ? std::stoll(arguments[1]) : 200;
  const uint64_t seed = count > 2 ? std::stoull(arguments[2]) : std::random_device()();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  Suite suite(seed);
  for (int64_t i = 0; i < maps; i++) suite.round();
  CHECK(suite.found > 10 * maps);
}
