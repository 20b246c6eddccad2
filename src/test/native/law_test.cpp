// The test by a law of regions against its definition: from every position, at its level, its
// region is flooded, and every position of the region hears of it. And the maxima that a law is
// made from.
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "check.hpp"
#include "random_law.hpp"
#include "random_tensors.hpp"

namespace {

std::vector<int64_t> flood(const std::vector<float>& map, int64_t height, int64_t width,
                           int64_t from) {
  std::vector<char> seen(map.size(), 0);
  std::vector<int64_t> found = {from};
  seen[from] = 1;
  for (size_t i = 0; i < found.size(); i++) {
    const int64_t y = found[i] / width, x = found[i] % width;
    const int64_t next[4] = {y > 0 ? found[i] - width : -1, x > 0 ? found[i] - 1 : -1,
                             x + 1 < width ? found[i] + 1 : -1,
                             y + 1 < height ? found[i] + width : -1};
    for (int64_t at : next) {
      if (at < 0 || seen[at] || map[at] < map[from]) continue;
      seen[at] = 1;
      found.push_back(at);
    }
  }
  return found;
}

double interpolated(const OwnLaw& own, const double* row, float level) {
  const int64_t knots = static_cast<int64_t>(own.level.size());
  if (level >= own.level.back()) return row[knots - 1];
  int64_t i = 0;
  while (own.level[i + 1] <= level) i++;
  const double low = own.level[i], high = own.level[i + 1];
  return row[i] + (level - low) / (high - low) * (row[i + 1] - row[i]);
}

double log10_pfa_of(const OwnLaw& own, size_t area, float level) {
  int64_t k = 0;
  while ((size_t{2} << k) <= area && k + 1 < own.law.classes) k++;
  return interpolated(own, own.log10_pfa.data() + k * static_cast<int64_t>(own.level.size()),
                      level);
}

/// The median likelihood of what is tested, which something is.
float baseline_of(const std::vector<float>& map) {
  std::vector<float> tested;
  for (float level : map) {
    if (level >= 0) tested.push_back(level);
  }
  std::sort(tested.begin(), tested.end());
  return std::max(1 - tested[tested.size() / 2], std::ldexp(1.0f, -24));
}

float relative(float likelihood, float baseline) {
  return std::max(0.0f, 1 - likelihood / baseline / 2);
}

/// Before interpolation, in double.
std::vector<double> slow(const OwnLaw& own_law, std::vector<float> map, int64_t height,
                         int64_t width, size_t smallest_region) {
  const double background =
      std::log10(static_cast<double>(own_law.law.classes) + (own_law.baseline > 0 ? 0.1 : 0.0));
  double of_baseline = background;
  if (own_law.baseline > 0 && *std::max_element(map.begin(), map.end()) >= 0) {
    const float baseline = baseline_of(map);
    const float half = std::sqrt(baseline), fourth = std::sqrt(half);
    const float powers[] = {1, fourth, half, half * fourth, baseline};
    const float unit = powers[static_cast<int>(4 * own_law.baseline_exponent)];
    CHECK(std::fabs(unit / std::pow(baseline, own_law.baseline_exponent) - 1) < 1e-6f);
    for (float& level : map) {
      if (level >= 0) level = relative(1 - level, unit);
    }
    float ratio = baseline / own_law.baseline;
    for (int i = 0; i < 3; i++) ratio *= ratio;
    const float level = relative(ratio, 1);
    of_baseline += 1;
    if (level >= own_law.level[0]) {
      of_baseline += interpolated(own_law, own_law.baseline_log10_pfa.data(), level);
    }
  }
  std::vector<double> smallest(map.size(), background), own(map.size(), background);
  std::vector<std::vector<int64_t>> region(map.size());
  for (int64_t at = 0; at < height * width; at++) {
    if (map[at] <= own_law.level[0]) continue;
    region[at] = flood(map, height, width, at);
    if (region[at].size() < smallest_region) continue;
    own[at] = log10_pfa_of(own_law, region[at].size(), map[at]) + background;
  }
  const double least = *std::min_element(own.begin(), own.end());
  if (!(least < 0.0 && of_baseline > 0.5 * least)) {
    for (size_t i = 0; i < map.size(); i++) {
      if (map[i] >= 0) smallest[i] = std::min(smallest[i], of_baseline);
    }
  }
  for (int64_t at = 0; at < height * width; at++) {
    double within = 0.0;
    for (int64_t position : region[at]) within = std::min(within, own[position]);
    if (within < 0.0 && own[at] > 0.5 * within) continue;
    for (int64_t position : region[at]) smallest[position] = std::min(smallest[position], own[at]);
  }
  return smallest;
}

bool near(double expected, float got) {
  expected = std::max(expected, static_cast<double>(-FLT_MAX));
  return std::fabs(expected - static_cast<double>(got)) <= 2e-6 * (1 + std::fabs(expected));
}

void check_maxima(const std::vector<float>& map, int64_t height, int64_t width) {
  std::vector<float> maxima(6), expected(6, -INFINITY);
  CHECK(flowline_region_maxima(Context(), map.data(), height, width, 6, maxima.data()) ==
        FLOWLINE_OK);
  for (int64_t at = 0; at < height * width; at++) {
    const size_t area = flood(map, height, width, at).size();
    for (size_t k = 0; k < 6 && area >> k != 0; k++) {
      expected[k] = std::max(expected[k], map[at]);
    }
  }
  CHECK(maxima == expected);
}

/// tested: -infinity where a position is not.
void check_relative_maxima(std::vector<float> tested, int64_t height, int64_t width) {
  const float baseline = baseline_of(tested);
  std::vector<float> given = tested, expected(6, -INFINITY), maxima(6);
  for (size_t i = 0; i < tested.size(); i++) {
    if (tested[i] < 0) given[i] = -1;
    if (tested[i] >= 0) tested[i] = relative(1 - tested[i], baseline);
  }
  float got;
  CHECK(flowline_relative_maxima(Context(), given.data(), height, width, 6, maxima.data(), &got) ==
        FLOWLINE_OK);
  for (int64_t at = 0; at < height * width; at++) {
    if (tested[at] < 0) continue;
    const size_t area = flood(tested, height, width, at).size();
    for (size_t k = 0; k < 6 && area >> k != 0; k++) {
      expected[k] = std::max(expected[k], tested[at]);
    }
  }
  CHECK(got == baseline && maxima == expected);
}

/// Which pixels of the maps are looked at.
class Looked {
 public:
  Looked(int64_t height, int64_t width)
      : height_(height), width_(width), bottom_(height), right_(width) {}

