// flowline_inspect: the one rule of verdict, and its decided maps and regions against the header's
// definition taken literally on the slow oracle's grids, at any size, in any field of view, with and
// without a law.
#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "acontrario/decided_map.hpp"
#include "acontrario/region_law.hpp"
#include "acontrario/test_counts.hpp"
#include "check.hpp"
#include "random_law.hpp"
#include "random_tensors.hpp"
#include "slow_oracle.hpp"

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
            count.data(),
            nullptr};
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

/// All maps that an inspection can be asked for, in host memory.
struct Maps {
  Maps(const std::vector<flowline_tensor>& latents, int64_t map_height, int64_t map_width)
      : height(map_height), width(map_width) {
    const size_t batch = static_cast<size_t>(latents[0].batch);
    size_t channels = 0;
    for (const flowline_tensor& latent : latents) channels += static_cast<size_t>(latent.channels);
    log10_nfa.assign(batch * static_cast<size_t>(height * width), NAN);
    smallest.assign(batch, NAN);
    anomaly_map = log10_nfa;
    anomaly_score = smallest;
    fused_map.assign(batch * static_cast<size_t>(latents[0].height * latents[0].width), NAN);
    mean_energies.assign(batch * latents.size(), NAN);
    channel_means.assign(batch * channels, NAN);
  }

  flowline_maps all() {
    return {sizeof(flowline_maps),
            0,
            height,
            width,
            log10_nfa.data(),
            smallest.data(),
            anomaly_map.data(),
            anomaly_score.data(),
            fused_map.data(),
            mean_energies.data(),
            channel_means.data()};
  }

  int64_t height, width;
  std::vector<float> log10_nfa, smallest, anomaly_map, anomaly_score, fused_map;
  std::vector<double> mean_energies, channel_means;
};

using Grid = std::vector<float>;

/// One call of random latents, options, maps' size and threshold.
class Round {
 public:
  explicit Round(RandomTensors* random)
      : random_(*random), batch_(1 + below(3)), height_(side()), width_(side()) {
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
    if (below(3) == 0) options_.law = law_.get();
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
    Maps plain(latents_, height_, width_);
    const flowline_maps of_plain = plain.all();
    CHECK(flowline_segment(context, latents_.data(), scales(), &options_, &of_plain) ==
          FLOWLINE_OK);
    const double log10_epsilon = threshold(plain.smallest[0]);
    Result result(batch_, height_ * width_);
    Maps decided(latents_, height_, width_);
    const flowline_maps of_decided = decided.all();
    flowline_inspection asked = result.at(height_, width_, log10_epsilon);
    asked.maps = &of_decided;
    CHECK(flowline_inspect(context, latents_.data(), scales(), &options_, &asked) == FLOWLINE_OK);
    CHECK(result.smallest == plain.smallest && decided.smallest == plain.smallest);
    CHECK(decided.anomaly_map == plain.anomaly_map && decided.fused_map == plain.fused_map);
    CHECK(decided.anomaly_score == plain.anomaly_score);
    CHECK(decided.mean_energies == plain.mean_energies);
    CHECK(decided.channel_means == plain.channel_means);
    for (int64_t image = 0; image < batch_; image++) {
      check_image(result, image, log10_epsilon, map_of(plain, image), map_of(decided, image));
    }
    again(result, log10_epsilon);
    if (std::isfinite(log10_epsilon)) guarded(result, decided, log10_epsilon);
  }

  // Of how many defects the interpolated map shows the number, the region alone, and neither.
  static int64_t shown, lifted, levelled;
  static int64_t undecided;  // images with a guard band

 private:
  int64_t below(int64_t bound) { return random_.below(bound); }
  int64_t side() { return below(5) == 0 ? 1 + below(200) : 1 + below(40); }
  int32_t scales() const { return static_cast<int32_t>(latents_.size()); }

  /// About where the numbers are, just above one of them, and at it, which is not below itself.
  double threshold(float smallest) {
    const double number = static_cast<double>(smallest);
    switch (below(6)) {
      case 0:
        return number;
      case 1:
        return below(2) == 0 ? INFINITY : 1e300;
      case 2:
      case 3:
        return number + 1e-3 * std::fabs(number) + 1e-6;
      default:
        return number * random_.uniform() * 2 + 1;
    }
  }

