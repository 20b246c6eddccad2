// The same bits for any number of threads; contexts at once in several threads.
#include <cmath>
#include <cstring>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"
#include "layers_under_test.hpp"

namespace {

constexpr int64_t IMAGES = 5, HEIGHT = 40, WIDTH = 34, PIXELS = HEIGHT * WIDTH;

struct Batch {
  std::vector<float> fine, coarse;
  std::vector<uint8_t> masks;
  Batch() : fine(IMAGES * 6 * 20 * 17), coarse(IMAGES * 9 * 10 * 9), masks(IMAGES * PIXELS) {
    std::mt19937 random(3);
    std::normal_distribution<float> normal(0.0f, 1.5f);
    for (float& value : fine) value = normal(random);
    for (float& value : coarse) value = normal(random);
    for (uint8_t& ignored : masks) ignored = random() % 5 == 0;
  }

  flowline_tensor fine_tensor() const {
    return {sizeof(flowline_tensor), 0, fine.data(), IMAGES, 6, 20, 17};
  }

  // All that a context can be asked for, one after the other.
  std::vector<float> segment(flowline_context* context) const {
    const flowline_tensor latents[2] = {
        fine_tensor(), {sizeof(flowline_tensor), 0, coarse.data(), IMAGES, 9, 10, 9}};
    const flowline_segment_options options = {
        sizeof options, FLOWLINE_PFA_EXACT, FLOWLINE_TESTS_BY_SIZE, 0, 0, 0, 0, 0, masks.data(),
        PIXELS};
    std::vector<float> results(IMAGES * (5 * PIXELS + 5 + 340 + 2 * 6 * 340 + 340));
    std::vector<double> means(IMAGES * (2 + 6 + 9));
    float* to = results.data();
    auto next = [&](int64_t count) {
      float* at = to;
      to += count;
      return at;
    };
    float* plain = next(IMAGES * PIXELS);
    CHECK(::segment(context, latents, 2, nullptr, HEIGHT, WIDTH, plain, next(IMAGES)) ==
          FLOWLINE_OK);
    const flowline_maps maps = {
        sizeof maps,           0,           HEIGHT, WIDTH, next(IMAGES * PIXELS), next(IMAGES),
        next(IMAGES * PIXELS), next(IMAGES)};
    CHECK(flowline_reserve(context, latents, 2, &options, &maps) == FLOWLINE_OK);
    CHECK(flowline_segment(context, latents, 2, &options, &maps) == FLOWLINE_OK);
    constexpr float LEVELS[] = {0.1f, 0.4f, 0.8f};
    constexpr double LOG10_PFA[] = {0, -1, -4, 0, -2, -5};
    const flowline_region_law law = {sizeof law, 2, 3, 0, LEVELS, LOG10_PFA};
    flowline_segment_options by_law = options;
    by_law.law = &law;
    const flowline_maps maps_by_law = {sizeof maps,
                                       0,
                                       HEIGHT,
                                       WIDTH,
                                       next(IMAGES * PIXELS),
                                       next(IMAGES),
                                       next(IMAGES * PIXELS),
                                       next(IMAGES),
                                       next(IMAGES * 340),
                                       means.data(),
                                       means.data() + IMAGES * 2};
    CHECK(flowline_segment(context, latents, 2, &by_law, &maps_by_law) == FLOWLINE_OK);
    float* energy = next(IMAGES * 340);
    CHECK(flowline_energy(context, latents, energy) == FLOWLINE_OK);
    const flowline_coupling coupling = {sizeof coupling, FLOWLINE_CLAMP_TANH, 2.0f, 0.1f};
    double log_det[IMAGES] = {};
    CHECK(flowline_coupling_forward(context, &coupling, latents, latents, next(IMAGES * 6 * 340),
                                    log_det) == FLOWLINE_OK);
    flowline_tensor undone = latents[0];
    float* const y = next(IMAGES * 6 * 340);
    undone.data = y;
    CHECK(flowline_coupling_undo_affine(context, &coupling, latents, y, log_det) == FLOWLINE_OK);
    CHECK(flowline_coupling_inverse(context, &coupling, &undone, latents, log_det) == FLOWLINE_OK);
    const std::vector<float> parts = parts_of_map(context, energy);
    const std::vector<float> input = input_of_frame(context);
    results.insert(results.end(), std::begin(log_det), std::end(log_det));
    results.insert(results.end(), means.begin(), means.end());
    results.insert(results.end(), parts.begin(), parts.end());
    results.insert(results.end(), input.begin(), input.end());
    return results;
  }

