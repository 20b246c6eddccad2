#ifndef FLOWLINE_TEST_DEVICE_SUITE_HPP
#define FLOWLINE_TEST_DEVICE_SUITE_HPP

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "check.hpp"
#include "random_law.hpp"
#include "random_maps.hpp"
#include "random_tensors.hpp"

/// What a call of flowline_segment asked for, on the host.
struct HostMaps {
  static constexpr int64_t ALL = 127;  ///< a bit an output

  std::vector<float> log10_nfa, smallest, anomaly_map, anomaly_score, fused_map;
  std::vector<double> mean_energies, channel_means;

  /// asked: a bit an output.
  flowline_maps of(const std::vector<OwnTensor>& latents, int64_t height, int64_t width,
                   int64_t asked) {
    const flowline_tensor& finest = latents[0].tensor;
    const int64_t batch = finest.batch;
    const int64_t scales = static_cast<int64_t>(latents.size());
    int64_t channels = 0;
    for (const OwnTensor& latent : latents) channels += latent.tensor.channels;
    flowline_maps maps = {};
    maps.struct_size = sizeof maps;
    maps.height = height;
    maps.width = width;
    const auto make = [&](auto* values, int64_t count, int bit) {
      values->assign(static_cast<size_t>(asked >> bit & 1 ? count : 0), -77.0f);
      return values->empty() ? nullptr : values->data();
    };
    maps.log10_nfa = make(&log10_nfa, batch * height * width, 0);
    maps.min_log10_nfa = make(&smallest, batch, 1);
    maps.anomaly_map = make(&anomaly_map, batch * height * width, 2);
    maps.anomaly_score = make(&anomaly_score, batch, 3);
    maps.fused_map = make(&fused_map, batch * finest.height * finest.width, 4);
    maps.mean_energies = make(&mean_energies, batch * scales, 5);
    maps.channel_means = make(&channel_means, batch * channels, 6);
    return maps;
  }

  /// body(this one's values, the other's, name) for every output.
  template <class Body>
  void each(HostMaps* other, Body&& body) {
    body(&log10_nfa, &other->log10_nfa, "log10_nfa");
    body(&smallest, &other->smallest, "smallest");
    body(&anomaly_map, &other->anomaly_map, "anomaly_map");
    body(&anomaly_score, &other->anomaly_score, "anomaly_score");
    body(&fused_map, &other->fused_map, "fused_map");
    body(&mean_energies, &other->mean_energies, "mean_energies");
    body(&channel_means, &other->channel_means, "channel_means");
  }
};

/// One suite for every implementation of the device: all that it computes is, to the bit, what a
/// context on the CPU computes. A Backend takes host memory:
///
///     void segment(latents, options, maps, prepared)     prepared: the field of view, before
///     void energy(latent, energy)
///     void forward(coupling, input, subnet, output, log_det)     output: as long as input's memory
///     void undo_affine(coupling, input, output, log_det)
///     void inverse(coupling, latent, subnet, log_det)            latent: is overwritten
template <class Backend>
class DeviceSuite {
 public:
  DeviceSuite(uint64_t seed, Backend* backend)
      : seed_(seed), random_(seed), maps_(seed), backend_(*backend) {}

  void run(int64_t rounds, int32_t longest_side) {
    for (number_ = 0; number_ < rounds; number_++) {
      segmentation(longest_side);
      if (number_ % 4 == 0) energy();
      if (number_ % 4 == 1) coupling();
      if (number_ % 16 == 2) not_finite();
      if (number_ % 16 == 3) lawless();
    }
  }

  /// One scale, as large as it is: its energies are the random map's squared roots.
  void large(int32_t height, int32_t width) {
    for (int kind = 0; kind < RandomMaps::KINDS; kind++) {
      std::vector<OwnTensor> latents;
      latents.push_back(latent_of(maps_.of_kind(kind, height, width), 1));
      for (int32_t count : {FLOWLINE_TESTS_PUBLISHED, FLOWLINE_TESTS_BY_SIZE}) {
        flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
        options.number_of_tests = count;
        compare(latents, options, height / 2 + 1, width, HostMaps::ALL);
      }
      OwnLaw law = next_law();
      flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
      options.law = law.get();
      compare(latents, options, height / 2 + 1, width, HostMaps::ALL);
    }
  }

