// flowline_inspect: the one rule of verdict, and its regions against the header's definition taken
// literally, at any size, in any field of view, with and without a law.
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

/// The outputs of one call, with room for so many regions of each image.
struct Result {
  Result(int64_t images, int64_t room)
      : capacity(room),
        verdict(static_cast<size_t>(images), -1),
        smallest(static_cast<size_t>(images)),
        count(static_cast<size_t>(images), -1),
        regions(static_cast<size_t>(images * room)) {}

  flowline_inspection at(int64_t height, int64_t width, double log10_epsilon) {
    return {sizeof(flowline_inspection),
            0,
            height,
            width,
            log10_epsilon,
            verdict.data(),
            smallest.data(),
            regions.data(),
            capacity,
            count.data()};
  }

  bool same(const Result& other) const {
    return verdict == other.verdict && smallest == other.smallest && count == other.count &&
           std::memcmp(regions.data(), other.regions.data(),
                       regions.size() * sizeof(flowline_region)) == 0;
  }

  int64_t capacity;
  std::vector<flowline_verdict> verdict;
  std::vector<float> smallest;
  std::vector<int64_t> count;
  std::vector<flowline_region> regions;
};

/// One call of random latents, options, maps' size and threshold.
class Round {
 public:
  explicit Round(RandomTensors* random)
      : random_(*random), batch_(1 + below(3)), height_(1 + below(40)), width_(1 + below(40)) {
    const int64_t scales = 1 + below(3);
    for (int64_t s = 0; s < scales; s++) {
      own_.push_back(random_.make(
          static_cast<int32_t>(below(3)), static_cast<Layout>(below(LAYOUTS)), batch_, 1 + below(6),
          1 + below(20), 1 + below(20), [&](int64_t, int64_t, int64_t, int64_t) {
            return random_.normal() * (below(9) == 0 ? 3.0f : 1.0f);
          }));
    }
    finest_first(&own_);
    for (const OwnTensor& scale : own_) latents_.push_back(scale.tensor);
    options_.pfa_bound = static_cast<int32_t>(below(3));
    options_.number_of_tests = 1 + static_cast<int32_t>(below(2));
    law_ = random_law([&](int64_t bound) { return below(bound); });
    if (below(2) == 0) options_.law = law_.get();
    mask_.resize(static_cast<size_t>(batch_ * height_ * width_));
    const int64_t part = below(3) == 0 ? below(7) : 0;  // all of it, at times
    for (uint8_t& ignored : mask_) ignored = below(6) < part;
    if (part > 0) {
      options_.ignore = mask_.data();
      options_.ignore_batch_stride = below(2) == 0 ? height_ * width_ : 0;
    }
    if (below(3) == 0) {
      options_.roi_x = below(width_);
      options_.roi_y = below(height_);
      options_.roi_width = 1 + below(width_ - options_.roi_x);
      options_.roi_height = 1 + below(height_ - options_.roi_y);
    }
  }

  void check() {
    Context context;
    std::vector<float> smallest(static_cast<size_t>(batch_));
    CHECK(segment(context, latents_.data(), scales(), &options_, height_, width_, nullptr,
                  smallest.data()) == FLOWLINE_OK);
    // About where the numbers are, and at one of them, which is not below itself.
    const double log10_epsilon = below(4) == 0 ? static_cast<double>(smallest[0])
                                 : below(8) == 0
                                     ? INFINITY
                                     : static_cast<double>(smallest[0]) * random_.uniform() * 2 + 1;
    Result result(batch_, height_ * width_);
    const flowline_inspection asked = result.at(height_, width_, log10_epsilon);
    CHECK(flowline_inspect(context, latents_.data(), scales(), &options_, &asked) == FLOWLINE_OK);
    CHECK(result.smallest == smallest);
    for (int64_t image = 0; image < batch_; image++) check_image(result, image, log10_epsilon);
    again(result, log10_epsilon);
  }

  static int64_t none_by_map;  // defects of which the interpolated map shows nothing

 private:
  int64_t below(int64_t bound) { return random_.below(bound); }
  int32_t scales() const { return static_cast<int32_t>(latents_.size()); }

