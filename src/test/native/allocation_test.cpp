// A call no larger than one before allocates nothing, and one that runs out of memory fails alone.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "check.hpp"
#include "layers_under_test.hpp"
#include "random_law.hpp"
#include "starvation.hpp"

namespace {

// Every entry that has a workspace, at two sizes of which the first is no smaller.
struct Entries {
  std::vector<float> z = std::vector<float>(2 * 4 * 16 * 12);
  std::vector<uint8_t> mask = std::vector<uint8_t>(2 * 50 * 64);
  const TestConvolution convolved{Context(), 3, 20};
  const TestStage staged{Context(), 6};
  const TestTraining trained{Context(), 6};
  const TestTransformer transformer{40, 2};
  const std::vector<float> qkv = some_numbers(2 * 40 * 3 * 2 * TestTransformer::DEPTH, 1);

  Entries() {
    for (size_t i = 0; i < z.size(); i++) z[i] = static_cast<float>(i * 37 % 101) / 40;
    for (size_t i = 0; i < mask.size(); i++) mask[i] = i % 7 == 0;
  }

  flowline_tensor latent(int64_t height, int64_t width) const {
    return {sizeof(flowline_tensor), 0, z.data(), 2, 4, height, width};
  }

  using Output = std::vector<float>;

  flowline_status segment(flowline_context* context, bool large, Output* to) const {
    const int64_t height = large ? 64 : 40, pixels = 2 * 50 * height;
    to->resize(2 * pixels + 4);
    const flowline_tensor latents[2] = {large ? latent(16, 12) : latent(11, 12), latent(8, 6)};
    flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    options.ignore = mask.data();
    options.ignore_batch_stride = 50 * height;
    float* at = to->data();
    const flowline_maps maps = {sizeof maps,        0, height, 50, at, at + 2 * pixels, at + pixels,
                                at + 2 * pixels + 2};
    return flowline_segment(context, latents, 2, &options, &maps);
  }

  // The room for regions depends on the size of the image alone, not on the latents.
  flowline_status inspect(flowline_context* context, bool large, Output* to) const {
    constexpr int64_t ROOM = 5;
    const int64_t height = large ? 64 : 40;
    to->assign(2 * ROOM * sizeof(flowline_region) / sizeof(float) + 8, 0.0f);
    const flowline_tensor latents[2] = {large ? latent(16, 12) : latent(11, 12), latent(8, 6)};
    auto* const regions = reinterpret_cast<flowline_region*>(to->data());
    auto* const counts = reinterpret_cast<int64_t*>(regions + 2 * ROOM);
    auto* const verdicts = reinterpret_cast<flowline_verdict*>(counts + 2);
    const flowline_inspection asked = {
        sizeof asked, 0,    height, 50,     3.0, verdicts, reinterpret_cast<float*>(verdicts + 2),
        regions,      ROOM, counts, nullptr};
    return flowline_inspect(context, latents, 2, nullptr, &asked);
  }

  flowline_status energy(flowline_context* context, bool large, Output* to) const {
    to->resize(2 * 16 * 12);
    const flowline_tensor of = latent(large ? 16 : 8, 12);
    return flowline_energy(context, &of, to->data());
  }

  flowline_status tree(flowline_context* context, bool large, Output* to) const {
    to->resize(3 * 192);
    int32_t* at = reinterpret_cast<int32_t*>(to->data());
    int32_t nodes;
    return flowline_component_tree(context, z.data(), large ? 16 : 8, 12, large ? 4 : 8, at,
                                   at + 192, nullptr, at + 384, &nodes);
  }

  flowline_status select(flowline_context* context, bool large, Output* to) const {
    to->resize(2 * 192);
    return flowline_select(context, z.data(), nullptr, large ? 16 : 8, 12, 1, 0, nullptr,
                           reinterpret_cast<int32_t*>(to->data()), nullptr, to->data() + 192);
  }

