// A context remembers nothing: whatever it was asked before, sizes that come, go and come back,
// calls that failed and allocations that did, it gives the bits that a new one gives. New memory is
// full of garbage, another for each of the two, so that what nobody has written shows as well.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "check.hpp"
#include "layers_under_test.hpp"
#include "random_law.hpp"
#include "random_maps.hpp"
#include "random_tensors.hpp"
#include "starvation.hpp"

namespace {

/// One call on one context: what it wrote, and which of its allocations fails, if any.
class Attempt {
 public:
  explicit Attempt(flowline_context* of, long failing = -1) : context(of), failing_(failing) {}

  /// An output. What the call leaves of it is alike in every attempt.
  template <class Element>
  Element* output(int64_t count) {
    const size_t words = static_cast<size_t>(count) * sizeof(Element) / sizeof(uint64_t) + 1;
    outputs_.emplace_back(words, 0x7777777777777777u);
    return reinterpret_cast<Element*>(outputs_.back().data());
  }

  /// An output that is read first.
  void* output(const OwnTensor& tensor) {
    outputs_.push_back(tensor.memory);
    return outputs_.back().data();
  }

  template <class Body>
  flowline_status of(Body&& body) const {
    return failing_ < 0 ? body() : starved(failing_, failing_, body);
  }

  bool operator==(const Attempt& other) const { return outputs_ == other.outputs_; }

  flowline_context* const context;

 private:
  const long failing_;
  std::vector<std::vector<uint64_t>> outputs_;
};

struct Call {
  const char* name;
  std::function<flowline_status(Attempt*)> on;
  bool by_set = false;  ///< its bits are not those of every instruction set
};

/// Calls of every entry that has a context, one in ten of them a mistake or with a NaN.
class RandomCalls {
 public:
  explicit RandomCalls(uint64_t seed) : random_(seed), maps_(~seed) {
    constexpr int32_t LONGEST[] = {3, 12, 40};
    longest_ = LONGEST[below(3)];
  }

  int64_t below(int64_t bound) { return random_.below(bound); }

  Call next() {
    switch (below(18)) {
      case 0:
        return energy();
      case 1:
        return tree();
      case 2:
        return select();
      case 3:
        return regions();
      case 4:
        return coupling_forward();
      case 5:
        return coupling_undo_affine();
      case 6:
        return coupling_inverse();
      case 7:
        return segment("reserve", true);
      case 8:
      case 9:
        return preprocess();
      case 10:
        return convolution();
      case 11:
        return stage();
      case 12:
        return training();
      case 13:
        return transformer();
      default:
        return segment("segment", false);
    }
  }

 private:
  struct Segmentation {
    std::vector<OwnTensor> latents;
    std::vector<flowline_tensor> tensors;
    std::vector<uint8_t> mask;
    OwnLaw law;
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    int64_t height, width;
    bool wanted[7];
  };

  struct Block {
    flowline_coupling coupling = {};
    OwnTensor input, subnet;
    std::vector<float> gain, offset;
    std::vector<int32_t> permutation;
    bool wants_log_det;
  };

  bool mistaken() { return below(10) == 0; }

  RandomMap map() {
    if (below(60) == 0) return maps_.of_kind(static_cast<int>(below(16)), 258, 260);  // large
    return maps_.next(longest_);
  }

  OwnTensor latent(int64_t batch) {
    const Layout layout = static_cast<Layout>(below(LAYOUTS));
    const int64_t kind = below(5);
    if (kind == 0) {
      const RandomMap energies = map();
      return random_.make(FLOWLINE_FLOAT32, layout, batch, 1, energies.height, energies.width,
                          [&](int64_t, int64_t, int64_t y, int64_t x) {
                            const auto at = static_cast<size_t>(y * energies.width + x);
                            return std::sqrt(energies.energy[at]) /
                                   std::sqrt(static_cast<float>(energies.channels));
                          });
    }
    constexpr int64_t CHANNELS[] = {1, 2, 3, 5, 64, 65, 130};
    const int64_t channels = CHANNELS[below(7)];
    const int64_t height = 1 + below(longest_), width = 1 + below(longest_);
    const int64_t sick = mistaken() ? below(height * width) : -1;
    return random_.make(static_cast<int32_t>(below(3)), layout, batch, channels, height, width,
                        [&](int64_t n, int64_t c, int64_t y, int64_t x) -> float {
                          if (n == batch - 1 && c == 0 && y * width + x == sick) return NAN;
                          switch (kind) {
                            case 1:
                              return 0.0f;
                            case 2:  // plateaus
                              return static_cast<float>(below(3));
                            case 3:  // bright spots
                              return random_.normal() * (below(9) == 0 ? 4.0f : 1.0f);
                            default:
                              return random_.normal();
                          }
                        });
  }

