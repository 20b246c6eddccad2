// The test by a law of regions against its definition: from every position, at its level, its region is
// flooded, and every position of the region hears of it. And the maxima that a law is made from.
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

double log10_pfa_of(const OwnLaw& own, size_t area, float level) {
  const int64_t knots = static_cast<int64_t>(own.level.size());
  int64_t k = 0;
  while ((size_t{2} << k) <= area && k + 1 < own.law.classes) k++;
  const double* row = own.log10_pfa.data() + k * knots;
  if (level >= own.level.back()) return row[knots - 1];
  int64_t i = 0;
  while (own.level[i + 1] <= level) i++;
  const double low = own.level[i], high = own.level[i + 1];
  return row[i] + (level - low) / (high - low) * (row[i + 1] - row[i]);
}

/// Before interpolation, in double.
std::vector<double> slow(const OwnLaw& own, const std::vector<float>& map, int64_t height,
                         int64_t width) {
  const double background = std::log10(static_cast<double>(own.law.classes));
  std::vector<double> smallest(map.size(), background);
  for (int64_t at = 0; at < height * width; at++) {
    if (map[at] <= own.level[0]) continue;
    const std::vector<int64_t> region = flood(map, height, width, at);
    const double log10_nfa = log10_pfa_of(own, region.size(), map[at]) + background;
    for (int64_t position : region) smallest[position] = std::min(smallest[position], log10_nfa);
  }
  return smallest;
}

bool near(double expected, float got) {
  return std::fabs(expected - static_cast<double>(got)) <= 2e-6 * (1 + std::fabs(expected));
}

void round(RandomTensors& random) {
  const auto below = [&](int64_t bound) { return random.below(bound); };
  const int64_t batch = 1 + below(3), scales = 1 + below(3);
  std::vector<OwnTensor> own;
  std::vector<flowline_tensor> latents;
  const bool plateaus = below(3) == 0;
  for (int64_t s = 0; s < scales; s++) {
    own.push_back(random.make(static_cast<int32_t>(below(3)), static_cast<Layout>(below(3)), batch,
                              1 + below(6), 1 + below(20), 1 + below(20),
                              [&](int64_t, int64_t, int64_t, int64_t) {
                                const float z = 1.3f * random.normal();
                                return plateaus ? std::round(z) : z;
                              }));
    latents.push_back(own.back().tensor);
  }
  OwnLaw law = random_law(below);
  const int64_t height = latents[0].height, width = latents[0].width, pixels = height * width;
  std::vector<uint8_t> mask(static_cast<size_t>(pixels));
  for (uint8_t& ignored : mask) ignored = below(5) == 0;
  const bool masked = below(2) == 0;
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.pfa_bound = static_cast<int32_t>(below(3));  // which nobody reads
  options.law = law.get();
  if (masked) options.ignore = mask.data();

  // The joint map is the anomaly map at the finest scale's size.
  std::vector<float> joint(static_cast<size_t>(batch * pixels)), map(joint.size()),
      again(map.size());
  std::vector<float> smallest(static_cast<size_t>(batch)), smallest_again(smallest.size());
  flowline_maps of_joint = {sizeof of_joint, 0,       height,       width,
                            nullptr,         nullptr, joint.data(), nullptr};
  flowline_maps maps = {sizeof maps,     0,       height, width, map.data(),
                        smallest.data(), nullptr, nullptr};
  const int32_t count = static_cast<int32_t>(scales);
  CHECK(flowline_segment(Context(), latents.data(), count, nullptr, &of_joint) == FLOWLINE_OK);
  CHECK(flowline_segment(Context(), latents.data(), count, &options, &maps) == FLOWLINE_OK);
  for (int64_t image = 0; image < batch; image++) {
    std::vector<float> tested(joint.begin() + image * pixels, joint.begin() + (image + 1) * pixels);
    std::vector<float> maxima(6), expected(6, -INFINITY);
    CHECK(flowline_region_maxima(Context(), tested.data(), height, width, 6, maxima.data()) ==
          FLOWLINE_OK);
    for (int64_t at = 0; at < pixels; at++) {
      const size_t area = flood(tested, height, width, at).size();
      for (size_t k = 0; k < 6 && area >> k != 0; k++) {
        expected[k] = std::max(expected[k], tested[at]);
      }
    }
    CHECK(maxima == expected);
    int64_t looked = 0;
    for (int64_t i = 0; i < pixels; i++) {
      if (masked && mask[i] != 0) tested[i] = -1.0f;
      looked += tested[i] >= 0.0f;
    }
    const std::vector<double> wanted = slow(law, tested, height, width);
    for (int64_t i = 0; i < pixels; i++) {
      const float got = map[image * pixels + i];
      CHECK(tested[i] < 0.0f ? got == FLT_MAX : near(wanted[i], got));
    }
    const double least = *std::min_element(wanted.begin(), wanted.end());
    CHECK(looked == 0 ? smallest[image] == FLT_MAX : near(least, smallest[image]));
  }

  // By threads and instruction sets, beside anomaly maps, at another size: the same bits.
  maps = {sizeof maps,           0,       1 + below(40), 1 + below(40), nullptr,
          smallest_again.data(), nullptr, nullptr};
  options.ignore = nullptr;
  std::vector<float> first;
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