 private:
  // The bytes of the latents taken for pixels.
  std::vector<float> input_of_frame(flowline_context* context) const {
    const flowline_frame frame = {sizeof frame, FLOWLINE_FRAME_BAYER_GRBG8, fine.data(), 90, 130};
    const flowline_preprocessing to = {
        sizeof to, 0, 70, 61, {0.5f, 0.4f, 0.3f}, {0.25f, 0.25f, 0.25f}};
    std::vector<float> input(3 * 70 * 61);
    CHECK(flowline_preprocess(context, &frame, 1, &to, input.data()) == FLOWLINE_OK);
    return input;
  }

  // What takes one map: the latents taken for one of log10 NFA, and for levels.
  std::vector<float> parts_of_map(flowline_context* context, const float* energies) const {
    const float* const map = fine.data();
    flowline_region regions[8];
    int64_t count;
    CHECK(flowline_regions(context, map, HEIGHT, WIDTH, -2, 8, regions, 8, &count) == FLOWLINE_OK);
    CHECK(count > 8);
    std::vector<float> results = {static_cast<float>(count)};
    for (const flowline_region& region : regions) {
      results.push_back(static_cast<float>(region.centroid_x));
    }
    int32_t node[PIXELS], parent[PIXELS], area[PIXELS], nodes;
    float altitude[PIXELS], painted[PIXELS];
    for (int32_t connectivity : {4, 8}) {
      CHECK(flowline_component_tree(context, map, HEIGHT, WIDTH, connectivity, node, parent,
                                    altitude, area, &nodes) == FLOWLINE_OK);
      results.insert(results.end(), node, node + PIXELS);
      results.insert(results.end(), parent, parent + nodes);
      results.insert(results.end(), altitude, altitude + nodes);
      results.insert(results.end(), area, area + nodes);
    }
    CHECK(flowline_region_maxima(context, map, HEIGHT, WIDTH, 8, altitude) == FLOWLINE_OK);
    results.insert(results.end(), altitude, altitude + 8);
    CHECK(flowline_select(context, map, energies, HEIGHT, WIDTH, 6, PIXELS, nullptr, node, nullptr,
                          painted) == FLOWLINE_OK);
    results.insert(results.end(), node, node + PIXELS);
    results.insert(results.end(), painted, painted + PIXELS);
    return results;
  }
};

bool same(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

// One field of view for contexts of several threads at once: the bits of the masks themselves.
void a_shared_view(const Batch& batch) {
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.ignore = batch.masks.data();
  options.ignore_batch_stride = PIXELS;
  flowline_field_of_view* view = nullptr;
  const flowline_tensor latent = batch.fine_tensor();
  std::vector<float> expected(IMAGES * PIXELS);
  {
    const Context first;
    CHECK(flowline_field_of_view_create(first, &options, HEIGHT, WIDTH, IMAGES, &view) ==
          FLOWLINE_OK);
    CHECK(::segment(first, &latent, 1, &options, HEIGHT, WIDTH, expected.data(), nullptr) ==
          FLOWLINE_OK);
  }
  flowline_segment_options prepared = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  prepared.field_of_view = view;
  std::vector<std::thread> callers;
  for (int32_t i = 0; i < 6; i++) {
    callers.emplace_back([&, i] {
      const Context context(1 + i % 3);
      std::vector<float> map(expected.size());
      for (int round = 0; round < 8; round++) {
        std::fill(map.begin(), map.end(), 0.0f);
        CHECK(::segment(context, &latent, 1, &prepared, HEIGHT, WIDTH, map.data(), nullptr) ==
              FLOWLINE_OK);
        CHECK(same(expected, map));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  flowline_field_of_view_destroy(view);
}

// A convolution, a stage, one with gradients and the layers of a transformer for contexts of several
// threads at once, of which none made them.
void shared_layers(const Batch& batch) {
  constexpr int64_t N = 2, SIDE = 30, CHANNELS = 5, OUTPUTS = 21, ELEMENTS = N * SIDE * SIDE;
  const TestConvolution convolution(Context(), CHANNELS, OUTPUTS);
  const TestStage stage(Context(), CHANNELS);
  const TestTraining training(Context(), CHANNELS);
  constexpr int64_t TOKENS = 70;
  const TestTransformer transformer(TOKENS, 3);
  const int64_t of_layers = ELEMENTS * (OUTPUTS + CHANNELS);
  const flowline_tensor input = pixels(batch.fine.data(), N, SIDE, SIDE, CHANNELS);
  const auto run = [&](flowline_context* context) {
    const int64_t before = of_layers + training.results(SIDE, SIDE);
    std::vector<float> output(before + transformer.results(TOKENS));
    CHECK(flowline_convolution_forward(context, convolution, &input, nullptr, 1, output.data()) ==
          FLOWLINE_OK);
    CHECK(flowline_flow_stage_forward(context, stage, &input, output.data() + ELEMENTS * OUTPUTS) ==
          FLOWLINE_OK);
    CHECK(training.run(context, batch.fine.data(), SIDE, SIDE, output.data() + of_layers) ==
          FLOWLINE_OK);
    CHECK(transformer.run(context, TOKENS, output.data() + before) == FLOWLINE_OK);
    return output;
  };
  const std::vector<float> expected = run(Context());
  std::vector<std::thread> callers;
  for (int32_t i = 0; i < 6; i++) {
    callers.emplace_back([&, i] {
      const Context context(1 + i % 3);
      for (int round = 0; round < 8; round++) CHECK(same(expected, run(context)));
    });
  }
  for (std::thread& caller : callers) caller.join();
}

// One a thread, each with threads of its own and any instruction set; failures are one's own too.
void contexts_at_once(const Batch& batch, const std::vector<float>& expected) {
  std::vector<std::thread> callers;
  for (int32_t i = 0; i < 6; i++) {
    callers.emplace_back([&, i] {
      for (int round = 0; round < 4; round++) {
        flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
        options.threads = 1 + (i + round) % 3;
        options.instruction_set = i % (FLOWLINE_INSTRUCTION_SET_NEON + 1);
        flowline_context* context;
        const flowline_status status = flowline_context_create(&options, &context);
        if (status == FLOWLINE_UNAVAILABLE) return;
        CHECK(status == FLOWLINE_OK);
        for (int again = 0; again < 4; again++) {
          CHECK(same(expected, batch.segment(context)));
          double value;
          CHECK_FAILS(flowline_log10_pfa(7 + i, 1, 1, 1, &value), FLOWLINE_INVALID_ARGUMENT,
                      "got " + std::to_string(7 + i));
        }
        flowline_context_destroy(context);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

// A context is of one thread at a time, and may be of another the next time.
void a_context_changes_hands(const Batch& batch, const std::vector<float>& expected) {
  Context context(2);
  for (int round = 0; round < 10; round++) {
    std::thread([&] { CHECK(same(expected, batch.segment(context))); }).join();
  }
}

}  // namespace

int main() {
  const Batch batch;
  const std::vector<float> expected = batch.segment(Context(1));
  for (int32_t threads : {2, 3, 8}) {
    Context context(threads);
    for (int round = 0; round < 30; round++) CHECK(same(expected, batch.segment(context)));
  }
  contexts_at_once(batch, expected);
  a_context_changes_hands(batch, expected);
  a_shared_view(batch);
  shared_layers(batch);

  // The first failure in the batch's order is reported, whichever thread met it.
  Batch broken;
  broken.fine[4 * 6 * 340] = NAN;
  broken.coarse[2 * 9 * 90] = NAN;
  Context context(3);
  const flowline_tensor latents[2] = {
      {sizeof(flowline_tensor), 0, broken.fine.data(), 5, 6, 20, 17},
      {sizeof(flowline_tensor), 0, broken.coarse.data(), 5, 9, 10, 9},
  };
  std::vector<float> map(5 * 40 * 34);
  for (int round = 0; round < 20; round++) {
    CHECK_FAILS(segment(context, latents, 2, nullptr, 40, 34, map.data(), nullptr),
                FLOWLINE_NOT_FINITE, "latents[1], image 2");
  }
}