 private:
  OwnLaw next_law() {
    return random_law([this](int64_t bound) { return random_.below(bound); });
  }

  OwnTensor latent_of(const RandomMap& map, int64_t batch) {
    return random_.make(
        FLOWLINE_FLOAT32, Layout::DENSE, batch, 1, map.height, map.width,
        [&](int64_t, int64_t, int64_t y, int64_t x) {
          const float energy = map.energy[static_cast<size_t>(y * map.width + x)];
          // In units of the channels, of which there is one here; finite squared.
          return std::sqrt(std::fmin(energy, 1e38f) / static_cast<float>(map.channels));
        });
  }

  OwnTensor random_latent(int64_t batch, int64_t channels, int64_t height, int64_t width) {
    const int32_t type = static_cast<int32_t>(random_.below(3));
    const Layout layout = static_cast<Layout>(random_.below(LAYOUTS));
    const int64_t kind = random_.below(4);
    return random_.make(type, layout, batch, channels, height, width,
                        [&](int64_t, int64_t c, int64_t y, int64_t x) -> float {
                          switch (kind) {
                            case 0:
                              return random_.normal();
                            case 1:  // plateaus
                              return static_cast<float>(random_.below(3));
                            case 2:
                              return static_cast<float>((y * width + x + c) % 7) * 0.5f;
                            default:  // bright spots
                              return random_.normal() * (random_.below(9) == 0 ? 4.0f : 1.0f);
                          }
                        });
  }

  void segmentation(int32_t longest_side) {
    const int64_t scales = 1 + random_.below(3);
    const int64_t batch = 1 + random_.below(3);
    std::vector<OwnTensor> latents;
    for (int64_t s = 0; s < scales; s++) {
      if (random_.below(2) == 0) {
        latents.push_back(latent_of(maps_.next(longest_side), batch));
      } else {
        constexpr int64_t CHANNELS[] = {1, 2, 3, 5, 64, 65, 130, 600};
        latents.push_back(random_latent(batch, CHANNELS[random_.below(8)],
                                        1 + random_.below(longest_side / 2),
                                        1 + random_.below(longest_side / 2)));
      }
    }
    finest_first(&latents);
    const int64_t height = 1 + random_.below(60), width = 1 + random_.below(60);
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.pfa_bound = static_cast<int32_t>(random_.below(3));
    options.number_of_tests = static_cast<int32_t>(random_.below(2));
    if (random_.below(3) == 0) {
      options.roi_x = random_.below(width);
      options.roi_y = random_.below(height);
      options.roi_width = 1 + random_.below(width - options.roi_x);
      options.roi_height = 1 + random_.below(height - options.roi_y);
    }
    std::vector<uint8_t> mask;
    if (random_.below(3) == 0) {
      const bool by_image = random_.below(2) == 0;
      options.ignore_batch_stride = by_image ? height * width + random_.below(5) : 0;
      mask.resize(static_cast<size_t>(height * width + (batch - 1) * options.ignore_batch_stride));
      const int64_t part = random_.below(8);  // all of it ignored, at times
      for (uint8_t& ignored : mask) ignored = random_.below(7) < part ? 255 : 0;
      options.ignore = mask.data();
    }
    OwnLaw law = next_law();
    if (random_.below(3) == 0) options.law = law.get();
    compare(latents, options, height, width, 1 + random_.below(HostMaps::ALL));
  }

  void compare(const std::vector<OwnTensor>& latents, const flowline_segment_options& options,
               int64_t height, int64_t width, int64_t asked) {
    std::vector<flowline_tensor> tensors;
    for (const OwnTensor& latent : latents) tensors.push_back(latent.tensor);
    HostMaps expected, got;
    const flowline_maps wanted = expected.of(latents, height, width, asked);
    CHECK(flowline_segment(host_, tensors.data(), static_cast<int32_t>(tensors.size()), &options,
                           &wanted) == FLOWLINE_OK);
    for (bool prepared : {false, true}) {
      backend_.segment(latents, options, got.of(latents, height, width, asked), prepared);
      expected.each(
          &got, [&](auto* host, auto* device, const char* name) { same(*host, *device, name); });
      if (options.ignore == nullptr && options.roi_width == 0) break;
    }
  }

