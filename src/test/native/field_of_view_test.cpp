// The region of interest and the mask, against the header's definition taken literally and the slow
// oracle: which positions are tested, how many tests that makes, what is painted and what is not.
#include "acontrario/field_of_view.hpp"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "acontrario/prepared_view.hpp"
#include "check.hpp"
#include "slow_oracle.hpp"

using flowline::Judgement;

namespace {

std::mt19937 random_bits;

int64_t below(int64_t bound) { return static_cast<int64_t>(random_bits() % bound); }

struct Case {
  int64_t batch, height, width;  // of the maps
  std::vector<std::vector<float>> z;
  std::vector<flowline_tensor> latents;
  std::vector<uint8_t> mask;
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;

  Case() : batch(1 + below(3)), height(1 + below(40)), width(1 + below(40)) {
    std::normal_distribution<float> normal;
    const int64_t scales = 1 + below(3);
    std::vector<std::array<int64_t, 2>> sizes;
    for (int64_t scale = 0; scale < scales; scale++)
      sizes.push_back({1 + below(12), 1 + below(12)});
    std::sort(sizes.begin(), sizes.end(),
              [](const auto& a, const auto& b) { return a[0] * a[1] > b[0] * b[1]; });
    for (const auto& [h, w] : sizes) {
      const int64_t channels = 1 + below(4);
      z.emplace_back(batch * channels * h * w);
      for (float& value : z.back()) value = normal(random_bits) * (below(9) == 0 ? 4.0f : 1.0f);
      latents.push_back({sizeof(flowline_tensor), 0, nullptr, batch, channels, h, w});
    }
    for (int64_t scale = 0; scale < scales; scale++) latents[scale].data = z[scale].data();
    options.pfa_bound = static_cast<int32_t>(below(3));
    options.number_of_tests = static_cast<int32_t>(below(2));
    if (below(2) == 0) {
      options.roi_x = below(width);
      options.roi_y = below(height);
      options.roi_width = 1 + below(width - options.roi_x);
      options.roi_height = 1 + below(height - options.roi_y);
    }
    const int64_t kind = below(4);
    if (kind == 0) return;
    const int64_t gap = below(3);
    mask.resize(batch * (height * width + gap));
    const int64_t one_in = kind == 3 ? 1 : 1 + below(8);  // all, or some
    for (uint8_t& ignored : mask)
      ignored = below(one_in) == 0 ? static_cast<uint8_t>(1 + below(255)) : 0;
    options.ignore = mask.data();
    options.ignore_batch_stride = kind == 1 ? 0 : height * width + gap;
  }

  Case(const Case& other)
      : batch(other.batch),
        height(other.height),
        width(other.width),
        z(other.z),
        latents(other.latents),
        mask(other.mask),
        options(other.options) {
    for (size_t scale = 0; scale < z.size(); scale++) latents[scale].data = z[scale].data();
    if (options.ignore != nullptr) options.ignore = mask.data();
  }

  bool looked_at(int64_t image, int64_t y, int64_t x) const {
    if (options.roi_width > 0 && (x < options.roi_x || x >= options.roi_x + options.roi_width ||
                                  y < options.roi_y || y >= options.roi_y + options.roi_height)) {
      return false;
    }
    return options.ignore == nullptr ||
           options.ignore[image * options.ignore_batch_stride + y * width + x] == 0;
  }

