// Every bad argument gives a status and a message that names it, and never a crash.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "check.hpp"

namespace {

const float NOT_A_NUMBER = std::numeric_limits<float>::quiet_NaN();

struct Call {
  Context context;
  std::vector<float> z = std::vector<float>(2 * 3 * 4 * 5, 1.0f);
  std::vector<float> map = std::vector<float>(2 * 8 * 8);
  flowline_tensor latent = {sizeof(flowline_tensor), 0, z.data(), 2, 3, 4, 5};
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  int64_t height = 8, width = 8;

  flowline_status run() {
    return segment(context, &latent, 1, &options, height, width, map.data(), nullptr);
  }
};

void contexts() {
  flowline_context* context;
  CHECK_FAILS(flowline_context_create(nullptr, nullptr), FLOWLINE_INVALID_ARGUMENT, "context");
  for (int32_t threads : {0, -1, 1025}) {
    flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    options.threads = threads;
    CHECK_FAILS(flowline_context_create(&options, &context), FLOWLINE_INVALID_ARGUMENT,
                "options.threads");
    CHECK(context == nullptr);
  }
  for (uint32_t size : {0u, 4u, 5000u}) {
    flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    options.struct_size = size;
    CHECK_FAILS(flowline_context_create(&options, &context), FLOWLINE_INVALID_ARGUMENT,
                "options.struct_size");
  }
  flowline_context_destroy(nullptr);
}

void newer_structures() {
  struct {
    flowline_segment_options known;
    int64_t surplus;
  } newer = {FLOWLINE_SEGMENT_OPTIONS_DEFAULT, 0};
  newer.known.struct_size = sizeof newer;
  Call call;
  auto run = [&] {
    return segment(call.context, &call.latent, 1, &newer.known, 8, 8, call.map.data(),
                            nullptr);
  };
  CHECK(run() == FLOWLINE_OK);
  newer.surplus = 1;
  CHECK_FAILS(run(), FLOWLINE_UNSUPPORTED, "options");
}

// A structure may end after the last member that version 0.1 reads; what is missing counts as 0.
void shorter_structures() {
  Call call;
  call.options.struct_size = offsetof(flowline_segment_options, reserved);
  call.options.reserved = 77;
  CHECK(call.run() == FLOWLINE_OK);
  call.options.struct_size--;
  CHECK_FAILS(call.run(), FLOWLINE_INVALID_ARGUMENT, "options.struct_size must be 12 to 4096");
  call.options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  call.latent.struct_size = offsetof(flowline_tensor, width) + sizeof(int64_t) - 1;
  CHECK_FAILS(call.run(), FLOWLINE_INVALID_ARGUMENT, "latents[0].struct_size must be 48 to 4096");
}

// The elements of an array lie as far apart as the first is long, and are all as long.
void arrays_of_structures() {
  struct Longer {
    flowline_tensor known;
    int64_t surplus;
  };
  Call call;
  Longer two[2] = {{call.latent, 0}, {call.latent, 0}};
  two[0].known.struct_size = two[1].known.struct_size = sizeof(Longer);
  std::vector<float> map(2 * 8 * 8);
  auto run = [&] {
    return segment(call.context, &two[0].known, 2, nullptr, 8, 8, map.data(), nullptr);
  };
  CHECK(run() == FLOWLINE_OK);
  CHECK(call.run() == FLOWLINE_OK);
  two[1].surplus = 1;
  CHECK_FAILS(run(), FLOWLINE_UNSUPPORTED, "latents[1]");
  two[1].surplus = 0;
  two[1].known.struct_size = sizeof(flowline_tensor);
  CHECK_FAILS(run(), FLOWLINE_INVALID_ARGUMENT,
              "latents[1].struct_size must be that of latents[0], 56, got 48");
}

// Each latent for itself could be; together they could not, and their number has no overflow.
void too_many_positions() {
  Call call;
  std::vector<flowline_tensor> latents(64, call.latent);
  for (flowline_tensor& latent : latents) {
    latent.batch = 1 << 30;
    latent.channels = 1;
    latent.height = latent.width = 1 << 14;
  }
  CHECK_FAILS(
      segment(call.context, latents.data(), 64, nullptr, 1, 1, call.map.data(), nullptr),
      FLOWLINE_INVALID_ARGUMENT, "latents have more positions than memory can hold");
}

void segmentation() {
  Call call;
  CHECK(call.run() == FLOWLINE_OK);
  CHECK(std::strcmp(flowline_last_error(), "") == 0);
  auto fails = [](const char* words, auto&& spoil) {
    Call spoilt;
    spoil(spoilt);
    CHECK_FAILS(spoilt.run(), FLOWLINE_INVALID_ARGUMENT, words);
  };
  fails("latents[0].struct_size", [](Call& c) { c.latent.struct_size = 8; });
  fails("latents[0].data", [](Call& c) { c.latent.data = nullptr; });
  fails("latents[0].data must be aligned", [](Call& c) {
    c.latent.data = reinterpret_cast<float*>(reinterpret_cast<uintptr_t>(c.latent.data) + 1);
  });
  for (int64_t bad : {int64_t{0}, int64_t{-1}, INT64_MIN, INT64_MAX}) {
    fails("latents[0].batch", [&](Call& c) { c.latent.batch = bad; });
    fails("latents[0].channels", [&](Call& c) { c.latent.channels = bad; });
    fails("latents[0].height", [&](Call& c) { c.latent.height = bad; });
    fails("latents[0].width", [&](Call& c) { c.latent.width = bad; });
    fails("out_height", [&](Call& c) { c.height = bad; });
    fails("out_width", [&](Call& c) { c.width = bad; });
  }
  fails("latents[0].height * width", [](Call& c) { c.latent.height = c.latent.width = 1 << 20; });
  fails("out_height * out_width", [](Call& c) { c.height = c.width = 1 << 20; });
  fails("latents[0] has more elements", [](Call& c) {
    c.latent.batch = c.latent.channels = 1 << 28;
    c.latent.height = 1 << 20;
  });
  fails("latents[0].channels must be 1 to 268435456",
        [](Call& c) { c.latent.channels = (1 << 28) + 1; });
  fails("options.pfa_bound", [](Call& c) { c.options.pfa_bound = 3; });
  fails("options.number_of_tests", [](Call& c) { c.options.number_of_tests = -1; });
  fails("options.reserved", [](Call& c) { c.options.reserved = 1; });
  fails("options.struct_size", [](Call& c) { c.options.struct_size = 0; });

  float* map = call.map.data();
  CHECK_FAILS(segment(nullptr, &call.latent, 1, nullptr, 8, 8, map, nullptr),
              FLOWLINE_INVALID_ARGUMENT, "context");
  CHECK_FAILS(segment(call.context, nullptr, 1, nullptr, 8, 8, map, nullptr),
              FLOWLINE_INVALID_ARGUMENT, "latents");
  CHECK_FAILS(segment(call.context, &call.latent, 1, nullptr, 8, 8, nullptr, nullptr),
              FLOWLINE_INVALID_ARGUMENT, "log10_nfa");
  for (int32_t scales : {0, -1, 65}) {
    CHECK_FAILS(segment(call.context, &call.latent, scales, nullptr, 8, 8, map, nullptr),
                FLOWLINE_INVALID_ARGUMENT, "scales");
  }
  flowline_tensor two[2] = {call.latent, call.latent};
  two[1].batch = 1;
  CHECK_FAILS(segment(call.context, two, 2, nullptr, 8, 8, map, nullptr),
              FLOWLINE_INVALID_ARGUMENT, "latents[1].batch");
}

void not_finite() {
  for (float bad : {NOT_A_NUMBER, std::numeric_limits<float>::infinity(), 1e20f}) {
    Call call;
    call.z[1 * 60 + 2 * 20 + 3 * 5 + 1] = bad;
    CHECK_FAILS(call.run(), FLOWLINE_NOT_FINITE,
                "latents[0], image 1: the energy is not finite at row 3, column 1");
  }
}

void maps() {
  Context context;
  float map[6] = {1, 2, 3, 4, 5, 6};
  int32_t pixel[6], parent[6], area[6], nodes;
  float altitude[6];
  auto tree = [&](flowline_context* c, const float* m, int64_t h, int64_t w, int32_t connectivity) {
    return flowline_component_tree(c, m, h, w, connectivity, pixel, parent, altitude, area, &nodes);
  };
  CHECK(tree(context, map, 2, 3, 4) == FLOWLINE_OK);
  CHECK_FAILS(tree(nullptr, map, 2, 3, 4), FLOWLINE_INVALID_ARGUMENT, "context");
  CHECK_FAILS(tree(context, nullptr, 2, 3, 4), FLOWLINE_INVALID_ARGUMENT, "map");
  CHECK_FAILS(tree(context, map, 0, 3, 4), FLOWLINE_INVALID_ARGUMENT, "height");
  CHECK_FAILS(tree(context, map, 2, INT64_MAX, 4), FLOWLINE_INVALID_ARGUMENT, "width");
  CHECK_FAILS(tree(context, map, 1 << 20, 1 << 20, 4), FLOWLINE_INVALID_ARGUMENT, "height * width");
  CHECK_FAILS(tree(context, map, 2, 3, 6), FLOWLINE_INVALID_ARGUMENT, "connectivity");
  CHECK_FAILS(
      flowline_component_tree(context, map, 2, 3, 4, nullptr, parent, altitude, area, &nodes),
      FLOWLINE_INVALID_ARGUMENT, "node_of_pixel");
  CHECK_FAILS(
      flowline_component_tree(context, map, 2, 3, 4, pixel, nullptr, nullptr, nullptr, nullptr),
      FLOWLINE_INVALID_ARGUMENT, "nodes");

  auto select = [&](const float* levels, const float* energies, int64_t channels,
                    flowline_segment_options* options, int32_t* region) {
    return flowline_select(context, levels, energies, 2, 3, channels, 5, options, region, nullptr,
                           nullptr);
  };
  CHECK(select(map, nullptr, 3, nullptr, pixel) == FLOWLINE_OK);
  CHECK_FAILS(select(nullptr, nullptr, 3, nullptr, pixel), FLOWLINE_INVALID_ARGUMENT, "levels");
  CHECK_FAILS(select(map, nullptr, 0, nullptr, pixel), FLOWLINE_INVALID_ARGUMENT, "channels");
  CHECK_FAILS(select(map, nullptr, 3, nullptr, nullptr), FLOWLINE_INVALID_ARGUMENT,
              "region_of_pixel");
  flowline_segment_options by_size = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  by_size.number_of_tests = FLOWLINE_TESTS_BY_SIZE;
  CHECK_FAILS(select(map, nullptr, 3, &by_size, pixel), FLOWLINE_INVALID_ARGUMENT, "total_pixels");
  const float negative[6] = {1, 1, -1, 1, 1, 1};
  CHECK_FAILS(select(negative, nullptr, 3, nullptr, pixel), FLOWLINE_INVALID_ARGUMENT,
              "levels must not be negative");
  CHECK_FAILS(select(map, negative, 3, nullptr, pixel), FLOWLINE_INVALID_ARGUMENT,
              "energies must not be negative");
  CHECK(select(negative, map, 3, nullptr, pixel) == FLOWLINE_OK);

  map[4] = NOT_A_NUMBER;
  CHECK_FAILS(tree(context, map, 2, 3, 4), FLOWLINE_NOT_FINITE,
              "map is not finite at row 1, column 1");
  CHECK_FAILS(select(map, nullptr, 3, nullptr, pixel), FLOWLINE_NOT_FINITE, "levels");
}

void regions() {
  Context context;
  float map[6] = {-1, 2, -3, 4, -5, 6};
  flowline_region found[2];
  int64_t count;
  auto run = [&](const float* m, double epsilon, int32_t connectivity, flowline_region* to,
                 int64_t capacity, int64_t* n) {
    return flowline_regions(context, m, 2, 3, epsilon, connectivity, to, capacity, n);
  };
  CHECK(run(map, 0, 4, found, 2, &count) == FLOWLINE_OK);
  CHECK(count == 3 && found[0].log10_nfa == -5.0f && found[1].log10_nfa == -3.0f);
  CHECK(run(map, 0, 8, nullptr, 0, &count) == FLOWLINE_OK);
  CHECK(count == 1);
  CHECK_FAILS(run(nullptr, 0, 4, found, 2, &count), FLOWLINE_INVALID_ARGUMENT, "log10_nfa");
  CHECK_FAILS(run(map, NAN, 4, found, 2, &count), FLOWLINE_INVALID_ARGUMENT, "log10_epsilon");
  CHECK_FAILS(run(map, 0, 5, found, 2, &count), FLOWLINE_INVALID_ARGUMENT, "connectivity");
  CHECK_FAILS(run(map, 0, 4, nullptr, 2, &count), FLOWLINE_INVALID_ARGUMENT, "regions");
  CHECK_FAILS(run(map, 0, 4, found, -1, &count), FLOWLINE_INVALID_ARGUMENT, "capacity");
  CHECK_FAILS(run(map, 0, 4, found, 2, nullptr), FLOWLINE_INVALID_ARGUMENT, "count");
  map[0] = NOT_A_NUMBER;
  CHECK_FAILS(run(map, 0, 4, found, 2, &count), FLOWLINE_NOT_FINITE, "log10_nfa");
}

void numbers() {
  double value;
  CHECK_FAILS(flowline_log10_pfa(9, 3, 1, 1, &value), FLOWLINE_INVALID_ARGUMENT, "pfa_bound");
  CHECK_FAILS(flowline_log10_pfa(0, 0, 1, 1, &value), FLOWLINE_INVALID_ARGUMENT, "channels");
  CHECK(flowline_log10_pfa(0, 1 << 28, 1, 1, &value) == FLOWLINE_OK);
  CHECK_FAILS(flowline_log10_pfa(0, (1 << 28) + 1, 1, 1, &value), FLOWLINE_INVALID_ARGUMENT,
              "channels must be 1 to 268435456");
  CHECK_FAILS(flowline_log10_pfa(0, 3, -1, 1, &value), FLOWLINE_INVALID_ARGUMENT, "energy");
  CHECK_FAILS(flowline_log10_pfa(0, 3, NAN, 1, &value), FLOWLINE_INVALID_ARGUMENT, "energy");
  CHECK_FAILS(flowline_log10_pfa(0, 3, 1, 0, &value), FLOWLINE_INVALID_ARGUMENT, "pixels");
  CHECK_FAILS(flowline_log10_pfa(0, 3, 1, 1, nullptr), FLOWLINE_INVALID_ARGUMENT, "log10_pfa");
  const int64_t sizes[2] = {4, 0};
  CHECK_FAILS(flowline_log10_number_of_tests(nullptr, 1, &value), FLOWLINE_INVALID_ARGUMENT,
              "pixels");
  CHECK_FAILS(flowline_log10_number_of_tests(sizes, 0, &value), FLOWLINE_INVALID_ARGUMENT,
              "scales");
  CHECK_FAILS(flowline_log10_number_of_tests(sizes, 2, &value), FLOWLINE_INVALID_ARGUMENT,
              "pixels[1]");
  CHECK_FAILS(flowline_log10_number_of_tests_by_size(4, 3, 1, &value), FLOWLINE_INVALID_ARGUMENT,
              "total_pixels");
  CHECK_FAILS(flowline_log10_number_of_tests_by_size(4, 4, 5, &value), FLOWLINE_INVALID_ARGUMENT,
              "region_pixels");
  CHECK(std::strcmp(flowline_status_name(FLOWLINE_NOT_FINITE), "not finite") == 0);
  CHECK(std::strcmp(flowline_status_name(77), "unknown status") == 0);
}

}  // namespace

int main() {
  contexts();
  newer_structures();
  shorter_structures();
  arrays_of_structures();
  too_many_positions();
  segmentation();
  not_finite();
  maps();
  regions();
  numbers();
}