  bool at(int64_t y, int64_t x) const {
    const bool inside = y >= top_ && y < bottom_ && x >= left_ && x < right_;
    return inside && (mask_.empty() || mask_[y * width_ + x] == 0);
  }

  template <class Below>
  void ignore(Below&& below, flowline_segment_options* options) {
    mask_.resize(static_cast<size_t>(height_ * width_));
    const int64_t part = below(7);  // all of it, at times
    for (uint8_t& ignored : mask_) ignored = below(6) < part;
    options->ignore = mask_.data();
  }

  template <class Below>
  void look_inside(Below&& below, flowline_segment_options* options) {
    top_ = below(height_);
    left_ = below(width_);
    bottom_ = top_ + 1 + below(height_ - top_);
    right_ = left_ + 1 + below(width_ - left_);
    options->roi_y = top_;
    options->roi_x = left_;
    options->roi_height = bottom_ - top_;
    options->roi_width = right_ - left_;
  }

 private:
  int64_t height_, width_, top_ = 0, bottom_, left_ = 0, right_;
  std::vector<uint8_t> mask_;
};

void round(RandomTensors& random) {
  const auto below = [&](int64_t bound) { return random.below(bound); };
  const int64_t batch = 1 + below(3), scales = 1 + below(3);
  std::vector<OwnTensor> own;
  std::vector<flowline_tensor> latents;
  const bool plateaus = below(3) == 0;
  for (int64_t s = 0; s < scales; s++) {
    own.push_back(random.make(static_cast<int32_t>(below(3)), static_cast<Layout>(below(LAYOUTS)),
                              batch, 1 + below(6), 1 + below(20), 1 + below(20),
                              [&](int64_t, int64_t, int64_t, int64_t) {
                                const float z = 1.3f * random.normal();
                                return plateaus ? std::round(z) : z;
                              }));
  }
  finest_first(&own);
  for (const OwnTensor& scale : own) latents.push_back(scale.tensor);
  OwnLaw law = random_law(below);
  const int64_t height = latents[0].height, width = latents[0].width, pixels = height * width;
  // At the fused map's size every pixel can be told, at another one the smallest.
  const bool same_size = below(3) != 0;
  const int64_t rows = same_size ? height : 1 + below(40),
                columns = same_size ? width : 1 + below(40);
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.pfa_bound = static_cast<int32_t>(below(3));  // which nobody reads
  options.law = law.get();
  options.smallest_region = below(3) == 0 ? below(12) : 0;
  Looked looked(rows, columns);
  if (below(2) == 0) looked.ignore(below, &options);
  if (below(3) == 0) looked.look_inside(below, &options);

  // The fused map is the anomaly map at the finest scale's size.
  std::vector<float> fused(static_cast<size_t>(batch * pixels));
  std::vector<float> map(static_cast<size_t>(batch * rows * columns));
  std::vector<float> smallest(static_cast<size_t>(batch));
  flowline_maps of_fused = {sizeof of_fused, 0,       height,       width,
                            nullptr,         nullptr, fused.data(), nullptr};
  flowline_maps maps = {sizeof maps,     0,       rows,   columns, map.data(),
                        smallest.data(), nullptr, nullptr};
  const int32_t count = static_cast<int32_t>(scales);
  CHECK(flowline_segment(Context(), latents.data(), count, nullptr, &of_fused) == FLOWLINE_OK);
  CHECK(flowline_segment(Context(), latents.data(), count, &options, &maps) == FLOWLINE_OK);
  for (int64_t image = 0; image < batch; image++) {
    std::vector<float> tested(fused.begin() + image * pixels, fused.begin() + (image + 1) * pixels);
    check_maxima(tested, height, width);
    int64_t any = 0;
    for (int64_t i = 0; i < pixels; i++) {
      const bool is_tested = looked.at((2 * (i / width) + 1) * rows / (2 * height),
                                       (2 * (i % width) + 1) * columns / (2 * width));
      if (!is_tested) tested[i] = -INFINITY;
      any += is_tested;
    }
    if (any > 0) check_relative_maxima(tested, height, width);
    const std::vector<double> wanted =
        slow(law, tested, height, width, static_cast<size_t>(options.smallest_region));
    for (int64_t i = 0; i < rows * columns; i++) {
      const float got = map[image * rows * columns + i];
      CHECK((got == FLT_MAX) == (any == 0 || !looked.at(i / columns, i % columns)));
      if (same_size && got != FLT_MAX) CHECK(near(wanted[i], got));
    }
    const double least = *std::min_element(wanted.begin(), wanted.end());
    CHECK(any == 0 ? smallest[image] == FLT_MAX : near(least, smallest[image]));
    CHECK(!std::signbit(smallest[image]) || smallest[image] < 0);
  }

  // By threads and instruction sets, beside anomaly maps, at another size: the same bits.
  std::vector<float> smallest_again(smallest.size()), first;
  options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.law = law.get();
  maps = {sizeof maps,           0,       1 + below(40), 1 + below(40), nullptr,
          smallest_again.data(), nullptr, nullptr};
  for (int32_t set : {0, 1, 2, 3}) {
    flowline_context_options how = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    how.threads = 1 + set % 3;
    how.instruction_set = set;
    flowline_context* context;
    if (flowline_context_create(&how, &context) != FLOWLINE_OK) continue;
    std::vector<float> out(static_cast<size_t>(batch * maps.height * maps.width)),
        anomaly(out.size());
    maps.log10_nfa = out.data();
    maps.anomaly_map = set % 2 == 0 ? anomaly.data() : nullptr;
    CHECK(flowline_segment(context, latents.data(), count, &options, &maps) == FLOWLINE_OK);
    flowline_context_destroy(context);
    if (first.empty()) first = out;
    CHECK(std::memcmp(first.data(), out.data(), out.size() * sizeof(float)) == 0);
    for (float value : out)
      CHECK(value >= *std::min_element(smallest_again.begin(), smallest_again.end()));
  }
}

}  // namespace

int main(int count, char** arguments) {
  const uint64_t seed = count > 1 ? std::stoull(arguments[1]) : std::random_device()();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  RandomTensors random(seed);
  for (int i = 0; i < 1500; i++) round(random);
}