  Call segment(const char* name, bool reserves) {
    auto of = std::make_shared<Segmentation>();
    const int64_t batch = 1 + below(3);
    for (int64_t scale = below(4); scale >= 0; scale--) of->latents.push_back(latent(batch));
    finest_first(&of->latents);
    for (const OwnTensor& latent : of->latents) of->tensors.push_back(latent.tensor);
    of->height = 1 + below(50);
    of->width = 1 + below(50);
    for (bool& wanted : of->wanted) wanted = below(2) == 0;
    flowline_segment_options& options = of->options;
    options.pfa_bound = static_cast<int32_t>(below(3));
    options.number_of_tests = 1 + static_cast<int32_t>(below(2));
    if (below(3) == 0) {
      options.roi_x = below(of->width);
      options.roi_y = below(of->height);
      options.roi_width = 1 + below(of->width - options.roi_x);
      options.roi_height = 1 + below(of->height - options.roi_y);
    }
    if (below(3) == 0) {
      const bool by_image = below(2) == 0;
      const int64_t sparse = 1 + below(5);  // 1: all of it
      of->mask.resize(static_cast<size_t>((by_image ? batch : 1) * of->height * of->width));
      for (uint8_t& ignored : of->mask) ignored = below(sparse) == 0;
      options.ignore = of->mask.data();
      options.ignore_batch_stride = by_image ? of->height * of->width : 0;
    }
    if (below(3) == 0) {
      of->law = random_law([&](int64_t bound) { return below(bound); });
      if (mistaken()) of->law.log10_pfa.back() = 1.0;
      options.law = of->law.get();
    }
    if (mistaken()) {
      constexpr int32_t NO_BOUND = 7;
      below(2) == 0 ? options.pfa_bound = NO_BOUND : of->tensors.back().height = 0;
    }
    return {name, [of, batch, reserves](Attempt* attempt) {
              const int64_t pixels = batch * of->height * of->width;
              const auto output = [&](int which, int64_t count) {
                return of->wanted[which] ? attempt->output<float>(count) : nullptr;
              };
              const auto doubles = [&](int which, int64_t count) {
                return of->wanted[which] ? attempt->output<double>(count) : nullptr;
              };
              const flowline_tensor& finest = of->tensors[0];
              const int64_t positions = batch * finest.height * finest.width;
              const int64_t scales = static_cast<int64_t>(of->tensors.size());
              int64_t channels = 0;
              for (const flowline_tensor& latent : of->tensors) channels += latent.channels;
              const flowline_maps maps = {sizeof maps,
                                          0,
                                          of->height,
                                          of->width,
                                          output(0, pixels),
                                          output(1, batch),
                                          output(2, pixels),
                                          output(3, batch),
                                          output(4, positions),
                                          doubles(5, batch * scales),
                                          doubles(6, batch * channels)};
              const auto entry = reserves ? flowline_reserve : flowline_segment;
              return attempt->of([&] {
                return entry(attempt->context, of->tensors.data(),
                             static_cast<int32_t>(of->tensors.size()), &of->options, &maps);
              });
            }};
  }

  Call preprocess() {
    const bool large = below(20) == 0;
    const int64_t side = large ? 300 : 40;
    auto frame = std::make_shared<flowline_frame>();
    *frame = {sizeof *frame, static_cast<int32_t>(1 + below(11)), nullptr, 2 + below(side),
              2 + below(side)};
    auto pixels = std::make_shared<std::vector<uint8_t>>(6 * frame->height * frame->width);
    for (uint8_t& byte : *pixels) byte = static_cast<uint8_t>(below(256));
    frame->data = pixels->data();
    if (mistaken()) frame->crop_width = frame->width + 1;
    flowline_preprocessing to = {
        sizeof to, 0, 1 + below(side), 1 + below(side), {0.5f, 0.4f, 0.3f}, {0.2f, 0.3f, 0.4f}};
    if (mistaken()) to.deviation[below(3)] = 0.0f;
    return {"preprocess", [frame, pixels, to](Attempt* attempt) {
              float* input = attempt->output<float>(3 * to.height * to.width);
              return attempt->of([&] {
                return flowline_preprocess(attempt->context, frame.get(), 1, &to, input);
              });
            }};
  }