  // With a guard band the verdict is that of flowline_decide_guarded. A defect is shown as without
  // one, and an undecided image as a defect of the threshold above the band.
  void guarded(const Result& plain, const Maps& of_plain, double log10_epsilon) {
    const double below_it = below(3) == 0 ? 0 : random_.uniform() * (1 + std::fabs(log10_epsilon));
    const double above_it = below(3) == 0 ? 0 : random_.uniform() * (1 + std::fabs(log10_epsilon));
    Context context;
    Result wider(batch_, height_ * width_), result(batch_, height_ * width_);
    Maps of_wider(latents_, height_, width_), maps(latents_, height_, width_);
    const flowline_maps all_of_wider = of_wider.all(), all = maps.all();
    flowline_inspection asked = wider.at(height_, width_, log10_epsilon + above_it);
    asked.maps = &all_of_wider;
    CHECK(flowline_inspect(context, latents_.data(), scales(), &options_, &asked) == FLOWLINE_OK);
    asked = result.at(height_, width_, log10_epsilon);
    asked.maps = &all;
    asked.guard_below = below_it;
    asked.guard_above = above_it;
    CHECK(flowline_inspect(context, latents_.data(), scales(), &options_, &asked) == FLOWLINE_OK);
    CHECK(result.smallest == plain.smallest);
    for (int64_t image = 0; image < batch_; image++) {
      const flowline_verdict verdict = result.verdict[image];
      CHECK(verdict ==
            flowline_decide_guarded(plain.smallest[image], log10_epsilon, below_it, above_it));
      const bool is_undecided = verdict == FLOWLINE_UNDECIDED;
      const Result& like = is_undecided ? wider : plain;
      CHECK(result.count[image] == like.count[image]);
      CHECK((result.count[image] > 0) == (is_undecided || verdict == FLOWLINE_DEFECT));
      const size_t first = static_cast<size_t>(image * result.capacity);
      CHECK(std::memcmp(&result.regions[first], &like.regions[first],
                        static_cast<size_t>(result.count[image]) * sizeof(flowline_region)) == 0);
      const Grid map = map_of(maps, image),
                 like_map = map_of(is_undecided ? of_wider : of_plain, image);
      CHECK(map == like_map);
      undecided += is_undecided;
    }
  }

  Grid map_of(const Maps& maps, int64_t image) const {
    const auto first = maps.log10_nfa.begin() + image * height_ * width_;
    return {first, first + height_ * width_};
  }

  bool in_view(int64_t image, int64_t y, int64_t x) const {
    const flowline_segment_options& o = options_;
    const bool inside = o.roi_width == 0 || (x >= o.roi_x && x < o.roi_x + o.roi_width &&
                                             y >= o.roi_y && y < o.roi_y + o.roi_height);
    return inside &&
           (o.ignore == nullptr || o.ignore[image * o.ignore_batch_stride + y * width_ + x] == 0);
  }

  bool tested(int64_t image, const flowline_tensor& latent, int64_t at) const {
    const int64_t y = at / latent.width, x = at % latent.width;
    return in_view(image, (2 * y + 1) * height_ / (2 * latent.height),
                   (2 * x + 1) * width_ / (2 * latent.width));
  }

  void check_image(const Result& result, int64_t image, double log10_epsilon, const Grid& plain,
                   const Grid& decided) {
    const float smallest = result.smallest[image];
    const flowline_verdict verdict = result.verdict[image];
    CHECK(verdict == (smallest == FLT_MAX        ? FLOWLINE_NOT_INSPECTED
                      : smallest < log10_epsilon ? FLOWLINE_DEFECT
                                                 : FLOWLINE_GOOD));
    CHECK(verdict == flowline_decide(smallest, log10_epsilon));
    const int64_t count = result.count[image];
    CHECK((count > 0) == (verdict == FLOWLINE_DEFECT));
    if (count == 0) {
      CHECK(decided == plain);
      return;
    }
    const double below = std::min(log10_epsilon, static_cast<double>(FLT_MAX));
    CHECK(decided == slow_decided(image, smallest, below, plain));
    const flowline_region* const regions = result.regions.data() + image * result.capacity;
    CHECK(regions[0].log10_nfa == smallest);
    for (int64_t i = 0; i < count; i++) CHECK(in_view(image, regions[i].peak_y, regions[i].peak_x));
    int64_t expected_count;
    std::vector<flowline_region> expected(decided.size());
    CHECK(flowline_regions(Context(), decided.data(), height_, width_, below, 4, expected.data(),
                           height_ * width_, &expected_count) == FLOWLINE_OK);
    CHECK(count == expected_count);
    CHECK(std::memcmp(expected.data(), regions,
                      static_cast<size_t>(count) * sizeof(flowline_region)) == 0);
  }