  flowline_status regions(flowline_context* context, bool large, Output* to) const {
    to->resize(8 * sizeof(flowline_region) / sizeof(float));
    int64_t count;
    return flowline_regions(context, z.data(), large ? 16 : 8, 12, 1.0, 4,
                            reinterpret_cast<flowline_region*>(to->data()), 8, &count);
  }

  flowline_status coupling(flowline_context* context, bool large, Output* to) const {
    to->resize(2 * 4 * 16 * 12);
    const int32_t permutation[4] = {2, 0, 3, 1};
    const flowline_coupling block = {sizeof block, 0, 2.0f, 0.1f, nullptr, nullptr, permutation};
    const flowline_tensor input = latent(large ? 16 : 8, 12);
    return flowline_coupling_forward(context, &block, &input, &input, to->data(), nullptr);
  }

  // To one size, from frames of every kind: 8 and 16 bits, a Bayer pattern.
  flowline_status preprocess(flowline_context* context, bool large, Output* to) const {
    const int64_t height = large ? 60 : 33, width = large ? 50 : 42;
    const flowline_frame frames[] = {
        {sizeof *frames, FLOWLINE_FRAME_BAYER_RGGB8, mask.data(), height, width},
        {sizeof *frames, FLOWLINE_FRAME_RGB16, z.data(), height / 4, width / 4},
        {sizeof *frames, FLOWLINE_FRAME_RGBA8, mask.data(), height / 2, width / 2}};
    const flowline_preprocessing wanted = {sizeof wanted,        0, 19, 23, {0.5f, 0.4f, 0.3f},
                                           {0.25f, 0.25f, 0.25f}};
    to->resize(3 * 3 * 19 * 23);
    return flowline_preprocess(context, frames, 3, &wanted, to->data());
  }

  flowline_status convolution(flowline_context* context, bool large, Output* to) const {
    const flowline_tensor input = pixels(z.data(), 2, large ? 16 : 15, large ? 16 : 4, 3);
    to->resize(2 * 16 * 16 * 20);
    return flowline_convolution_forward(context, convolved, &input, nullptr, 1, to->data());
  }

  flowline_status stage(flowline_context* context, bool large, Output* to) const {
    const flowline_tensor input = pixels(z.data(), 2, large ? 16 : 15, large ? 8 : 4, 6);
    to->resize(2 * 16 * 8 * 6);
    return flowline_flow_stage_forward(context, staged, &input, to->data());
  }

  flowline_status training(flowline_context* context, bool large, Output* to) const {
    const int64_t height = large ? 16 : 15, width = large ? 8 : 4;
    to->resize(static_cast<size_t>(trained.results(height, width)));
    return trained.run(context, z.data(), height, width, to->data());
  }

  flowline_status linear(flowline_context* context, bool large, Output* to) const {
    const int64_t tokens = large ? 40 : 23;
    to->resize(static_cast<size_t>(transformer.results(tokens)));
    return transformer.linear(context, tokens, to->data());
  }