  void energy() {
    constexpr int64_t CHANNELS[] = {1, 2, 63, 64, 65, 128, 129, 512, 513, 816, 1100};
    const int64_t batch = 1 + random_.below(3);
    const int64_t height = 1 + random_.below(40), width = 1 + random_.below(40);
    const OwnTensor latent = random_latent(batch, CHANNELS[random_.below(11)], height, width);
    std::vector<float> expected(static_cast<size_t>(batch * height * width));
    std::vector<float> got(expected.size());
    CHECK(flowline_energy(host_, &latent.tensor, expected.data()) == FLOWLINE_OK);
    backend_.energy(latent, got.data());
    same(expected, got, "energy");
  }

  // An image that is not finite is all NaN, and the others are what they are without it.
  void not_finite() {
    const int64_t sick = random_.below(3);
    const bool nan = random_.below(2) == 0;
    std::vector<OwnTensor> latents;
    std::vector<flowline_tensor> tensors;
    for (int64_t s = 0; s < 2; s++) {
      latents.push_back(
          random_.make(FLOWLINE_FLOAT32, Layout::DENSE, 3, 70, 9, 11,
                       [&](int64_t, int64_t, int64_t, int64_t) { return random_.normal(); }));
      tensors.push_back(latents.back().tensor);
    }
    HostMaps expected, got;
    const flowline_maps wanted = expected.of(latents, 20, 30, HostMaps::ALL);
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.number_of_tests = FLOWLINE_TESTS_BY_SIZE;
    OwnLaw law = next_law();
    if (random_.below(2) == 0) options.law = law.get();
    CHECK(flowline_segment(host_, tensors.data(), 2, &options, &wanted) == FLOWLINE_OK);
    const int64_t at = sick * tensors[1].batch_stride + random_.below(tensors[1].batch_stride);
    reinterpret_cast<float*>(latents[1].memory.data())[at] =
        nan ? std::numeric_limits<float>::quiet_NaN() : 3e38f;
    backend_.segment(latents, options, got.of(latents, 20, 30, HostMaps::ALL), false);
    expected.each(&got, [&](auto* host, auto* device, const char* name) {
      const size_t image = device->size() / 3;
      for (size_t i = static_cast<size_t>(sick) * image;
           i < (static_cast<size_t>(sick) + 1) * image; i++) {
        require(std::isnan((*device)[i]), "NaN");
        (*host)[i] = (*device)[i] = -77.0f;
      }
      same(*host, *device, (std::string(name) + " beside NaN").c_str());
    });
  }

  // A law's numbers are not checked on a device: whatever they are, the call ends, in its own
  // memory.
  void lawless() {
    std::vector<OwnTensor> latents;
    latents.push_back(random_latent(2, 3, 1 + random_.below(30), 1 + random_.below(30)));
    OwnLaw law = next_law();
    for (float& level : law.level) {
      if (random_.below(2) == 0) level = random_.below(3) == 0 ? NAN : 1e30f * random_.normal();
    }
    for (double& value : law.log10_pfa) {
      if (random_.below(2) == 0) value = random_.below(3) == 0 ? NAN : 1e300 * random_.normal();
    }
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.law = law.get();
    HostMaps maps;
    backend_.segment(latents, options, maps.of(latents, 20, 30, HostMaps::ALL), false);
  }