  /// The maps of log10 NFA before interpolation, by scale; empty where nothing is tested.
  std::vector<Grid> slow_grids(int64_t image) {
    if (options_.law != nullptr) return {law_grid(image)};
    std::vector<Grid> grids;
    std::vector<int64_t> counts;
    int64_t total = 0;
    for (const flowline_tensor& latent : latents_) {
      int64_t count = 0;
      for (int64_t at = 0; at < latent.height * latent.width; at++) {
        count += tested(image, latent, at);
      }
      counts.push_back(count);
      total += count;
    }
    double log10_tests = 0;
    if (options_.number_of_tests == FLOWLINE_TESTS_PUBLISHED) {
      std::vector<int64_t> taking_part;
      for (int64_t count : counts) {
        if (count > 0) taking_part.push_back(count);
      }
      CHECK(flowline_log10_number_of_tests(taking_part.data(),
                                           static_cast<int32_t>(taking_part.size()),
                                           &log10_tests) == FLOWLINE_OK);
    }
    for (size_t scale = 0; scale < latents_.size(); scale++) {
      const flowline_tensor& latent = latents_[scale];
      const int64_t positions = latent.height * latent.width;
      grids.emplace_back();
      if (counts[scale] == 0) continue;
      Grid energy(static_cast<size_t>(batch_ * positions));
      CHECK(flowline_energy(Context(), &latent, energy.data()) == FLOWLINE_OK);
      float* const mine = energy.data() + image * positions;
      for (int64_t at = 0; at < positions; at++) {
        if (!tested(image, latent, at)) mine[at] = -1.0f;
      }
      grids.back() = slow_painted(
          slow_tree(mine, static_cast<int32_t>(latent.height), static_cast<int32_t>(latent.width),
                    4, -0.5f),
          positions,
          {options_.pfa_bound, options_.number_of_tests, latent.channels, counts[scale], total},
          log10_tests);
    }
    return grids;
  }

  /// The map of the fused map's own size, the field of view sampled at its positions' centres: the
  /// interpolation to its own size changes nothing.
  Grid law_grid(int64_t image) {
    const flowline_tensor& finest = latents_[0];
    const int64_t positions = finest.height * finest.width;
    std::vector<uint8_t> ignored(static_cast<size_t>(positions));
    for (int64_t at = 0; at < positions; at++) ignored[at] = !tested(image, finest, at);
    flowline_segment_options options = options_;
    options.roi_x = options.roi_y = options.roi_width = options.roi_height = 0;
    options.ignore_batch_stride = 0;
    options.ignore = ignored.data();
    Grid maps(static_cast<size_t>(batch_ * positions));
    CHECK(segment(Context(), latents_.data(), scales(), &options, finest.height, finest.width,
                  maps.data(), nullptr) == FLOWLINE_OK);
    const Grid map = {maps.begin() + image * positions, maps.begin() + (image + 1) * positions};
    Grid painted = map;
    for (int64_t at = 0; at < positions; at++) {
      if (ignored[at]) {  // of the value of no region
        painted[at] = static_cast<float>(flowline::log10_tests_of(
            {options_.law->classes, 0, nullptr, nullptr, 0, 0, 0, nullptr}));
      }
    }
    return painted;
  }