  Call energy() {
    auto of = std::make_shared<OwnTensor>(latent(1 + below(3)));
    return {
        "energy", [of](Attempt* attempt) {
          const flowline_tensor& tensor = of->tensor;
          float* energy = attempt->output<float>(tensor.batch * tensor.height * tensor.width);
          return attempt->of([&] { return flowline_energy(attempt->context, &tensor, energy); });
        }};
  }

  Call tree() {
    auto of = std::make_shared<RandomMap>(map());
    const int32_t connectivity = mistaken() ? 6 : below(2) == 0 ? 4 : 8;
    if (mistaken()) of->energy[static_cast<size_t>(below(of->pixels()))] = NAN;
    const bool wanted = below(4) != 0;
    return {"component_tree", [=](Attempt* attempt) {
              int32_t* node_of_pixel = attempt->output<int32_t>(of->pixels());
              int32_t* parent = wanted ? attempt->output<int32_t>(of->pixels()) : nullptr;
              float* altitude = wanted ? attempt->output<float>(of->pixels()) : nullptr;
              int32_t* area = wanted ? attempt->output<int32_t>(of->pixels()) : nullptr;
              int32_t* nodes = attempt->output<int32_t>(1);
              return attempt->of([&] {
                return flowline_component_tree(attempt->context, of->energy.data(), of->height,
                                               of->width, connectivity, node_of_pixel, parent,
                                               altitude, area, nodes);
              });
            }};
  }

  Call select() {
    auto levels = std::make_shared<RandomMap>(map());
    auto energies = std::make_shared<std::vector<float>>();
    if (below(2) == 0) {
      const auto kind = static_cast<int>(below(RandomMaps::KINDS));
      *energies = maps_.of_kind(kind, levels->height, levels->width).energy;
    }
    if (mistaken()) levels->energy[static_cast<size_t>(below(levels->pixels()))] = INFINITY;
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.pfa_bound = static_cast<int32_t>(below(3));
    options.number_of_tests = 1 + static_cast<int32_t>(below(2));
    const int64_t total = levels->pixels() * (1 + below(3));
    const bool wanted = below(4) != 0;
    return {"select", [=](Attempt* attempt) {
              const int64_t pixels = levels->pixels();
              int32_t* region_of_pixel = attempt->output<int32_t>(pixels);
              double* log10_pfa = wanted ? attempt->output<double>(pixels) : nullptr;
              float* painted = wanted ? attempt->output<float>(pixels) : nullptr;
              return attempt->of([&] {
                return flowline_select(attempt->context, levels->energy.data(),
                                       energies->empty() ? nullptr : energies->data(),
                                       levels->height, levels->width, levels->channels, total,
                                       &options, region_of_pixel, log10_pfa, painted);
              });
            }};
  }

  Call regions() {
    auto of = std::make_shared<RandomMap>(map());
    for (float& value : of->energy) value = static_cast<float>(of->channels) - value;
    if (mistaken()) of->energy[static_cast<size_t>(below(of->pixels()))] = NAN;
    const double log10_epsilon = 3.0 * random_.normal();
    const int32_t connectivity = below(2) == 0 ? 4 : 8;
    const int64_t capacity = below(30);
    return {"regions", [=](Attempt* attempt) {
              auto* regions = attempt->output<flowline_region>(capacity);
              int64_t* count = attempt->output<int64_t>(1);
              return attempt->of([&] {
                return flowline_regions(attempt->context, of->energy.data(), of->height, of->width,
                                        log10_epsilon, connectivity, regions, capacity, count);
              });
            }};
  }