  bool tested(int64_t image, const flowline_tensor& latent, int64_t y, int64_t x) const {
    return looked_at(image, (2 * y + 1) * height / (2 * latent.height),
                     (2 * x + 1) * width / (2 * latent.width));
  }
};

struct Result {
  std::vector<float> log10_nfa, smallest, anomaly_map, anomaly_score;
};

Result segment(flowline_context* context, const Case& c, const flowline_segment_options* options) {
  Result result;
  result.log10_nfa.assign(c.batch * c.height * c.width, NAN);
  result.anomaly_map = result.log10_nfa;
  result.smallest.assign(c.batch, NAN);
  result.anomaly_score = result.smallest;
  const flowline_maps maps = {sizeof maps,
                              0,
                              c.height,
                              c.width,
                              result.log10_nfa.data(),
                              result.smallest.data(),
                              result.anomaly_map.data(),
                              result.anomaly_score.data()};
  CHECK(flowline_segment(context, c.latents.data(), static_cast<int32_t>(c.latents.size()), options,
                         &maps) == FLOWLINE_OK);
  return result;
}

float bilinear(const std::vector<float>& map, const flowline_tensor& of, const Case& c, int64_t y,
               int64_t x) {
  auto source = [](int64_t i, int64_t size, int64_t out) {
    return std::max((i + 0.5) * static_cast<double>(size) / static_cast<double>(out) - 0.5, 0.0);
  };
  const double row = source(y, of.height, c.height), column = source(x, of.width, c.width);
  const int64_t y0 = static_cast<int64_t>(row), x0 = static_cast<int64_t>(column);
  const int64_t y1 = std::min(y0 + 1, of.height - 1), x1 = std::min(x0 + 1, of.width - 1);
  const double down = row - y0, right = column - x0;
  auto at = [&](int64_t i, int64_t j) { return static_cast<double>(map[i * of.width + j]); };
  return static_cast<float>((1 - down) * ((1 - right) * at(y0, x0) + right * at(y0, x1)) +
                            down * ((1 - right) * at(y1, x0) + right * at(y1, x1)));
}

void against_the_definition(flowline_context* context, const Case& c) {
  const Result result = segment(context, c, &c.options);
  for (int64_t image = 0; image < c.batch; image++) {
    std::vector<int64_t> counts;
    int64_t total = 0;
    for (const flowline_tensor& latent : c.latents) {
      int64_t count = 0;
      for (int64_t y = 0; y < latent.height; y++) {
        for (int64_t x = 0; x < latent.width; x++) count += c.tested(image, latent, y, x);
      }
      counts.push_back(count);
      total += count;
    }
    double log10_tests = 0;
    if (total > 0 && c.options.number_of_tests == FLOWLINE_TESTS_PUBLISHED) {
      std::vector<int64_t> taking_part;
      std::copy_if(counts.begin(), counts.end(), std::back_inserter(taking_part),
                   [](int64_t count) { return count > 0; });
      CHECK(flowline_log10_number_of_tests(taking_part.data(),
                                           static_cast<int32_t>(taking_part.size()),
                                           &log10_tests) == FLOWLINE_OK);
    }
    float smallest = FLT_MAX;
    std::vector<float> expected(c.height * c.width, FLT_MAX);
    for (size_t scale = 0; scale < c.latents.size(); scale++) {
      const flowline_tensor& latent = c.latents[scale];
      if (counts[scale] == 0) continue;
      const int64_t positions = latent.height * latent.width;
      std::vector<float> energy(c.batch * positions);
      CHECK(flowline_energy(context, &latent, energy.data()) == FLOWLINE_OK);
      float* mine = energy.data() + image * positions;
      for (int64_t i = 0; i < positions; i++) {
        if (!c.tested(image, latent, i / latent.width, i % latent.width)) mine[i] = -1.0f;
      }
      const Judgement judgement = {c.options.pfa_bound, c.options.number_of_tests, latent.channels,
                                   counts[scale], total};
      const std::vector<float> painted =
          slow_painted(slow_tree(mine, static_cast<int32_t>(latent.height),
                                 static_cast<int32_t>(latent.width), 4, -0.5f),
                       positions, judgement, log10_tests);
      smallest = std::min(smallest, *std::min_element(painted.begin(), painted.end()));
      for (int64_t y = 0; y < c.height; y++) {
        for (int64_t x = 0; x < c.width; x++) {
          float& pixel = expected[y * c.width + x];
          pixel = std::min(pixel, bilinear(painted, latent, c, y, x));
        }
      }
    }
    CHECK(result.smallest[image] == smallest);
    for (int64_t y = 0; y < c.height; y++) {
      for (int64_t x = 0; x < c.width; x++) {
        const float value = result.log10_nfa[(image * c.height + y) * c.width + x];
        const float wanted = expected[y * c.width + x];
        if (c.looked_at(image, y, x) && total > 0) {
          CHECK(std::fabs(value - wanted) <= 2e-5f * std::fabs(wanted) + 2e-4f);
        } else {
          CHECK(value == FLT_MAX);
        }
      }
    }
  }
}

// 1 - mean over scales of exp(-1/2 mean over channels of z squared), interpolated.
void anomaly_against_the_definition(flowline_context* context, const Case& c) {
  const Result result = segment(context, c, &c.options);
  const int64_t pixels = c.height * c.width;
  std::vector<float> likelihood(c.batch * pixels);
  for (const flowline_tensor& latent : c.latents) {
    const int64_t positions = latent.height * latent.width;
    std::vector<float> energy(c.batch * positions);
    CHECK(flowline_energy(context, &latent, energy.data()) == FLOWLINE_OK);
    for (int64_t image = 0; image < c.batch; image++) {
      std::vector<float> of_scale(positions);
      for (int64_t i = 0; i < positions; i++) {
        of_scale[i] = std::exp(-0.5f * energy[image * positions + i] / latent.channels);
      }
      for (int64_t i = 0; i < pixels; i++) {
        likelihood[image * pixels + i] += bilinear(of_scale, latent, c, i / c.width, i % c.width);
      }
    }
  }
  for (int64_t image = 0; image < c.batch; image++) {
    const float* map = result.anomaly_map.data() + image * pixels;
    for (int64_t i = 0; i < pixels; i++) {
      const float expected = 1 - likelihood[image * pixels + i] / c.latents.size();
      CHECK(std::fabs(map[i] - expected) < 1e-5f && map[i] >= 0 && map[i] <= 1);
    }
    CHECK(result.anomaly_score[image] == *std::max_element(map, map + pixels));
  }
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

// A mask of nothing and a region of everything change no bit; and the anomaly map heeds neither.
void whole_views(flowline_context* context, const Case& c) {
  flowline_segment_options plain = c.options;
  plain.roi_x = plain.roi_y = plain.roi_width = plain.roi_height = plain.ignore_batch_stride = 0;
  plain.ignore = nullptr;
  flowline_segment_options whole = plain;
  const std::vector<uint8_t> nothing(c.height * c.width);
  whole.roi_width = c.width;
  whole.roi_height = c.height;
  whole.ignore = nothing.data();
  const Result a = segment(context, c, &plain), b = segment(context, c, &whole);
  CHECK(same(a.log10_nfa, b.log10_nfa) && same(a.smallest, b.smallest));
  const Result d = segment(context, c, &c.options);
  CHECK(same(a.anomaly_map, d.anomaly_map) && same(a.anomaly_score, d.anomaly_score));
}

struct Inspected {
  static constexpr int64_t ROOM = 20;
  std::vector<flowline_verdict> verdict;
  std::vector<float> smallest;
  std::vector<flowline_region> regions;
  std::vector<int64_t> count;
};

Inspected inspect(flowline_context* context, const Case& c,
                  const flowline_segment_options& options) {
  Inspected result;
  result.verdict.resize(c.batch);
  result.smallest.resize(c.batch);
  result.regions.resize(c.batch * Inspected::ROOM);
  result.count.resize(c.batch);
  const flowline_inspection asked = {sizeof asked,
                                     0,
                                     c.height,
                                     c.width,
                                     1.0,
                                     result.verdict.data(),
                                     result.smallest.data(),
                                     result.regions.data(),
                                     Inspected::ROOM,
                                     result.count.data()};
  CHECK(flowline_inspect(context, c.latents.data(), static_cast<int32_t>(c.latents.size()),
                         &options, &asked) == FLOWLINE_OK);
  return result;
}

// A prepared field of view gives the bits of the region of interest and the masks that it was made
// of, whatever becomes of them; and that of one mask for all images whatever the batch.
void prepared_views(flowline_context* context, Case c) {
  const Result expected = segment(context, c, &c.options);
  const Inspected expected_inspected = inspect(context, c, c.options);
  flowline_field_of_view* view;
  CHECK(flowline_field_of_view_create(context, &c.options, c.height, c.width, c.batch, &view) ==
        FLOWLINE_OK);
  flowline_segment_options prepared = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  prepared.pfa_bound = c.options.pfa_bound;
  prepared.number_of_tests = c.options.number_of_tests;
  prepared.field_of_view = view;
  for (uint8_t& ignored : c.mask) ignored = static_cast<uint8_t>(below(2));
  const Result got = segment(context, c, &prepared);
  CHECK(same(expected.log10_nfa, got.log10_nfa) && same(expected.smallest, got.smallest));
  CHECK(same(expected.anomaly_map, got.anomaly_map));
  CHECK(same(expected.anomaly_score, got.anomaly_score));
  const Inspected inspected = inspect(context, c, prepared);
  CHECK(same(expected_inspected.verdict, inspected.verdict));
  CHECK(same(expected_inspected.smallest, inspected.smallest));
  CHECK(same(expected_inspected.count, inspected.count));
  CHECK(same(expected_inspected.regions, inspected.regions));
  if (c.batch > 1 && c.options.ignore_batch_stride == 0) {
    for (flowline_tensor& latent : c.latents) latent.batch = 1;
    c.batch = 1;
    const Result first = segment(context, c, &prepared);
    CHECK(first.smallest[0] == expected.smallest[0]);
    CHECK(std::memcmp(first.log10_nfa.data(), expected.log10_nfa.data(),
                      first.log10_nfa.size() * sizeof(float)) == 0);
  }
  flowline_field_of_view_destroy(view);
}

// A region of interest along the positions' borders is as good as cutting the latents.
void cropped() {
  Context context;
  const int64_t channels = 6, side = 16, out = 64;
  std::normal_distribution<float> normal;
  std::vector<float> z(channels * side * side);
  for (float& value : z) value = normal(random_bits) * (below(30) == 0 ? 3.0f : 1.0f);
  const flowline_tensor all = {sizeof all, 0, z.data(), 1, channels, side, side};
  for (int round = 0; round < 200; round++) {
    const int64_t x = below(side), y = below(side);
    const int64_t width = 1 + below(side - x), height = 1 + below(side - y);
    flowline_tensor part = all;
    part.data = z.data() + y * side + x;
    part.height = height;
    part.width = width;
    part.batch_stride = channels * side * side;
    part.channel_stride = side * side;
    part.row_stride = side;
    part.column_stride = 1;
    for (int32_t bound = 0; bound < 3; bound++) {
      for (int32_t tests = 0; tests < 2; tests++) {
        flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
        options.pfa_bound = bound;
        options.number_of_tests = tests;
        std::vector<float> map(out * out);
        float cut, framed;
        CHECK(segment(context, &part, 1, &options, out, out, map.data(), &cut) == FLOWLINE_OK);
        options.roi_x = x * (out / side);
        options.roi_y = y * (out / side);
        options.roi_width = width * (out / side);
        options.roi_height = height * (out / side);
        CHECK(segment(context, &all, 1, &options, out, out, map.data(), &framed) == FLOWLINE_OK);
        CHECK(cut == framed);
        flowline_region region;
        int64_t count;
        CHECK(flowline_regions(context, map.data(), out, out, INFINITY, 8, &region, 1, &count) ==
              FLOWLINE_OK);
        CHECK(count == 1 && region.x == options.roi_x && region.y == options.roi_y &&
              region.width == options.roi_width && region.height == options.roi_height);
      }
    }
  }
}

// Single pixels and runs that are ignored, any value of the mask, in regions of interest that begin
// anywhere: pixel by pixel.
void blanks_each_pixel() {
  const int64_t height = 1 + below(4), width = 1 + below(100), runs = below(6);
  std::vector<uint8_t> mask(static_cast<size_t>(height * width));
  const int64_t pixels = height * width;
  for (int64_t run = 0; run < runs; run++) {
    const int64_t length = below(2) == 0 ? 1 : 1 + below(40);
    const uint8_t value = static_cast<uint8_t>(1 + below(255));
    for (int64_t i = below(pixels), k = 0; k < length && i < pixels; i++, k++) {
      mask[static_cast<size_t>(i)] = value;
    }
  }
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.ignore = mask.data();
  options.roi_x = below(width);
  options.roi_y = below(height);
  options.roi_width = 1 + below(width - options.roi_x);
  options.roi_height = 1 + below(height - options.roi_y);
  std::vector<float> map(mask.size(), -1.0f);
  std::vector<float> by_runs = map;
  flowline::FieldOfView(options, height, width).blank(0, map.data());
  flowline::PreparedView(options, height, width, 1).view().blank(0, by_runs.data());
  CHECK(same(map, by_runs));
  for (int64_t i = 0; i < pixels; i++) {
    const int64_t y = i / width - options.roi_y, x = i % width - options.roi_x;
    const bool in_view = y >= 0 && y < options.roi_height && x >= 0 && x < options.roi_width &&
                         mask[static_cast<size_t>(i)] == 0;
    CHECK(map[static_cast<size_t>(i)] == (in_view ? -1.0f : FLT_MAX));
  }
}

}  // namespace

int main(int arguments, char** argument) {
  const unsigned seed =
      arguments > 1 ? static_cast<unsigned>(std::atoll(argument[1])) : std::random_device()();
  std::printf("seed %u\n", seed);
  random_bits.seed(seed);
  Context context(2);
  for (int round = 0; round < 1500; round++) {
    const Case c;
    against_the_definition(context, c);
    anomaly_against_the_definition(context, c);
    whole_views(context, c);
    prepared_views(context, c);
  }
  for (int round = 0; round < 5000; round++) blanks_each_pixel();
  cropped();
}