  /// The positions that are connected to the first one of the smallest value, taken in until no
  /// more are.
  static std::vector<bool> slow_region(const Grid& grid, int64_t width, float smallest,
                                       double below) {
    const int64_t positions = static_cast<int64_t>(grid.size());
    std::vector<bool> member(grid.size());
    member[std::find(grid.begin(), grid.end(), smallest) - grid.begin()] = true;
    for (bool grown = true; grown;) {
      grown = false;
      for (int64_t at = 0; at < positions; at++) {
        const auto has = [&](int64_t other, bool neighbour) {
          return neighbour && other >= 0 && other < positions && member[other];
        };
        const bool touched = has(at - width, true) || has(at + width, true) ||
                             has(at - 1, at % width > 0) || has(at + 1, at % width < width - 1);
        if (member[at] || !touched || !(grid[at] < below)) continue;
        member[at] = grown = true;
      }
    }
    return member;
  }

  /// What the header says of the decided map, of an interpolated one.
  Grid slow_decided(int64_t image, float smallest, double below, Grid map) {
    const std::vector<Grid> grids = slow_grids(image);
    size_t scale = 0;
    while (std::find(grids[scale].begin(), grids[scale].end(), smallest) == grids[scale].end()) {
      scale++;
      CHECK(scale < grids.size());
    }
    if (std::find(map.begin(), map.end(), smallest) != map.end()) {
      shown++;
      return map;
    }
    const int64_t h = latents_[scale].height, w = latents_[scale].width;
    const std::vector<bool> member = slow_region(grids[scale], w, smallest, below);
    const auto touches = [](int64_t pixel, int64_t pixels, int64_t position, int64_t positions) {
      return pixel * positions < (position + 1) * pixels &&
             (pixel + 1) * positions > position * pixels;
    };
    Grid covered(map.size(), INFINITY);  // the smallest value of what covers a pixel
    for (int64_t at = 0; at < h * w; at++) {
      for (int64_t y = 0; y < height_ && member[at]; y++) {
        for (int64_t x = 0; x < width_; x++) {
          if (!touches(y, height_, at / w, h) || !touches(x, width_, at % w, w)) continue;
          float& pixel = covered[y * width_ + x];
          if (in_view(image, y, x)) pixel = std::min(pixel, grids[scale][at]);
        }
      }
    }
    size_t lowest = map.size();
    for (size_t i = 0; i < map.size(); i++) {
      if (covered[i] < INFINITY && (lowest == map.size() || map[i] < map[lowest])) lowest = i;
    }
    CHECK(lowest < map.size());
    if (map[lowest] < below) {
      lifted++;
      map[lowest] = smallest;
    } else {
      levelled++;
      for (size_t i = 0; i < map.size(); i++) map[i] = std::min(map[i], covered[i]);
    }
    return map;
  }

