// Is the threshold true? On latents that are white noise there is nothing to detect, so that every
// region with NFA < epsilon is a false alarm, and libflowline promises at most epsilon of them an
// image on average. This counts them and prints a table.
//
//     threshold_truth [images [images of tiny maps [seed [one of the settings, from 1]]]]
//
// An image's false alarms are the regions that flowline_select finds at any of its scales with
// log10 PFA + log10 N_T < log10 epsilon. It runs where flowline_segment, which sees every image,
// reports a `smallest` below the largest threshold; the two have to agree.
//
// The table has the number of false alarms and, in brackets, the exact 95 % confidence interval of
// their mean an image (of a Poisson variable; false alarms of one image are nearly independent).
//
// Fails if the generator is no white noise, or if more false alarms are counted than were promised.
#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <iterator>
#include <string>
#include <vector>

#include "../check.hpp"
#include "noise_check.hpp"
#include "poisson_interval.hpp"
#include "white_noise.hpp"

namespace {

constexpr double LOG10_EPSILON[] = {3, 2, 0, -2, -4};
constexpr int EPSILONS = std::size(LOG10_EPSILON);
constexpr double LARGEST = LOG10_EPSILON[0];

struct Mode {
  int32_t pfa_bound, number_of_tests;
  const char* name;
};
constexpr Mode MODES[] = {
    {FLOWLINE_PFA_CHERNOFF, FLOWLINE_TESTS_PUBLISHED, "Chernoff, published"},
    {FLOWLINE_PFA_EXACT, FLOWLINE_TESTS_PUBLISHED, "exact, published"},
    {FLOWLINE_PFA_CHERNOFF, FLOWLINE_TESTS_BY_SIZE, "Chernoff, by size"},
    {FLOWLINE_PFA_EXACT, FLOWLINE_TESTS_BY_SIZE, "exact, by size"},
};

struct Shape {
  int64_t channels, height, width;
  int64_t pixels() const { return height * width; }
};

struct Setting {
  const char* name;
  std::vector<Shape> scales;
  int64_t images;
  int64_t batch;
};

/// Counts the false alarms of one setting.
class Counter {
 public:
  Counter(flowline_context* context, const Setting& setting, uint64_t seed, uint64_t stream)
      : context_(context), setting_(setting), seed_(seed), stream_(stream << 40) {
    for (const Shape& shape : setting.scales) {
      z_.emplace_back(setting.batch * shape.channels * shape.pixels());
      energy_.emplace_back(setting.batch * shape.pixels());
      pixels_.push_back(shape.pixels());
      total_pixels_ += shape.pixels();
    }
    for (size_t l = 0; l < z_.size(); l++) {
      const Shape& shape = setting.scales[l];
      latents_.push_back({});
      latents_[l].struct_size = sizeof(flowline_tensor);
      latents_[l].data = z_[l].data();
      latents_[l].batch = setting.batch;
      latents_[l].channels = shape.channels;
      latents_[l].height = shape.height;
      latents_[l].width = shape.width;
    }
    CHECK(flowline_log10_number_of_tests(pixels_.data(), scales(), &log10_tests_) == FLOWLINE_OK);
  }

  void run() {
    for (int64_t first = 0; first < setting_.images; first += setting_.batch) {
      WhiteNoise noise(seed_, stream_ + first);
      for (auto& z : z_) noise.fill(z.data(), z.size());
      for (int l = 0; l < scales(); l++) {
        CHECK(flowline_energy(context_, &latents_[l], energy_[l].data()) == FLOWLINE_OK);
      }
      for (size_t mode = 0; mode < std::size(MODES); mode++) count(mode, first);
    }
  }

  int64_t false_alarms[std::size(MODES)][EPSILONS] = {};

 private:
  int32_t scales() const { return static_cast<int32_t>(setting_.scales.size()); }

  void count(size_t mode, int64_t first) {
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.pfa_bound = MODES[mode].pfa_bound;
    options.number_of_tests = MODES[mode].number_of_tests;
    std::vector<float> smallest(setting_.batch), map(setting_.batch);
    CHECK(segment(context_, latents_.data(), scales(), &options, 1, 1, map.data(),
                  smallest.data()) == FLOWLINE_OK);
    const int64_t images = std::min(setting_.batch, setting_.images - first);
    for (int64_t image = 0; image < images; image++) {
      if (smallest[image] < LARGEST) count_regions(mode, options, image, smallest[image]);
    }
  }