  bool in_view(int64_t image, int64_t y, int64_t x) const {
    const flowline_segment_options& o = options_;
    const bool inside = o.roi_width == 0 || (x >= o.roi_x && x < o.roi_x + o.roi_width &&
                                             y >= o.roi_y && y < o.roi_y + o.roi_height);
    return inside &&
           (o.ignore == nullptr || o.ignore[image * o.ignore_batch_stride + y * width_ + x] == 0);
  }

  void check_image(const Result& result, int64_t image, double log10_epsilon) {
    const float smallest = result.smallest[image];
    const flowline_verdict verdict = result.verdict[image];
    CHECK(verdict == (smallest == FLT_MAX        ? FLOWLINE_NOT_INSPECTED
                      : smallest < log10_epsilon ? FLOWLINE_DEFECT
                                                 : FLOWLINE_GOOD));
    CHECK(verdict == flowline_decide(smallest, log10_epsilon));
    const int64_t count = result.count[image];
    const flowline_region* const regions = result.regions.data() + image * result.capacity;
    CHECK((count > 0) == (verdict == FLOWLINE_DEFECT));
    if (count == 0) return;
    CHECK(regions[0].log10_nfa == smallest);
    for (int64_t i = 0; i < count; i++) {
      CHECK(regions[i].log10_nfa < log10_epsilon);
      CHECK(in_view(image, regions[i].peak_y, regions[i].peak_x));
    }
    if (options_.law != nullptr || scales() == 1) check_regions(result, image, log10_epsilon);
  }

  /// The map of the tested grid itself, the field of view sampled at its positions' centres: the
  /// interpolation to its own size changes nothing.
  std::vector<float> grid_of(int64_t image) {
    const flowline_tensor& finest = latents_[0];
    const int64_t h = finest.height, w = finest.width;
    std::vector<uint8_t> ignored(static_cast<size_t>(h * w));
    for (int64_t at = 0; at < h * w; at++) {
      const int64_t y = (2 * (at / w) + 1) * height_ / (2 * h);
      ignored[at] = !in_view(image, y, (2 * (at % w) + 1) * width_ / (2 * w));
    }
    flowline_segment_options options = options_;
    options.roi_x = options.roi_y = options.roi_width = options.roi_height = 0;
    options.ignore_batch_stride = 0;
    options.ignore = ignored.data();
    std::vector<float> maps(static_cast<size_t>(batch_ * h * w));
    CHECK(segment(Context(), latents_.data(), scales(), &options, h, w, maps.data(), nullptr) ==
          FLOWLINE_OK);
    return {maps.begin() + image * h * w, maps.begin() + (image + 1) * h * w};
  }

  void check_regions(const Result& result, int64_t image, double log10_epsilon) {
    const int64_t h = latents_[0].height, w = latents_[0].width;
    const std::vector<float> grid = grid_of(image);
    std::vector<float> map(static_cast<size_t>(height_ * width_), FLT_MAX);
    const auto touches = [](int64_t pixel, int64_t pixels, int64_t position, int64_t positions) {
      return pixel * positions < (position + 1) * pixels &&
             (pixel + 1) * positions > position * pixels;
    };
    // Positions that are not tested have no cell of their own: they are FLT_MAX here, and of the
    // value of no region in the library, which is above every threshold but a high one.
    bool high = false;
    for (int64_t at = 0; at < h * w; at++) {
      high |= grid[at] == FLT_MAX && log10_epsilon > 0;
      for (int64_t y = 0; y < height_; y++) {
        for (int64_t x = 0; x < width_; x++) {
          if (!in_view(image, y, x) || !touches(y, height_, at / w, h)) continue;
          if (!touches(x, width_, at % w, w)) continue;
          map[y * width_ + x] = std::min(map[y * width_ + x], grid[at]);
        }
      }
    }
    if (high) return;
    int64_t count;
    std::vector<flowline_region> expected(map.size());
    CHECK(flowline_regions(Context(), map.data(), height_, width_, log10_epsilon, 4,
                           expected.data(), height_ * width_, &count) == FLOWLINE_OK);
    CHECK(count == result.count[image]);
    CHECK(std::memcmp(expected.data(), result.regions.data() + image * result.capacity,
                      static_cast<size_t>(count) * sizeof(flowline_region)) == 0);
    std::vector<float> interpolated(static_cast<size_t>(batch_ * height_ * width_));
    CHECK(segment(Context(), latents_.data(), scales(), &options_, height_, width_,
                  interpolated.data(), nullptr) == FLOWLINE_OK);
    CHECK(flowline_regions(Context(), interpolated.data() + image * height_ * width_, height_,
                           width_, log10_epsilon, 4, nullptr, 0, &count) == FLOWLINE_OK);
    none_by_map += count == 0;
  }