  flowline_status attention(flowline_context* context, bool large, Output* to) const {
    const int64_t tokens = large ? 40 : 23;
    to->resize(static_cast<size_t>(transformer.results(tokens)));
    return transformer.attention(context, tokens, qkv.data(), to->data());
  }
};

constexpr flowline_status (Entries::*ENTRIES[])(flowline_context*, bool, Entries::Output*) const = {
    &Entries::segment,     &Entries::inspect, &Entries::energy,   &Entries::tree,
    &Entries::select,      &Entries::regions, &Entries::coupling, &Entries::preprocess,
    &Entries::convolution, &Entries::stage,   &Entries::training, &Entries::linear,
    &Entries::attention};

// The same context, tried again, gives the right result, whichever allocation has failed before.
void a_context_survives() {
  const Entries entries;
  Entries::Output expected, output;
  for (auto entry : ENTRIES) {
    auto run = [&](flowline_context* context, bool large, Entries::Output* to) {
      return (entries.*entry)(context, large, to);
    };
    for (bool grown : {false, true}) {
      flowline_status status = FLOWLINE_OUT_OF_MEMORY;
      long k = 0;
      for (; status != FLOWLINE_OK; k++) {
        Context context;
        if (grown) CHECK(run(context, false, &output) == FLOWLINE_OK);
        output.reserve(2 * 2 * 50 * 64 + 4);
        status = starved(k, k, [&] { return run(context, true, &output); });
        CHECK(status == FLOWLINE_OK || status == FLOWLINE_OUT_OF_MEMORY);
        for (bool large : {false, true}) {
          std::fill(output.begin(), output.end(), 0.0f);
          expected.assign(output.size(), 0.0f);
          CHECK(run(Context(), large, &expected) == FLOWLINE_OK);
          CHECK(run(context, large, &output) == FLOWLINE_OK);
          CHECK(output.size() == expected.size());
          CHECK(std::memcmp(output.data(), expected.data(), output.size() * sizeof(float)) == 0);
        }
      }
      CHECK(entry != &Entries::segment || k > (grown ? 2 : 10));
    }
  }
}

// Once it has run it allocates nothing, nor does what is smaller.
void later_calls_allocate_nothing() {
  const Entries entries;
  for (int32_t threads : {1, 3}) {
    for (auto entry : ENTRIES) {
      Context context(threads);
      Entries::Output output;
      output.reserve(2 * 2 * 50 * 64 + 4);
      CHECK((entries.*entry)(context, true, &output) == FLOWLINE_OK);
      CHECK((entries.*entry)(context, false, &output) == FLOWLINE_OK);
      const long before = allocations();
      for (bool large : {true, false, true}) {
        CHECK((entries.*entry)(context, large, &output) == FLOWLINE_OK);
      }
      CHECK(allocations() == before);
    }
  }
}

// Nor does one whose maps have more nodes, regions or peaks than those before, but not more pixels.
void no_content_allocates() {
  const auto constant = [](size_t) { return 2.0f; };
  const auto checkerboard = [](size_t i) { return (i / 12 + i % 12) % 2 == 0 ? 0.5f : 2.0f; };
  const auto noise = [](size_t i) { return static_cast<float>(i * 7919 % 1543) / 700; };
  Entries entries;
  for (auto entry : ENTRIES) {
    for (bool large : {true, false}) {
      Context context;
      Entries::Output output;
      output.reserve(2 * 2 * 50 * 64 + 4);
      auto allocations_with = [&](auto value_at) {
        for (size_t i = 0; i < entries.z.size(); i++) entries.z[i] = value_at(i);
        const long before = allocations();
        CHECK((entries.*entry)(context, large, &output) == FLOWLINE_OK);
        return allocations() - before;
      };
      allocations_with(constant);
      CHECK(allocations_with(checkerboard) == 0);
      CHECK(allocations_with(noise) == 0);
    }
  }
}

// After flowline_reserve the first call is as the later ones, whatever it is asked for.
void reserved_calls_allocate_nothing() {
  std::vector<float> z(3 * 5 * 20 * 24, 1.5f), map(3 * 60 * 70), anomaly(map.size());
  std::vector<float> fused(3 * 20 * 24);
  std::vector<uint8_t> mask(map.size());
  float smallest[3], score[3];
  double energies[3 * 2], means[3 * (5 + 9)];
  flowline_verdict verdicts[3];
  flowline_region regions[3 * 4];
  int64_t counts[3], defects = 0;
  const flowline_inspection inspection = {sizeof inspection, 0,        60,      70, 3.0,
                                          verdicts,          smallest, regions, 4,  counts};
  for (size_t i = 0; i < z.size(); i++) z[i] = static_cast<float>(i * 37 % 101) / 30;
  for (int32_t threads : {1, 4}) {
    for (int32_t bound = 0; bound < 3; bound++) {
      for (int32_t tests = 0; tests < 2; tests++) {
        for (int asked = 1; asked < 128; asked++) {
          const flowline_tensor latents[2] = {{sizeof(flowline_tensor), 0, z.data(), 3, 5, 20, 24},
                                              {sizeof(flowline_tensor), 0, z.data(), 3, 9, 10, 11}};
          flowline_segment_options options = {sizeof options, bound, tests, 0};
          options.roi_width = 50;
          options.roi_height = 60;
          options.ignore = mask.data();
          options.ignore_batch_stride = 60 * 70;
          OwnLaw law;
          if (bound == 2) {
            law = random_law([](int64_t most) { return most - 1; });
            options.law = law.get();
          }
          const flowline_maps maps = {sizeof maps,
                                      0,
                                      60,
                                      70,
                                      asked & 1 ? map.data() : nullptr,
                                      asked & 2 ? smallest : nullptr,
                                      asked & 4 ? anomaly.data() : nullptr,
                                      asked & 8 ? score : nullptr,
                                      asked & 16 ? fused.data() : nullptr,
                                      asked & 32 ? energies : nullptr,
                                      asked & 64 ? means : nullptr};
          Context context(threads);
          CHECK(flowline_reserve(context, latents, 2, &options, &maps) == FLOWLINE_OK);
          flowline_field_of_view* view;
          CHECK(flowline_field_of_view_create(context, &options, 60, 70, 3, &view) == FLOWLINE_OK);
          flowline_segment_options prepared = {sizeof prepared, bound, tests, 0};
          prepared.law = options.law;
          prepared.field_of_view = view;
          const long before = allocations();
          CHECK(flowline_segment(context, latents, 2, &options, &maps) == FLOWLINE_OK);
          CHECK(flowline_segment(context, latents, 2, &prepared, &maps) == FLOWLINE_OK);
          if (maps.min_log10_nfa != nullptr) {
            for (const flowline_segment_options* how : {&options, &prepared}) {
              CHECK(flowline_inspect(context, latents, 2, how, &inspection) == FLOWLINE_OK);
              defects += inspection.verdict[0] == FLOWLINE_DEFECT;
            }
          }
          const flowline_maps smaller = {sizeof maps,
                                         0,
                                         30,
                                         70,
                                         maps.log10_nfa,
                                         maps.min_log10_nfa,
                                         maps.anomaly_map,
                                         maps.anomaly_score,
                                         maps.fused_map,
                                         maps.mean_energies,
                                         maps.channel_means};
          flowline_segment_options plain = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
          plain.law = options.law;
          CHECK(flowline_segment(context, latents + 1, 1, &plain, &smaller) == FLOWLINE_OK);
          CHECK(allocations() == before);
          flowline_field_of_view_destroy(view);
        }
      }
    }
  }
  CHECK(defects > 0);
}

// No allocation that fails while a field of view is prepared is the end, or lost.
void a_view_survives() {
  const std::vector<uint8_t> masks(3 * 20 * 30, 1);
  const Context context;
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.ignore = masks.data();
  options.ignore_batch_stride = 20 * 30;
  long k = 0;
  for (flowline_status status = FLOWLINE_OUT_OF_MEMORY; status != FLOWLINE_OK; k++) {
    flowline_field_of_view* view = nullptr;
    status = starved(
        k, k, [&] { return flowline_field_of_view_create(context, &options, 20, 30, 3, &view); });
    CHECK(status == FLOWLINE_OK || status == FLOWLINE_OUT_OF_MEMORY);
    CHECK((status == FLOWLINE_OK) == (view != nullptr));
    flowline_field_of_view_destroy(view);
  }
  CHECK(k > 3);
}

/// Two images of up to 12 x 200 pixels, of so many blocks that every worker has its share.
struct Layers {
  static constexpr int64_t HEIGHT = 12, WIDTH = 200, INPUTS = 9, OUTPUTS = 20, CHANNELS = 9;
  const TestConvolution convolution{Context(), INPUTS, OUTPUTS};
  const TestStage stage{Context(), CHANNELS};
  std::vector<float> x = std::vector<float>(2 * HEIGHT * WIDTH * CHANNELS);
  Layers() {
    for (size_t i = 0; i < x.size(); i++) x[i] = static_cast<float>(i * 37 % 101) / 40 - 1;
  }