  void count_regions(size_t mode, const flowline_segment_options& options, int64_t image,
                     float smallest) {
    const bool by_size = options.number_of_tests == FLOWLINE_TESTS_BY_SIZE;
    double least = HUGE_VAL;
    for (int l = 0; l < scales(); l++) {
      const Shape& shape = setting_.scales[l];
      const int64_t pixels = shape.pixels();
      region_.resize(pixels);
      log10_pfa_.resize(pixels);
      CHECK(flowline_select(context_, energy_[l].data() + image * pixels, nullptr, shape.height,
                            shape.width, shape.channels, total_pixels_, &options, region_.data(),
                            log10_pfa_.data(), nullptr) == FLOWLINE_OK);
      area_.assign(pixels, 0);
      for (int32_t region : region_) {
        if (region >= 0) area_[region]++;
      }
      for (int64_t node = 0; node < pixels; node++) {
        if (area_[node] == 0) continue;
        double tests = log10_tests_;
        if (by_size) {
          CHECK(flowline_log10_number_of_tests_by_size(pixels, total_pixels_, area_[node],
                                                       &tests) == FLOWLINE_OK);
        }
        const double log10_nfa = log10_pfa_[node] + tests;
        least = std::fmin(least, log10_nfa);
        for (int e = 0; e < EPSILONS; e++) {
          if (log10_nfa < LOG10_EPSILON[e]) false_alarms[mode][e]++;
        }
      }
    }
    // flowline_segment has the same region; where none is better than the background, that.
    CHECK(smallest >= 0 || std::fabs(smallest - least) < 1e-5);
    CHECK(smallest <= least + 1e-5);
  }

  flowline_context* context_;
  const Setting& setting_;
  uint64_t seed_, stream_;
  std::vector<std::vector<float>> z_, energy_;
  std::vector<flowline_tensor> latents_;
  std::vector<int64_t> pixels_;
  int64_t total_pixels_ = 0;
  double log10_tests_;
  std::vector<int32_t> region_, area_;
  std::vector<double> log10_pfa_;
};

}  // namespace

int main(int count, char** arguments) {
  const auto number = [&](int at, int64_t otherwise) {
    return at < count ? std::stoll(arguments[at]) : otherwise;
  };
  const int64_t images = number(1, 100000), tiny = number(2, 1000000);
  const uint64_t seed = number(3, 20261122);
  const uint64_t only = number(4, 0);
  check_noise(seed);

  const Setting settings[] = {
      {"816×28² + 192×14² (MS-CaiT)", {{816, 28, 28}, {192, 14, 14}}, images, 1},
      {"80×64² + 160×32² + 192×16² (ResNet-18 at 256)",
       {{80, 64, 64}, {160, 32, 32}, {192, 16, 16}},
       images,
       1},
      {"1×1²", {{1, 1, 1}}, tiny, 256},
      {"8×1²", {{8, 1, 1}}, tiny, 256},
      {"4×(1×2)", {{4, 1, 2}}, tiny, 256},
      {"16×2²", {{16, 2, 2}}, tiny, 256},
      {"3×4² + 2×2²", {{3, 4, 4}, {2, 2, 2}}, tiny, 256},
      {"64×8²", {{64, 8, 8}}, tiny / 4, 64},
  };
  CHECK(only <= std::size(settings));
  std::printf("| latents | images | test |");
  for (double log10_epsilon : LOG10_EPSILON) std::printf(" log10 ε = %g |", log10_epsilon);
  std::printf("\n|---|---|---|---|---|---|---|---|\n");
  flowline_context* context;
  CHECK(flowline_context_create(nullptr, &context) == FLOWLINE_OK);
  int broken = 0;
  uint64_t stream = 0;
  for (const Setting& setting : settings) {
    stream++;
    if (only != 0 && stream != only) continue;
    const auto start = std::chrono::steady_clock::now();
    Counter counter(context, setting, seed, stream);
    counter.run();
    const double images_seen = static_cast<double>(setting.images);
    for (size_t mode = 0; mode < std::size(MODES); mode++) {
      std::printf("| %s | %" PRId64 " | %s |", setting.name, setting.images, MODES[mode].name);
      for (int e = 0; e < EPSILONS; e++) {
        const int64_t seen = counter.false_alarms[mode][e];
        const Interval interval = poisson_interval(seen, 0.025);
        const bool kept = seen <= std::pow(10.0, LOG10_EPSILON[e]) * images_seen;
        broken += !kept;
        std::printf(" %" PRId64 " (%.2g … %.2g)%s |", seen, interval.low / images_seen,
                    interval.high / images_seen, kept ? "" : " MORE THAN PROMISED");
      }
      std::printf("\n");
    }
    std::fflush(stdout);
    std::fprintf(stderr, "%s: %.0f s\n", setting.name,
                 std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  flowline_context_destroy(context);
  if (broken > 0) {
    std::fprintf(stderr, "%d times more false alarms than promised\n", broken);
    return 1;
  }
}