  std::shared_ptr<Block> block() {
    auto of = std::make_shared<Block>();
    const int64_t batch = 1 + below(3), channels = 2 + below(40);
    const int64_t height = 1 + below(longest_), width = 1 + below(longest_);
    const auto tensor = [&](int64_t count) {
      return random_.make(FLOWLINE_FLOAT32, static_cast<Layout>(below(LAYOUTS_TO_WRITE)), batch,
                          count, height, width,
                          [&](int64_t, int64_t, int64_t, int64_t) { return random_.normal(); });
    };
    of->input = tensor(channels);
    of->subnet = tensor(channels / 2 * 2);
    for (int64_t c = 0; c < channels; c++) {
      of->gain.push_back(static_cast<float>(0.1 + random_.uniform()));
      of->offset.push_back(random_.normal());
      of->permutation.push_back(static_cast<int32_t>(c));
      std::swap(of->permutation.back(), of->permutation[static_cast<size_t>(below(c + 1))]);
    }
    if (mistaken()) of->permutation[0] = of->permutation[1];
    of->coupling = {sizeof of->coupling,
                    static_cast<int32_t>(below(3)),
                    1.9f,
                    0.1f,
                    below(3) == 0 ? nullptr : of->gain.data(),
                    below(3) == 0 ? nullptr : of->offset.data(),
                    below(3) == 0 ? nullptr : of->permutation.data()};
    of->wants_log_det = below(4) != 0;
    return of;
  }

  static double* log_det_of(const Block& of, Attempt* attempt) {
    if (!of.wants_log_det) return nullptr;
    double* log_det = attempt->output<double>(of.input.tensor.batch);
    std::fill_n(log_det, of.input.tensor.batch, 0.5);
    return log_det;
  }

  Call coupling_forward() {
    return {"coupling_forward", [of = block()](Attempt* attempt) {
              auto* output = static_cast<float*>(attempt->output(of->input));
              double* log_det = log_det_of(*of, attempt);
              return attempt->of([&] {
                return flowline_coupling_forward(attempt->context, &of->coupling, &of->input.tensor,
                                                 &of->subnet.tensor, output, log_det);
              });
            }};
  }

  Call coupling_undo_affine() {
    return {"coupling_undo_affine", [of = block()](Attempt* attempt) {
              auto* output = static_cast<float*>(attempt->output(of->input));
              double* log_det = log_det_of(*of, attempt);
              return attempt->of([&] {
                return flowline_coupling_undo_affine(attempt->context, &of->coupling,
                                                     &of->input.tensor, output, log_det);
              });
            }};
  }

  Call coupling_inverse() {
    return {"coupling_inverse", [of = block()](Attempt* attempt) {
              flowline_tensor latent = of->input.tensor;
              latent.data = attempt->output(of->input);
              double* log_det = log_det_of(*of, attempt);
              return attempt->of([&] {
                return flowline_coupling_inverse(attempt->context, &of->coupling, &latent,
                                                 &of->subnet.tensor, log_det);
              });
            }};
  }

  // What a layer of the attempt's context makes of images whose channels lie side by side. Either
  // the layer is made, or it computes, with an allocation that may fail.
  template <class Layer, class Create, class Forward, class Destroy>
  Call layer(const char* name, int64_t channels, int64_t outputs, const Create& create,
             const Forward& forward, const Destroy& destroy) {
    const int64_t batch = 1 + below(2), large = below(20) == 0 ? 160 : longest_;
    const int64_t height = 1 + below(large), width = 1 + below(large);
    auto x = std::make_shared<std::vector<float>>(batch * height * width * channels);
    for (float& value : *x) value = random_.normal();
    if (mistaken()) (*x)[0] = NAN;  // which passes through
    const bool bad = mistaken(), starves_creation = below(2) == 0;
    return {name,
            [=](Attempt* attempt) {
              flowline_tensor input = pixels(x->data(), batch, height, width, channels);
              if (bad) input.channels++;
              float* const output = attempt->output<float>(batch * height * width * outputs);
              Layer* made = nullptr;
              const auto make = [&] { return create(attempt->context, &made); };
              flowline_status status = starves_creation ? attempt->of(make) : make();
              if (status != FLOWLINE_OK) return status;
              const auto compute = [&] { return forward(attempt->context, made, &input, output); };
              status = starves_creation ? compute() : attempt->of(compute);
              destroy(made);
              return status;
            },
            true};
  }