  /// Results are the same for any number of threads and in a used context; less room receives the
  /// first regions.
  void again(const Result& result, double log10_epsilon) {
    Context context(1 + static_cast<int32_t>(below(3)));
    for (int i = 0; i < 2; i++) {
      Result other(batch_, result.capacity);
      const flowline_inspection asked = other.at(height_, width_, log10_epsilon);
      CHECK(flowline_inspect(context, latents_.data(), scales(), &options_, &asked) == FLOWLINE_OK);
      CHECK(result.same(other));
    }
    Result few(batch_, below(3));
    const flowline_inspection asked = few.at(height_, width_, log10_epsilon);
    CHECK(flowline_inspect(context, latents_.data(), scales(), &options_, &asked) == FLOWLINE_OK);
    CHECK(few.count == result.count);
    for (int64_t image = 0; image < batch_; image++) {
      CHECK(few.capacity == 0 || few.count[image] == 0 ||
            std::memcmp(&few.regions[image * few.capacity],
                        &result.regions[image * result.capacity],
                        static_cast<size_t>(std::min(few.capacity, few.count[image])) *
                            sizeof(flowline_region)) == 0);
    }
  }

  RandomTensors& random_;
  int64_t batch_, height_, width_;
  std::vector<OwnTensor> own_;
  std::vector<flowline_tensor> latents_;
  flowline_segment_options options_ = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  OwnLaw law_;
  std::vector<uint8_t> mask_;
};

int64_t Round::none_by_map = 0;

// Nothing is tested: it must not pass as good.
void not_inspected() {
  std::vector<float> z(3 * 8 * 8, 1.0f);
  const flowline_tensor latent = {sizeof latent, 0, z.data(), 1, 3, 8, 8};
  Context context;
  const std::vector<uint8_t> all(64 * 64, 1);
  flowline_segment_options mask = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  mask.ignore = all.data();
  flowline_segment_options between = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;  // of centres, at 4 and 12
  between.roi_x = between.roi_y = 7;
  between.roi_width = between.roi_height = 2;
  for (const flowline_segment_options& options : {mask, between}) {
    for (double log10_epsilon : {-2.0, 1e300, static_cast<double>(INFINITY)}) {
      Result result(1, 4);
      const flowline_inspection asked = result.at(64, 64, log10_epsilon);
      CHECK(flowline_inspect(context, &latent, 1, &options, &asked) == FLOWLINE_OK);
      CHECK(result.verdict[0] == FLOWLINE_NOT_INSPECTED && result.count[0] == 0);
      CHECK(result.smallest[0] == FLT_MAX);
    }
  }
  CHECK(flowline_decide(FLT_MAX, INFINITY) == FLOWLINE_NOT_INSPECTED);
  CHECK(flowline_decide(INFINITY, 0) == FLOWLINE_NOT_INSPECTED);
  CHECK(flowline_decide(NAN, 0) == FLOWLINE_NOT_INSPECTED);
  CHECK(flowline_decide(-5, NAN) == FLOWLINE_NOT_INSPECTED);
  CHECK(flowline_decide(-2, -2) == FLOWLINE_GOOD && flowline_decide(2, 0) == FLOWLINE_GOOD);
  CHECK(flowline_decide(-2.5f, -2) == FLOWLINE_DEFECT);
  CHECK(flowline_decide(-FLT_MAX, -INFINITY) == FLOWLINE_GOOD);
}