  /// Results are the same for any number of threads, in a used context, without maps and with a
  /// prepared field of view; less room receives the first regions.
  void again(const Result& result, double log10_epsilon) {
    Context context(1 + static_cast<int32_t>(below(3)));
    flowline_field_of_view* view;
    CHECK(flowline_field_of_view_create(context, &options_, height_, width_, batch_, &view) ==
          FLOWLINE_OK);
    flowline_segment_options prepared = options_;
    prepared.roi_x = prepared.roi_y = prepared.roi_width = prepared.roi_height = 0;
    prepared.ignore = nullptr;
    prepared.ignore_batch_stride = 0;
    prepared.field_of_view = view;
    for (const flowline_segment_options* options : {&options_, &options_, &prepared}) {
      Result other(batch_, result.capacity);
      const flowline_inspection asked = other.at(height_, width_, log10_epsilon);
      CHECK(flowline_inspect(context, latents_.data(), scales(), options, &asked) == FLOWLINE_OK);
      CHECK(result.same(other));
    }
    flowline_field_of_view_destroy(view);
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

int64_t Round::shown = 0;
int64_t Round::lifted = 0;
int64_t Round::levelled = 0;
int64_t Round::undecided = 0;

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
  for (double bad : {-1e-9, static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
    fails("inspection.guard_below must be finite and at least 0",
          [&](auto& a) { a.guard_below = bad; });
    fails("inspection.guard_above must be finite and at least 0",
          [&](auto& a) { a.guard_above = bad; });
  }
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
  std::vector<float> map(2 * 8 * 8);
  flowline_maps maps = {sizeof maps, 0, 8, 8, map.data()};
  const auto with_maps = [&](auto&& spoil) {
    flowline_maps* const spoilt = &maps;
    return [=](auto& a) {
      spoil(*spoilt);
      a.maps = spoilt;
    };
  };
  fails("inspection.maps.height must be 8", with_maps([](auto& m) { m.height = 9; }));
  maps.height = 8;
  fails("inspection.maps.width must be 8", with_maps([](auto& m) { m.width = 7; }));
  maps.width = 8;
  fails("inspection.maps.struct_size", with_maps([](auto& m) { m.struct_size = 8; }));
  maps.struct_size = sizeof maps;
  fails("inspection.maps.anomaly_map overlaps inspection.maps.log10_nfa",
        with_maps([&](auto& m) { m.anomaly_map = map.data() + 1; }));
  maps.anomaly_map = nullptr;
  std::vector<float> shared(
      map.size());  // as large as the map, which else reaches what is beside it
  fails("inspection.maps.log10_nfa overlaps inspection.min_log10_nfa", [&](auto& a) {
    maps.log10_nfa = a.min_log10_nfa = shared.data();
    a.maps = &maps;
  });
  maps.log10_nfa = nullptr;
  flowline_inspection with = good;  // of maps none is asked for
  with.maps = &maps;
  CHECK(run(with) == FLOWLINE_OK);
  with.struct_size = offsetof(flowline_inspection, maps);  // an older program's
  with.maps = reinterpret_cast<const flowline_maps*>(1);
  CHECK(run(with) == FLOWLINE_OK);
  with.maps = nullptr;
  with.guard_below = NAN;  // after the end of an older program's
  with.struct_size = offsetof(flowline_inspection, guard_below);
  CHECK(run(with) == FLOWLINE_OK);
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

// The most memory that a call can name: the scales, a law, a mask and every output.
void everything_at_once() {
  constexpr int64_t SCALES = 64;
  const std::vector<float> z(8, 1.0f);
  flowline_tensor latent = {sizeof latent, 0, z.data(), 1, 2, 2, 2};
  const std::vector<flowline_tensor> latents(SCALES, latent);
  const std::vector<uint8_t> mask(8 * 8, 0);
  OwnLaw law;
  law.level = {0.1f, 0.5f};
  law.log10_pfa = {0.0, -1.0};
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.ignore = mask.data();
  options.law = law.get();
  Context context;
  Result result(1, 4);
  Maps maps(latents, 8, 8);
  const flowline_maps all = maps.all();
  flowline_inspection asked = result.at(8, 8, 100.0);
  asked.maps = &all;
  CHECK(flowline_inspect(context, latents.data(), SCALES, &options, &asked) == FLOWLINE_OK);
  CHECK(result.verdict[0] == FLOWLINE_DEFECT && result.count[0] == 1);
}

// Grids without the number that decided, which only a NaN could leave, are an error.
void grids_without_the_number() {
  flowline_maps maps = {};
  maps.height = maps.width = 8;
  flowline::SegmentCall call(FLOWLINE_SEGMENT_OPTIONS_DEFAULT, maps);
  call.scales = 1;
  call.latents[0] = {sizeof(flowline_tensor), 0, nullptr, 1, 3, 4, 5};
  flowline::TestCounts counts;
  counts.reserve(1, 1);
  counts.count(call.view, call.latents, 1);
  call.counts = &counts;
  flowline::DecidedMap decided(*flowline::kernels_of(FLOWLINE_INSTRUCTION_SET_BEST));
  decided.reserve_maps(call);
  decided.reserve_regions(call);
  const Grid painted(4 * 5, NAN);
  CHECK(!decided.decided(call, 0, painted.data(), -5.0f, -2.0, nullptr));
}

}  // namespace

int main(int count, char** arguments_of) {
  const uint64_t seed = count > 1 ? std::stoull(arguments_of[1]) : std::random_device()();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  RandomTensors random(seed);
  for (int i = 0; i < 1500; i++) Round(&random).check();
  std::printf(
      "the interpolated map shows the number of %lld defects, the region alone of %lld, "
      "neither of %lld\n",
      static_cast<long long>(Round::shown), static_cast<long long>(Round::lifted),
      static_cast<long long>(Round::levelled));
  CHECK(Round::shown > 10 && Round::lifted > 10 && Round::levelled > 10 && Round::undecided > 10);
  not_inspected();
  arguments();
  everything_at_once();
  grids_without_the_number();
}