  Call convolution() {
    const int64_t inputs = 1 + below(40), outputs = 1 + below(70);
    const auto of = std::make_shared<LayerWeights>(inputs, outputs);
    if (mistaken()) of->bias[static_cast<size_t>(below(outputs))] = INFINITY;
    const int32_t rectified = static_cast<int32_t>(below(2));
    return layer<flowline_convolution>(
        "convolution", inputs, outputs,
        [of](flowline_context* context, flowline_convolution** made) {
          return of->create(context, made);
        },
        [rectified](flowline_context* context, const flowline_convolution* made,
                    const flowline_tensor* input, float* output) {
          return flowline_convolution_forward(context, made, input, nullptr, rectified, output);
        },
        flowline_convolution_destroy);
  }

  Call stage() {
    const int64_t channels = (mistaken() ? 1 : 2) + below(40);
    const auto of = std::make_shared<StageSteps>(channels);
    return layer<flowline_flow_stage>(
        "flow_stage", channels, channels,
        [of](flowline_context* context, flowline_flow_stage** made) {
          return of->create(context, made);
        },
        flowline_flow_stage_forward, flowline_flow_stage_destroy);
  }

  // Forward and back; makes its stage, or computes, with an allocation that may fail.
  Call training() {
    const int64_t channels = 2 + below(12), batch = 1 + below(3);
    const int64_t height = 1 + below(longest_), width = 1 + below(longest_);
    const int64_t elements = batch * height * width * channels;
    const auto of = std::make_shared<StageSteps>(channels);
    auto x = std::make_shared<std::vector<float>>(elements);
    for (float& value : *x) value = random_.normal();
    const bool bad = mistaken(), of_log_det = below(2) == 0, of_input = below(3) > 0;
    const int64_t starved = below(3);
    return {
        "flow_stage_gradients",
        [=](Attempt* attempt) {
          flowline_context* const context = attempt->context;
          flowline_tensor input = pixels(x->data(), batch, height, width, channels);
          const flowline_tensor gradient = input;
          if (bad) input.width++;
          double* const log_det = attempt->output<double>(batch);
          float* const output = attempt->output<float>(elements);
          float* const to = of_input ? attempt->output<float>(elements) : nullptr;
          float* const sums = attempt->output<float>(of->parameters());
          std::fill_n(sums, of->parameters(), 0.0f);
          const auto places = of->gradients(sums);
          flowline_flow_stage* made = nullptr;
          const auto perhaps = [&](int64_t which, const auto& call) {
            return starved == which ? attempt->of(call) : call();
          };
          flowline_status status = perhaps(0, [&] { return of->create_trained(context, &made); });
          if (status == FLOWLINE_OK && !bad) {
            status = perhaps(1, [&] {
              return flowline_flow_stage_forward_log_det(context, made, &gradient, output, log_det);
            });
          }
          if (status == FLOWLINE_OK) {
            status = perhaps(2, [&] {
              return flowline_flow_stage_gradients(context, made, &input, &gradient,
                                                   of_log_det ? log_det : nullptr, to,
                                                   places.data());
            });
          }
          flowline_flow_stage_destroy(made);
          return status;
        },
        true};
  }

  // A linear layer, then attention; an allocation of the one or the other may fail.
  Call transformer() {
    const int64_t tokens = 1 + below(60);
    const auto of = std::make_shared<TestTransformer>(tokens, 1 + below(4));
    const bool bad = mistaken(), starves_linear = below(2) == 0;
    return {"transformer",
            [=](Attempt* attempt) {
              flowline_context* const context = attempt->context;
              const int64_t elements = of->results(tokens) / 4;
              float* const qkv = attempt->output<float>(3 * elements);
              float* const output = attempt->output<float>(elements);
              const auto linear = [&] { return of->linear(context, tokens, qkv); };
              const flowline_status status = starves_linear ? attempt->of(linear) : linear();
              if (status != FLOWLINE_OK) return status;
              const auto attention = [&] {
                return of->attention(context, bad ? 0 : tokens, qkv, output);
              };
              return starves_linear ? attention() : attempt->of(attention);
            },
            true};
  }

