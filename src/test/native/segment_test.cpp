// Awkward shapes through every option: for the sanitizers, and known answers by hand.
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "check.hpp"

namespace {

const int32_t BOUNDS[] = {FLOWLINE_PFA_CHERNOFF, FLOWLINE_PFA_AS_RELEASED, FLOWLINE_PFA_EXACT};
const int32_t COUNTS[] = {FLOWLINE_TESTS_PUBLISHED, FLOWLINE_TESTS_BY_SIZE};

void every_shape() {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  Context context;
  const int64_t sizes[][2] = {{1, 1}, {1, 9}, {9, 1}, {2, 2}, {3, 200}, {40, 33}, {5, 1}};
  for (const auto& size : sizes) {
    for (int64_t channels : {1, 3, 64, 65, 67, 130}) {
      std::vector<float> z(2 * channels * size[0] * size[1]);
      for (float& value : z) value = normal(random);
      const flowline_tensor latent = {sizeof latent, 0, z.data(), 2, channels, size[0], size[1]};
      for (int32_t bound : BOUNDS) {
        for (int32_t count : COUNTS) {
          const flowline_segment_options options = {sizeof options, bound, count, 0};
          for (int64_t out : {1, 7, 50}) {
            std::vector<float> map(2 * out * (out + 1));
            float smallest[2];
            CHECK(segment(context, &latent, 1, &options, out, out + 1, map.data(), smallest) ==
                  FLOWLINE_OK);
            for (float value : map) CHECK(std::isfinite(value));
            for (size_t i = 0; i < map.size(); i++) CHECK(map[i] >= smallest[i / (map.size() / 2)]);
          }
        }
      }
    }
  }
}

// Bit for bit the order of summation that the header promises.
void energy_order() {
  std::mt19937 random(11);
  std::normal_distribution<float> normal;
  Context context;
  for (int64_t channels : {1, 2, 3, 4, 5, 63, 64, 65, 128, 131, 200}) {
    for (int64_t pixels : {1, 7, 100, 1023, 1024, 1025, 2500}) {
      std::vector<float> z(2 * channels * pixels), energy(2 * pixels);
      for (float& value : z) value = normal(random);
      const flowline_tensor latent = {sizeof latent, 0, z.data(), 2, channels, 1, pixels};
      CHECK(flowline_energy(context, &latent, energy.data()) == FLOWLINE_OK);
      for (int64_t i = 0; i < 2 * pixels; i++) {
        const float* at = z.data() + i / pixels * channels * pixels + i % pixels;
        float sum = 0;
        for (int64_t first = 0; first < channels; first += 64) {
          volatile float run = 0;
          for (int64_t c = first; c < std::min(first + 64, channels); c++) {
            const volatile float square = at[c * pixels] * at[c * pixels];
            run = run + square;
          }
          sum += run;
        }
        CHECK(energy[i] == sum);
      }
    }
  }
}

// 4 x 4, one peak of two pixels (energies 9 and 8), one of one pixel (7), all else 1.
void tree_by_hand() {
  const float map[16] = {1, 1, 1, 1,  //
                         1, 9, 8, 1,  //
                         1, 1, 1, 1,  //
                         7, 1, 1, 1};
  int32_t pixel[16], parent[16], area[16], nodes;
  float altitude[16];
  Context context;
  CHECK(flowline_component_tree(context, map, 4, 4, 4, pixel, parent, altitude, area, &nodes) ==
        FLOWLINE_OK);
  CHECK(nodes == 4);
  CHECK(parent[0] == -1 && altitude[0] == 1 && area[0] == 16);
  CHECK(parent[1] == 0 && altitude[1] == 7 && area[1] == 1 && pixel[12] == 1);
  CHECK(parent[2] == 0 && altitude[2] == 8 && area[2] == 2 && pixel[6] == 2);
  CHECK(parent[3] == 2 && altitude[3] == 9 && area[3] == 1 && pixel[5] == 3);

  // Two pixels at 8 beat one at 9; the peaks' common parent has log10 PFA 0 and cannot merge them.
  int32_t region[16];
  double log10_pfa[16];
  CHECK(flowline_select(context, map, nullptr, 4, 4, 1, 16, nullptr, region, log10_pfa, nullptr) ==
        FLOWLINE_OK);
  CHECK(region[5] == 2 && region[6] == 2 && region[12] == 1 && region[0] == -1);
  CHECK(std::fabs(log10_pfa[2] + 2 * 0.5 * (7 - std::log(8.0)) / std::log(10.0)) < 1e-14);
}

// One hot position on 56 x 56: the same smallest log10 NFA at every size of the map.
void smallest_does_not_depend_on_the_size() {
  std::vector<float> z(32 * 56 * 56, 0.6f), map(448 * 448);
  for (int c = 0; c < 32; c++) z[c * 56 * 56 + 20 * 56 + 31] = 2.6f;
  const flowline_tensor latent = {sizeof latent, 0, z.data(), 1, 32, 56, 56};
  Context context;
  std::vector<float> energy(56 * 56);
  CHECK(flowline_energy(context, &latent, energy.data()) == FLOWLINE_OK);
  for (int32_t bound : BOUNDS) {
    for (int32_t count : COUNTS) {
      const flowline_segment_options options = {sizeof options, bound, count, 0};
      float first = 0, smallest;
      for (int64_t out : {448, 256, 100, 56, 7}) {
        CHECK(segment(context, &latent, 1, &options, out, out, map.data(), &smallest) ==
              FLOWLINE_OK);
        if (out == 448) first = smallest;
        CHECK(smallest == first);
        for (int64_t i = 0; i < out * out; i++) CHECK(map[i] >= smallest);
      }
      if (bound == FLOWLINE_PFA_AS_RELEASED) continue;  // the quiet rest is its region
      double pfa, tests, all;
      const int64_t pixels = 56 * 56;
      CHECK(flowline_log10_pfa(bound, 32, energy[20 * 56 + 31], 1, &pfa) == FLOWLINE_OK);
      CHECK(flowline_log10_number_of_tests_by_size(pixels, pixels, 1, &tests) == FLOWLINE_OK);
      CHECK(flowline_log10_number_of_tests(&pixels, 1, &all) == FLOWLINE_OK);
      CHECK(first == static_cast<float>(pfa + (count == FLOWLINE_TESTS_BY_SIZE ? tests : all)));
    }
  }
}

// log10 NFA of -5 as the difference of two numbers of a million, whose float32 is good to 1/8.
void the_cost_is_added_in_double() {
  const int64_t pixels = 1 << 21;
  std::vector<float> z(pixels, 0.5f);
  double tests, pfa;
  CHECK(flowline_log10_number_of_tests(&pixels, 1, &tests) == FLOWLINE_OK);
  const flowline_segment_options published = {sizeof published, FLOWLINE_PFA_CHERNOFF,
                                              FLOWLINE_TESTS_PUBLISHED, 0};
  for (float above : {5.0f, 5.3f, 7.77f}) {
    z[1000] = std::sqrt(2 * 2.302585f * (static_cast<float>(tests) + above) + 16.0f);
    const flowline_tensor latent = {sizeof latent, 0, z.data(), 1, 1, 1, pixels};
    CHECK(flowline_log10_pfa(FLOWLINE_PFA_CHERNOFF, 1, z[1000] * z[1000], 1, &pfa) == FLOWLINE_OK);
    float map, smallest;
    CHECK(segment(Context(), &latent, 1, &published, 1, 1, &map, &smallest) == FLOWLINE_OK);
    CHECK(std::fabs(pfa + tests) < 20);
    CHECK(std::fabs(smallest - (pfa + tests)) < 1e-5);
  }
}

// By size a region of two pixels costs more than one, and this one is not worth it.
void no_position_is_worse_than_the_background() {
  const float map[6] = {0.5f, 1.1f, 1.1f, 0.5f, 0.5f, 0.5f};
  const flowline_segment_options options = {sizeof options, FLOWLINE_PFA_CHERNOFF,
                                            FLOWLINE_TESTS_BY_SIZE, 0};
  int32_t region[6];
  float painted[6];
  CHECK(flowline_select(Context(), map, nullptr, 1, 6, 1, 6, &options, region, nullptr, painted) ==
        FLOWLINE_OK);
  CHECK(region[1] >= 0 && region[1] == region[2] && region[0] == -1);
  for (float value : painted) CHECK(value == painted[0]);
}

void zeros_and_signs() {
  const float map[4] = {0.0f, -0.0f, -0.0f, 0.0f};
  int32_t pixel[4], nodes;
  Context context;
  CHECK(flowline_component_tree(context, map, 2, 2, 4, pixel, nullptr, nullptr, nullptr, &nodes) ==
        FLOWLINE_OK);
  CHECK(nodes == 1);
}

// A ramp is one node a pixel, as deep as the map is long.
void deep_chain() {
  const int64_t side = 700;
  std::vector<float> map(side * side);
  for (size_t i = 0; i < map.size(); i++) map[i] = static_cast<float>(i);
  std::vector<int32_t> pixel(map.size()), region(map.size());
  int32_t nodes;
  Context context;
  CHECK(flowline_component_tree(context, map.data(), side, side, 4, pixel.data(), nullptr, nullptr,
                                nullptr, &nodes) == FLOWLINE_OK);
  CHECK(nodes == side * side);
  CHECK(flowline_select(context, map.data(), nullptr, side, side, 3, 0, nullptr, region.data(),
                        nullptr, nullptr) == FLOWLINE_OK);
}

// Whatever a context computed before: the maps of one that is new. Sizes come back after larger
// ones have taken a workspace of their own.
void a_context_remembers_nothing() {
  std::mt19937 random(23);
  std::normal_distribution<float> normal(0.0f, 1.5f);
  for (int round = 0; round < 300; round++) {
    std::vector<std::vector<float>> values;
    std::vector<flowline_tensor> latents;
    const bool quiet = round % 3 == 0;  // no energy: as low as memory that was never written
    for (int scale = 0; scale < 3; scale++) {
      const int64_t height = 1 + random() % (4 << 2 * scale), width = 1 + random() % 5;
      values.emplace_back(4 * height * width);
      for (float& value : values.back()) value = quiet ? 0.0f : normal(random);
      latents.push_back({sizeof(flowline_tensor), 0, values.back().data(), 1, 4, height, width});
    }
    std::sort(latents.begin(), latents.end(),
              [](const auto& a, const auto& b) { return a.height * a.width > b.height * b.width; });
    const flowline_segment_options options = {sizeof options, BOUNDS[random() % 3],
                                              COUNTS[random() % 2], 0};
    Context old, fresh;
    float maps[2][30], smallest[2];
    for (int32_t scales : {1, 2, 3}) {
      CHECK(segment(old, latents.data() + 3 - scales, scales, &options, 5, 6, maps[0], smallest) ==
            FLOWLINE_OK);
    }
    CHECK(segment(fresh, latents.data(), 3, &options, 5, 6, maps[1], smallest + 1) == FLOWLINE_OK);
    CHECK(std::equal(maps[0], maps[0] + 30, maps[1]));
    CHECK(smallest[0] == smallest[1]);
  }
}

}  // namespace

int main() {
  a_context_remembers_nothing();
  energy_order();
  every_shape();
  tree_by_hand();
  smallest_does_not_depend_on_the_size();
  the_cost_is_added_in_double();
  no_position_is_worse_than_the_background();
  zeros_and_signs();
  deep_chain();
}