  /// to: has room for both outputs.
  flowline_status run(flowline_context* context, int64_t height, int64_t width, float* to) const {
    const flowline_tensor input = pixels(x.data(), 2, height, width, CHANNELS);
    const flowline_status status =
        flowline_convolution_forward(context, convolution, &input, nullptr, 0, to);
    if (status != FLOWLINE_OK) return status;
    return flowline_flow_stage_forward(context, stage, &input, to + 2 * height * width * OUTPUTS);
  }
  static std::vector<float> room() {
    return std::vector<float>(2 * HEIGHT * WIDTH * (OUTPUTS + CHANNELS));
  }
};

// What is smaller allocates nothing whichever worker does what, also where it has larger blocks: at
// 128 pixels across one of 32 tiles, at 200 two of 25. And whichever allocations fail, in a worker or
// not, the call fails alone.
void layers_of_many_blocks() {
  const Layers layers;
  std::vector<float> output = Layers::room(), expected = output;
  CHECK(layers.run(Context(), Layers::HEIGHT, Layers::WIDTH, expected.data()) == FLOWLINE_OK);
  for (int32_t threads : {1, 3}) {
    for (int round = 0; round < 5; round++) {
      const Context context(threads);
      CHECK(layers.run(context, Layers::HEIGHT, Layers::WIDTH, output.data()) == FLOWLINE_OK);
      CHECK(output == expected);
      const long before = allocations();
      for (int64_t width : {Layers::WIDTH, int64_t{128}, int64_t{3}}) {
        CHECK(layers.run(context, Layers::HEIGHT, width, output.data()) == FLOWLINE_OK);
      }
      CHECK(allocations() == before);
    }
    for (bool all : {false, true}) {  // from one on, or that one alone
      flowline_status status = FLOWLINE_OUT_OF_MEMORY;
      for (long k = 0; status != FLOWLINE_OK; k++) {
        const Context context(threads);
        status = starved(k, all ? INT32_MAX : k, [&] {
          return layers.run(context, Layers::HEIGHT, Layers::WIDTH, output.data());
        });
        CHECK(status == FLOWLINE_OK || status == FLOWLINE_OUT_OF_MEMORY);
        CHECK(layers.run(context, Layers::HEIGHT, Layers::WIDTH, output.data()) == FLOWLINE_OK);
        CHECK(output == expected);
        CHECK(status != FLOWLINE_OK || k > 5);
      }
    }
  }
}

// In a training too: also where of smaller images more are computed together, and whichever
// worker does what.
void trainings_of_many_blocks() {
  constexpr int64_t CHANNELS = 5, HEIGHT = 12, WIDTH = 100;
  const TestTraining training(Context(), CHANNELS);
  const std::vector<float> x = some_numbers(2 * HEIGHT * WIDTH * CHANNELS, 1);
  std::vector<float> output(static_cast<size_t>(training.results(HEIGHT, WIDTH)));
  CHECK(training.run(Context(), x.data(), HEIGHT, WIDTH, output.data()) == FLOWLINE_OK);
  const std::vector<float> expected = output;
  for (int32_t threads : {1, 3}) {
    const Context used(threads);
    CHECK(training.run(used, x.data(), HEIGHT, WIDTH, output.data()) == FLOWLINE_OK);
    CHECK(output == expected);
    const long before = allocations();
    for (int64_t width : {WIDTH, int64_t{80}, int64_t{3}}) {
      CHECK(training.run(used, x.data(), HEIGHT, width, output.data()) == FLOWLINE_OK);
    }
    CHECK(allocations() == before);
    flowline_status status = FLOWLINE_OUT_OF_MEMORY;
    for (long k = 0; status != FLOWLINE_OK; k++) {
      const Context context(threads);
      status = starved(k, INT32_MAX, [&] {
        return training.run(context, x.data(), HEIGHT, WIDTH, output.data());
      });
      CHECK(status == FLOWLINE_OK || status == FLOWLINE_OUT_OF_MEMORY);
      CHECK(status != FLOWLINE_OK || (k > 20 && output == expected));
    }
  }
}

// Layers of transformers too, whichever worker does what and whichever of its allocations fail.
void transformers_of_many_blocks() {
  constexpr int64_t TOKENS = 150;
  const TestTransformer transformer(TOKENS, 3);
  std::vector<float> output(static_cast<size_t>(transformer.results(TOKENS))), expected = output;
  CHECK(transformer.run(Context(), TOKENS, expected.data()) == FLOWLINE_OK);
  for (int32_t threads : {1, 3}) {
    for (int round = 0; round < 5; round++) {
      const Context used(threads);
      CHECK(transformer.run(used, TOKENS, output.data()) == FLOWLINE_OK);
      CHECK(output == expected);
      const long before = allocations();
      for (int64_t tokens : {TOKENS, int64_t{80}, int64_t{3}}) {
        CHECK(transformer.run(used, tokens, output.data()) == FLOWLINE_OK);
      }
      CHECK(allocations() == before);
    }
    for (bool all : {false, true}) {  // from one on, or that one alone
      flowline_status status = FLOWLINE_OUT_OF_MEMORY;
      for (long k = 0; status != FLOWLINE_OK; k++) {
        const Context context(threads);
        status = starved(k, all ? INT32_MAX : k,
                         [&] { return transformer.run(context, TOKENS, output.data()); });
        CHECK(status == FLOWLINE_OK || status == FLOWLINE_OUT_OF_MEMORY);
        CHECK(transformer.run(context, TOKENS, output.data()) == FLOWLINE_OK);
        CHECK(output == expected);
        CHECK(status != FLOWLINE_OK || k > 3);
      }
    }
  }
}

// No allocation that fails while a layer is made is the end, or lost.
void a_layer_survives() {
  const Context context;
  const LayerWeights convolution(3, 20);
  StageSteps stage(6);
  using Stage = flowline_status (StageSteps::*)(flowline_context*, flowline_flow_stage**) const;
  for (Stage of_stage : {Stage(nullptr), &StageSteps::create, &StageSteps::create_trained}) {
    long k = 0;
    for (flowline_status status = FLOWLINE_OUT_OF_MEMORY; status != FLOWLINE_OK; k++) {
      flowline_convolution* convolved = nullptr;
      flowline_flow_stage* staged = nullptr;
      status = starved(k, k, [&] {
        return of_stage != nullptr ? (stage.*of_stage)(context, &staged)
                                   : convolution.create(context, &convolved);
      });
      CHECK(status == FLOWLINE_OK || status == FLOWLINE_OUT_OF_MEMORY);
      CHECK((status == FLOWLINE_OK) == (convolved != nullptr || staged != nullptr));
      flowline_convolution_destroy(convolved);
      flowline_flow_stage_destroy(staged);
    }
    CHECK(k > (of_stage != nullptr ? 20 : 2));
  }
}

// A packed 3 x 3 convolution takes 144 bytes for each input and output, one of 1 x 1 takes 4: programs
// that have a limit of memory count on it.
void a_layer_takes_what_is_said() {
  const Context context;
  const auto check = [](long before, int64_t said) {
    const int64_t taken = allocated_bytes() - before;
    CHECK(taken >= said && taken <= said + said / 20 + 16384);
  };
  const LayerWeights weights(64, 160);
  flowline_convolution* convolution;
  long before = allocated_bytes();
  CHECK(weights.create(context, &convolution) == FLOWLINE_OK);
  check(before, 144 * 64 * 160);
  flowline_convolution_destroy(convolution);
  const flowline_coupling coupling = {sizeof coupling, FLOWLINE_CLAMP_TANH, 2, 1};
  const std::vector<float> numbers = some_numbers(256 * 128 * 9, 0.1f);
  for (int32_t side : {1, 3}) {
    const flowline_flow_step step = {sizeof step, side,           96,      numbers.data(),
                                     nullptr,     numbers.data(), nullptr, &coupling};
    const int64_t said = (side == 3 ? 144 : 4) * (128 * 96 + 96 * 256);
    flowline_flow_stage* stage;
    before = allocated_bytes();
    CHECK(flowline_flow_stage_create(context, 256, &step, 1, &stage) == FLOWLINE_OK);
    check(before, said);
    flowline_flow_stage_destroy(stage);
    before = allocated_bytes();
    CHECK(flowline_flow_stage_create_trained(context, 256, &step, 1, &stage) == FLOWLINE_OK);
    check(before, 2 * said);
    flowline_flow_stage_destroy(stage);
  }
}

// A good image takes no memory for a map or regions, however large they would be.
void good_images_allocate_nothing() {
  const std::vector<float> z(2 * 4 * 16 * 12, 0.5f);
  const flowline_tensor latent = {sizeof latent, 0, z.data(), 2, 4, 16, 12};
  for (int32_t threads : {1, 3}) {
    Context context(threads);
    const auto inspect = [&](int64_t side) {
      flowline_verdict verdict[2];
      flowline_region region[2];
      int64_t count[2];
      const flowline_inspection asked = {sizeof asked, 0,       side,   side, -2.0,
                                         verdict,      nullptr, region, 1,    count};
      CHECK(flowline_inspect(context, &latent, 1, nullptr, &asked) == FLOWLINE_OK);
      CHECK(verdict[0] == FLOWLINE_GOOD && verdict[1] == FLOWLINE_GOOD && count[1] == 0);
    };
    inspect(8);
    const long before = allocations();
    inspect(4000);
    CHECK(allocations() == before);
  }
}

// With several workers, and with no memory from some moment on: a status, not the end.
void a_failure_needs_no_memory() {
  const int64_t batch = 24;  // of so much work that every worker has its share
  std::vector<float> good(batch * 16 * 64 * 64, 1.0f), bad(good.size(), NAN), map(batch * 8 * 8);
  for (int32_t threads : {1, 3}) {
    for (long k = 0; k < 60; k++) {
      Context context(threads);
      auto run = [&](const std::vector<float>& z) {
        const flowline_tensor latent = {sizeof latent, 0, z.data(), batch, 16, 64, 64};
        return segment(context, &latent, 1, nullptr, 8, 8, map.data(), nullptr);
      };
      CHECK(run(good) == FLOWLINE_OK);
      const flowline_status status = starved(k, INT32_MAX, [&] { return run(bad); });
      CHECK(status == FLOWLINE_NOT_FINITE || status == FLOWLINE_OUT_OF_MEMORY);
      CHECK_FAILS(run(bad), FLOWLINE_NOT_FINITE, "latents[0], image 0");
    }
  }
}

}  // namespace

int main() {
  a_context_survives();
  a_failure_needs_no_memory();
  later_calls_allocate_nothing();
  no_content_allocates();
  reserved_calls_allocate_nothing();
  good_images_allocate_nothing();
  a_view_survives();
  layers_of_many_blocks();
  trainings_of_many_blocks();
  transformers_of_many_blocks();
  a_layer_survives();
  a_layer_takes_what_is_said();
  CHECK(aligned_allocations() > 0);  // the workspace of a scale's test: what is counted is all
}