  RandomTensors random_;
  RandomMaps maps_;
  int32_t longest_;
};

/// How it went, to be seen when it is over that everything was tried.
struct Tally {
  long calls = 0, mistakes = 0, starved = 0;
};

class Session {
 public:
  Session(uint64_t seed, Tally* tally) : seed_(seed), tally_(*tally), calls_(seed) {}

  void run() {
    flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    options.threads = calls_.below(4) == 0 ? 3 : 1;
    options.instruction_set = static_cast<int32_t>(calls_.below(FLOWLINE_INSTRUCTION_SET_NEON + 1));
    if (flowline_context_create(&options, &old_) == FLOWLINE_UNAVAILABLE) {
      options.instruction_set = FLOWLINE_INSTRUCTION_SET_BEST;
      CHECK(flowline_context_create(&options, &old_) == FLOWLINE_OK);
    }
    set_ = options.instruction_set;
    for (number_ = 0; number_ < CALLS; number_++) compare(calls_.next());
    flowline_context_destroy(old_);
  }

 private:
  static constexpr int CALLS = 40;
  static constexpr int GARBAGE[] = {0x00, 0x01, 0x3f, 0x7f, 0x80, 0xff};  // 1, large, -0, NaN, -1

  void compare(const Call& call) {
    const int64_t garbage = calls_.below(6);
    fill_new_memory_with(GARBAGE[garbage]);
    const Context fresh(1, call.by_set ? set_ : FLOWLINE_INSTRUCTION_SET_BEST);
    Attempt expected(fresh);
    const flowline_status status = call.on(&expected);
    const std::string message = flowline_last_error();
    require(status == FLOWLINE_OK || status == FLOWLINE_INVALID_ARGUMENT ||
                status == FLOWLINE_NOT_FINITE,
            call, "status");
    tally_.calls++;
    tally_.mistakes += status != FLOWLINE_OK;

    fill_new_memory_with(GARBAGE[(garbage + 1 + calls_.below(5)) % 6]);
    if (calls_.below(3) == 0) {
      Attempt hungry(old_, calls_.below(12));
      const flowline_status outcome = call.on(&hungry);
      require(outcome == status || outcome == FLOWLINE_OUT_OF_MEMORY, call, "status, starved");
      tally_.starved += outcome == FLOWLINE_OUT_OF_MEMORY;
      if (outcome == FLOWLINE_OK) require(hungry == expected, call, "result, starved");
      if (calls_.below(2) == 0) return;  // another call finds what this one left
    }
    Attempt got(old_);
    require(call.on(&got) == status, call, "status");
    require(flowline_last_error() == message, call, "message");
    if (status == FLOWLINE_OK) require(got == expected, call, "result");
  }

  void require(bool condition, const Call& call, const char* what) const {
    if (condition) return;
    std::fprintf(stderr, "another %s of %s: call %d of seed %llu; last error: %s\n", what,
                 call.name, number_, static_cast<unsigned long long>(seed_), flowline_last_error());
    std::exit(1);
  }

  const uint64_t seed_;
  Tally& tally_;
  RandomCalls calls_;
  flowline_context* old_ = nullptr;
  int32_t set_ = FLOWLINE_INSTRUCTION_SET_BEST;
  int number_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  int64_t sessions = 20;
  uint64_t seed = std::random_device()();
  for (int i = 1; i < count; i++) {
    const std::string argument = arguments[i];
    if (argument.rfind("--sessions=", 0) == 0) {
      sessions = std::stoll(argument.substr(11));
    } else if (argument.rfind("--seed=", 0) == 0) {
      seed = std::stoull(argument.substr(7));
    } else {
      std::fprintf(stderr, "context_test [--sessions=N] [--seed=N]\n");
      return 2;
    }
  }
  std::printf("seed %llu, %lld sessions\n", static_cast<unsigned long long>(seed),
              static_cast<long long>(sessions));
  std::fflush(stdout);
  Tally tally;
  for (int64_t session = 0; session < sessions; session++) Session(seed + session, &tally).run();
  std::printf("%ld calls, %ld of them mistakes; %ld ran out of memory\n", tally.calls,
              tally.mistakes, tally.starved);
  CHECK(2 * tally.mistakes < tally.calls);
  // Of valgrind's own operator new nothing is counted, and nothing fails.
  CHECK(sessions < 10 || (tally.mistakes > 0 && (tally.starved > 0 || allocations() == 0)));
}