  void coupling() {
    const int64_t batch = 1 + random_.below(3), channels = 2 + random_.below(70);
    const int64_t height = 1 + random_.below(40), width = 1 + random_.below(40);
    const auto tensor = [&](int64_t count, float spread) {
      return random_.make(FLOWLINE_FLOAT32, static_cast<Layout>(random_.below(LAYOUTS_TO_WRITE)),
                          batch, count, height, width, [&](int64_t, int64_t, int64_t, int64_t) {
                            return spread * random_.normal();
                          });
    };
    const OwnTensor input = tensor(channels, 1), subnet = tensor(channels / 2 * 2, 30);
    std::vector<float> gain(static_cast<size_t>(channels)), offset(gain.size());
    std::vector<int32_t> permutation(gain.size());
    for (size_t c = 0; c < gain.size(); c++) {
      gain[c] = static_cast<float>(0.1 + random_.uniform());
      offset[c] = random_.normal();
      permutation[c] = static_cast<int32_t>(c);
      std::swap(permutation[c], permutation[static_cast<size_t>(random_.below(c + 1))]);
    }
    flowline_coupling coupling = {};
    coupling.struct_size = sizeof coupling;
    coupling.clamp = static_cast<int32_t>(random_.below(3));
    coupling.alpha = static_cast<float>(0.5 + 2 * random_.uniform());
    coupling.subnet_scale = 0.1f;
    coupling.gain = random_.below(3) == 0 ? nullptr : gain.data();
    coupling.offset = random_.below(3) == 0 ? nullptr : offset.data();
    coupling.permutation = random_.below(3) == 0 ? nullptr : permutation.data();
    const bool wants_log_det = random_.below(4) != 0;
    std::vector<double> expected_sum(static_cast<size_t>(batch)), sum;
    for (double& value : expected_sum) value = random_.normal();
    sum = expected_sum;
    double* const expected_log_det = wants_log_det ? expected_sum.data() : nullptr;
    double* const log_det = wants_log_det ? sum.data() : nullptr;

    OwnTensor expected = input, got = input;
    expected.tensor.data = expected.memory.data();
    got.tensor.data = got.memory.data();
    const auto output = [](OwnTensor& own) { return reinterpret_cast<float*>(own.memory.data()); };
    CHECK(flowline_coupling_forward(host_, &coupling, &input.tensor, &subnet.tensor,
                                    output(expected), expected_log_det) == FLOWLINE_OK);
    backend_.forward(coupling, input, subnet, output(got), log_det);
    same(floats_of(expected), floats_of(got), "forward");
    same(expected_sum, sum, "log-det of forward");

    OwnTensor back = expected, got_back = expected;
    back.tensor.data = back.memory.data();
    got_back.tensor.data = got_back.memory.data();
    CHECK(flowline_coupling_undo_affine(host_, &coupling, &expected.tensor, output(back),
                                        expected_log_det) == FLOWLINE_OK);
    backend_.undo_affine(coupling, expected, output(got_back), log_det);
    same(floats_of(back), floats_of(got_back), "undo_affine");
    same(expected_sum, sum, "log-det of undo_affine");

    CHECK(flowline_coupling_inverse(host_, &coupling, &back.tensor, &subnet.tensor,
                                    expected_log_det) == FLOWLINE_OK);
    backend_.inverse(coupling, &got_back, subnet, log_det);
    same(floats_of(back), floats_of(got_back), "inverse");
    same(expected_sum, sum, "log-det of inverse");
  }

  // All of its memory, float32, the gaps too.
  static std::vector<float> floats_of(const OwnTensor& tensor) {
    std::vector<float> floats(static_cast<size_t>(tensor.bytes()) / sizeof(float));
    std::memcpy(floats.data(), tensor.memory.data(), static_cast<size_t>(tensor.bytes()));
    return floats;
  }

  template <class Value>
  void same(const std::vector<Value>& expected, const std::vector<Value>& got, const char* what) {
    require(expected.size() == got.size(), what);
    for (size_t i = 0; i < expected.size(); i++) {
      if (std::memcmp(&expected[i], &got[i], sizeof(Value)) == 0) continue;
      std::fprintf(stderr, "%s[%zu]: %.17g, the CPU's %.17g\n", what, i,
                   static_cast<double>(got[i]), static_cast<double>(expected[i]));
      require(false, what);
    }
  }

  void require(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "another %s: round %lld of seed %llu\n", what,
                 static_cast<long long>(number_), static_cast<unsigned long long>(seed_));
    std::exit(1);
  }

  uint64_t seed_;
  int64_t number_ = -1;
  RandomTensors random_;
  RandomMaps maps_;
  Backend& backend_;
  Context host_;
};

#endif