void arguments() {
  std::vector<float> z(2 * 3 * 4 * 5, 1.0f);
  flowline_tensor latent = {sizeof latent, 0, z.data(), 2, 3, 4, 5};
  Context context;
  Result result(2, 4);
  const flowline_inspection good = result.at(8, 8, -2);
  const auto run = [&](const flowline_inspection& asked) {
    return flowline_inspect(context, &latent, 1, nullptr, &asked);
  };
  const auto fails = [&](const char* words, auto&& spoil) {
    flowline_inspection asked = good;
    CHECK(run(asked) == FLOWLINE_OK);
    spoil(asked);
    CHECK_FAILS(run(asked), FLOWLINE_INVALID_ARGUMENT, words);
  };
  for (int64_t bad : {int64_t{0}, int64_t{-1}, INT64_MAX}) {
    fails("inspection.height", [&](auto& a) { a.height = bad; });
    fails("inspection.width", [&](auto& a) { a.width = bad; });
  }
  fails("inspection.height * width", [](auto& a) { a.height = a.width = 1 << 20; });
  fails("inspection.log10_epsilon must not be NaN", [](auto& a) { a.log10_epsilon = NAN; });
  fails("inspection.verdict must not be NULL", [](auto& a) { a.verdict = nullptr; });
  fails("inspection.regions must not be NULL", [](auto& a) { a.regions = nullptr; });
  fails("inspection.region_count must not be NULL", [](auto& a) { a.region_count = nullptr; });
  fails("inspection.capacity must be", [](auto& a) { a.capacity = -1; });
  fails("inspection.capacity is more than memory", [](auto& a) { a.capacity = INT64_MAX / 2; });
  fails("inspection.reserved", [](auto& a) { a.reserved = 1; });
  fails("inspection.struct_size", [](auto& a) { a.struct_size = 64; });
  fails("inspection.min_log10_nfa overlaps latents[0]", [&](auto& a) { a.min_log10_nfa = &z[3]; });
  fails("inspection.region_count overlaps inspection.regions",
        [](auto& a) { a.region_count = reinterpret_cast<int64_t*>(a.regions + 3); });
  fails("inspection.region_count must be aligned", [](auto& a) {
    a.region_count = reinterpret_cast<int64_t*>(reinterpret_cast<char*>(a.regions) + 4);
  });
  flowline_inspection least = good;
  least.min_log10_nfa = nullptr;
  least.regions = nullptr;
  least.capacity = 0;
  least.region_count = nullptr;
  CHECK(run(least) == FLOWLINE_OK && result.verdict[1] == FLOWLINE_GOOD);
  CHECK_FAILS(flowline_inspect(nullptr, &latent, 1, nullptr, &good), FLOWLINE_INVALID_ARGUMENT,
              "context must not be NULL");
  CHECK_FAILS(flowline_inspect(context, &latent, 1, nullptr, nullptr), FLOWLINE_INVALID_ARGUMENT,
              "inspection must not be NULL");
  CHECK_FAILS(flowline_inspect(context, nullptr, 1, nullptr, &good), FLOWLINE_INVALID_ARGUMENT,
              "latents must not be NULL");
  z[77] = INFINITY;
  result.verdict = {FLOWLINE_GOOD, FLOWLINE_GOOD};  // of an earlier call
  CHECK_FAILS(run(good), FLOWLINE_NOT_FINITE, "latents[0], image 1");
  CHECK(result.verdict[0] == FLOWLINE_NOT_INSPECTED && result.verdict[1] == FLOWLINE_NOT_INSPECTED);
  z[77] = 1;
  CHECK(run(good) == FLOWLINE_OK);
}

}  // namespace

int main(int count, char** arguments_of) {
  const uint64_t seed = count > 1 ? std::stoull(arguments_of[1]) : std::random_device()();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  RandomTensors random(seed);
  for (int i = 0; i < 1500; i++) Round(&random).check();
  CHECK(Round::none_by_map > 10);
  not_inspected();
  arguments();
}
