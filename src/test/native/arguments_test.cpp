// Every bad argument gives a status and a message that names it, and never a crash.
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "check.hpp"
#include "random_law.hpp"

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
  auto fails = [&](flowline_status status, const char* words, auto&& spoil) {
    flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    spoil(options);
    CHECK_FAILS(flowline_context_create(&options, &context), status, words);
    CHECK(context == nullptr);
  };
  for (int32_t threads : {0, -1, 1025, INT32_MIN}) {
    fails(FLOWLINE_INVALID_ARGUMENT, "options.threads", [&](auto& o) { o.threads = threads; });
  }
  for (uint32_t size : {0u, 4u, 7u, 5000u, UINT32_MAX}) {
    fails(FLOWLINE_INVALID_ARGUMENT, "options.struct_size", [&](auto& o) { o.struct_size = size; });
  }
  const flowline_status bad = FLOWLINE_INVALID_ARGUMENT;
  fails(bad, "options.device must be 0 to 1", [](auto& o) { o.device = 2; });
  fails(bad, "options.device_index must be 0, got 1", [](auto& o) { o.device_index = 1; });
  fails(bad, "options.device_index", [](auto& o) {
    o.device = FLOWLINE_DEVICE_CUDA;
    o.device_index = -1;
  });
  fails(bad, "options.instruction_set", [](auto& o) { o.instruction_set = 5; });
  fails(bad, "options.instruction_set", [](auto& o) { o.instruction_set = -1; });
  fails(bad, "options.reserved", [](auto& o) { o.reserved = 1; });
  fails(bad, "options.stream", [](auto& o) { o.stream = &o; });
  CHECK_FAILS(flowline_context_create(reinterpret_cast<flowline_context_options*>(uintptr_t{4097}),
                                      &context),
              bad, "options must be aligned");
  flowline_context_destroy(nullptr);
  CHECK(std::strcmp(flowline_context_description(nullptr), "") == 0);
  CHECK_FAILS(flowline_context_set_stream(nullptr, nullptr), bad, "context");
  Context here;
  CHECK(flowline_context_set_stream(here, nullptr) == FLOWLINE_OK);
  CHECK_FAILS(flowline_context_set_stream(here, &here), bad, "stream must be NULL");
  CHECK_FAILS(flowline_cuda_devices(nullptr), bad, "devices");
}

// A structure that ends after its threads: on the CPU, with the best instruction set.
void old_context() {
  flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  options.struct_size = offsetof(flowline_context_options, device);
  options.threads = 3;
  options.device = 77;
  flowline_context* context;
  CHECK(flowline_context_create(&options, &context) == FLOWLINE_OK);
  const std::string description = flowline_context_description(context);
  CHECK(description.find("CPU, 3 threads, ") == 0);
  flowline_context_destroy(context);
}

// One is named, or it is not there; and which it is follows from the processor alone.
void instruction_sets() {
  int available = 0;
  for (int32_t set = FLOWLINE_INSTRUCTION_SET_BASELINE; set <= FLOWLINE_INSTRUCTION_SET_NEON;
       set++) {
    flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    options.instruction_set = set;
    flowline_context* context;
    const flowline_status status = flowline_context_create(&options, &context);
    if (status == FLOWLINE_OK) {
      available++;
      flowline_context_destroy(context);
    } else {
      CHECK(context == nullptr && set != FLOWLINE_INSTRUCTION_SET_BASELINE);
      CHECK_FAILS(status, FLOWLINE_UNAVAILABLE, "options.instruction_set: ");
    }
  }
  CHECK(available >= 1);
#ifdef __x86_64__
  flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  options.instruction_set = FLOWLINE_INSTRUCTION_SET_NEON;
  flowline_context* context;
  CHECK_FAILS(flowline_context_create(&options, &context), FLOWLINE_UNAVAILABLE, "NEON");
#endif
}

// Whether there is a device or not, the two entries agree; and without one they say why.
void cuda() {
  int32_t devices = -1;
  const flowline_status status = flowline_cuda_devices(&devices);
  const std::string why = flowline_last_error();
  flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  options.device = FLOWLINE_DEVICE_CUDA;
  flowline_context* context;
  if (status == FLOWLINE_OK) {
    CHECK(devices > 0);
    CHECK(flowline_context_create(&options, &context) == FLOWLINE_OK);
    flowline_context_destroy(context);
  } else {
    CHECK(status == FLOWLINE_UNAVAILABLE && devices == 0 && why.size() > 10);
    CHECK_FAILS(flowline_context_create(&options, &context), FLOWLINE_UNAVAILABLE, why.c_str());
    CHECK(context == nullptr);
  }
}

void newer_structures() {
  struct {
    flowline_segment_options known;
    int64_t surplus;
  } newer = {FLOWLINE_SEGMENT_OPTIONS_DEFAULT, 0};
  newer.known.struct_size = sizeof newer;
  Call call;
  auto run = [&] {
    return segment(call.context, &call.latent, 1, &newer.known, 8, 8, call.map.data(), nullptr);
  };
  CHECK(run() == FLOWLINE_OK);
  newer.surplus = 1;
  CHECK_FAILS(run(), FLOWLINE_UNSUPPORTED, "options");
}

// A structure may end after the last member that version 0.1 reads; what is missing counts as 0.
void shorter_structures() {
  Call call;
  call.options.struct_size = offsetof(flowline_segment_options, roi_x);
  call.options.roi_x = 77;
  CHECK(call.run() == FLOWLINE_OK);
  call.options.struct_size--;
  CHECK_FAILS(call.run(), FLOWLINE_INVALID_ARGUMENT, "options.struct_size must be 16 to 4096");
  call.options.struct_size = offsetof(flowline_segment_options, ignore) + 4;  // half a pointer
  CHECK_FAILS(call.run(), FLOWLINE_INVALID_ARGUMENT, "options.struct_size must be a multiple of 8");
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
              "latents[1].struct_size must be that of the first, 96, got 88");
}

// Each latent for itself could be; together they could not, and their number has no overflow.
void too_many_positions() {
  Call call;
  std::vector<flowline_tensor> latents(64, call.latent);
  for (flowline_tensor& latent : latents) {
    latent.batch = 1 << 26;
    latent.channels = 1;
    latent.height = latent.width = 1 << 14;
  }
  CHECK_FAILS(segment(call.context, latents.data(), 64, nullptr, 1, 1, call.map.data(), nullptr),
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
    fails("maps.height", [&](Call& c) { c.height = bad; });
    fails("maps.width", [&](Call& c) { c.width = bad; });
  }
  fails("latents[0].type must be 0 to 2", [](Call& c) { c.latent.type = 3; });
  fails("latents[0].type", [](Call& c) { c.latent.type = -1; });
  for (int64_t bad : {int64_t{-1}, INT64_MIN}) {
    fails("latents[0].batch_stride", [&](Call& c) { c.latent.batch_stride = bad; });
    fails("latents[0].channel_stride", [&](Call& c) { c.latent.channel_stride = bad; });
    fails("latents[0].row_stride", [&](Call& c) { c.latent.row_stride = bad; });
    fails("latents[0].column_stride", [&](Call& c) { c.latent.column_stride = bad; });
  }
  for (int64_t huge : {INT64_MAX, INT64_MAX / 2, int64_t{1} << 61}) {
    fails("latents[0] has more elements", [&](Call& c) { c.latent.batch_stride = huge; });
    fails("latents[0] has more elements", [&](Call& c) { c.latent.channel_stride = huge; });
    fails("latents[0] has more elements", [&](Call& c) { c.latent.row_stride = huge; });
    fails("latents[0] has more elements", [&](Call& c) { c.latent.column_stride = huge; });
  }
  fails("latents[0] has more elements", [](Call& c) {  // each for itself could be
    c.latent.batch_stride = c.latent.channel_stride = INT64_MAX / 16;
    c.latent.row_stride = c.latent.column_stride = INT64_MAX / 32;
  });
  fails("latents[0] has more elements", [](Call& c) {  // beyond the last address
    c.latent.data = reinterpret_cast<void*>(UINTPTR_MAX - 15);
  });
  fails("latents[0].height * width", [](Call& c) { c.latent.height = c.latent.width = 1 << 20; });
  fails("maps.height * width", [](Call& c) { c.height = c.width = 1 << 20; });
  fails("latents[0] has more elements", [](Call& c) {
    c.latent.batch = c.latent.channels = 1 << 28;
    c.latent.height = 1 << 20;
  });
  fails("latents[0].channels must be 1 to 268435456",
        [](Call& c) { c.latent.channels = (1 << 28) + 1; });
  fails("options.pfa_bound", [](Call& c) { c.options.pfa_bound = 3; });
  fails("options.number_of_tests", [](Call& c) { c.options.number_of_tests = -1; });
  fails("options.number_of_tests", [](Call& c) { c.options.number_of_tests = 3; });
  fails("options.reserved", [](Call& c) { c.options.reserved = 1; });
  fails("options.struct_size", [](Call& c) { c.options.struct_size = 0; });

  float* map = call.map.data();
  CHECK_FAILS(segment(nullptr, &call.latent, 1, nullptr, 8, 8, map, nullptr),
              FLOWLINE_INVALID_ARGUMENT, "context");
  CHECK_FAILS(segment(call.context, nullptr, 1, nullptr, 8, 8, map, nullptr),
              FLOWLINE_INVALID_ARGUMENT, "latents");
  for (int32_t scales : {0, -1, 65}) {
    CHECK_FAILS(segment(call.context, &call.latent, scales, nullptr, 8, 8, map, nullptr),
                FLOWLINE_INVALID_ARGUMENT, "scales");
  }
  flowline_tensor two[2] = {call.latent, call.latent};
  two[1].batch = 1;
  CHECK_FAILS(segment(call.context, two, 2, nullptr, 8, 8, map, nullptr), FLOWLINE_INVALID_ARGUMENT,
              "latents[1].batch");
  // The finest comes first: of other sides as large it may be, of more positions it may not.
  two[1] = call.latent;
  std::swap(two[1].height, two[1].width);
  const float level[2] = {0, 1};
  const double log10_pfa[2] = {0, -1};
  const flowline_region_law law = {sizeof law, 1, 2, 0, level, log10_pfa};
  flowline_segment_options by_law = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  by_law.law = &law;
  CHECK(segment(call.context, two, 2, &by_law, 8, 8, map, nullptr) == FLOWLINE_OK);
  two[0].height = 3;
  const char* const order =
      "latents[1] must not be finer than the scale before it, the finest comes first: "
      "5 x 4 after 3 x 5";
  CHECK_FAILS(segment(call.context, two, 2, &by_law, 8, 8, map, nullptr), FLOWLINE_INVALID_ARGUMENT,
              order);
  flowline_maps fused = {sizeof fused, 0, 8, 8};
  fused.fused_map = map;
  CHECK_FAILS(flowline_segment(call.context, two, 2, nullptr, &fused), FLOWLINE_INVALID_ARGUMENT,
              order);
  CHECK_FAILS(flowline_reserve(call.context, two, 2, nullptr, &fused), FLOWLINE_INVALID_ARGUMENT,
              order);
  CHECK(segment(call.context, two, 2, nullptr, 8, 8, map, nullptr) == FLOWLINE_OK);
}

// The header promises that no output overlaps anything, and the library holds its callers to it.
void overlaps() {
  Call call;
  float* z = call.z.data();
  float* map = call.map.data();
  auto fails = [&](const char* words, const flowline_maps& maps) {
    CHECK_FAILS(flowline_segment(call.context, &call.latent, 1, &call.options, &maps),
                FLOWLINE_INVALID_ARGUMENT, words);
  };
  const flowline_maps good = {sizeof good, 0, 8, 8, map, nullptr, nullptr, nullptr};
  CHECK(flowline_segment(call.context, &call.latent, 1, nullptr, &good) == FLOWLINE_OK);
  flowline_maps maps = good;
  maps.min_log10_nfa = map + 127;
  fails("maps.min_log10_nfa overlaps maps.log10_nfa", maps);
  maps.min_log10_nfa = z + 119;
  fails("maps.min_log10_nfa overlaps latents[0].data", maps);
  maps = good;
  maps.anomaly_map = map;
  fails("maps.anomaly_map overlaps maps.log10_nfa", maps);
  maps.anomaly_map = nullptr;
  maps.anomaly_score = map + 5;
  fails("maps.anomaly_score overlaps maps.log10_nfa", maps);
  maps = good;
  maps.fused_map = map + 127;
  fails("maps.fused_map overlaps maps.log10_nfa", maps);
  maps.fused_map = z + 119;
  fails("maps.fused_map overlaps latents[0].data", maps);
  double means[2 * 5 + 1];
  maps = good;
  maps.mean_energies = means;
  maps.channel_means = means + 1;
  fails("maps.channel_means overlaps maps.mean_energies", maps);
  maps.mean_energies = reinterpret_cast<double*>(map + 126);
  fails("maps.mean_energies overlaps maps.log10_nfa", maps);
  call.options.ignore = reinterpret_cast<uint8_t*>(map + 100);
  fails("maps.log10_nfa overlaps options.ignore", good);
  CHECK_FAILS(flowline_energy(call.context, &call.latent, z + 3), FLOWLINE_INVALID_ARGUMENT,
              "energy overlaps latent.data");
  int32_t pixel[6], nodes;
  CHECK_FAILS(flowline_component_tree(call.context, map, 2, 3, 4, pixel, pixel + 5, nullptr,
                                      nullptr, &nodes),
              FLOWLINE_INVALID_ARGUMENT, "parent overlaps node_of_pixel");
  CHECK_FAILS(
      flowline_component_tree(call.context, map, 2, 3, 4, pixel, nullptr, map + 1, nullptr, &nodes),
      FLOWLINE_INVALID_ARGUMENT, "altitude overlaps map");
  CHECK_FAILS(flowline_select(call.context, z, nullptr, 2, 3, 3, 6, nullptr, pixel, nullptr,
                              reinterpret_cast<float*>(pixel) + 2),
              FLOWLINE_INVALID_ARGUMENT, "painted overlaps region_of_pixel");
}

// The latents of several images in one buffer: gaps are nobody's, and may hold outputs.
void gaps_may_hold_outputs() {
  Call call;
  std::vector<float> all(2 * 100, 1.0f);
  call.latent.data = all.data();
  call.latent.batch_stride = 100;
  call.latent.channel_stride = 20;
  call.latent.row_stride = 5;
  call.latent.column_stride = 1;
  float smallest[2];
  CHECK(segment(call.context, &call.latent, 1, nullptr, 4, 4, all.data() + 60, smallest) ==
        FLOWLINE_OK);

  // As many elements as places between the first and the last, but some are read twice and some
  // are nobody's.
  float row[4] = {1, 0, 0, 1};
  const flowline_tensor repeated = {sizeof repeated,          0, row, 2, 1, 1, 2, 0, 1, 1, 3,
                                    FLOWLINE_TENSOR_BROADCAST};
  CHECK(segment(call.context, &repeated, 1, nullptr, 4, 4, nullptr, row + 1) == FLOWLINE_OK);
  CHECK(row[0] == 1 && row[1] != 0 && row[1] == row[2]);
  CHECK_FAILS(segment(call.context, &repeated, 1, nullptr, 4, 4, nullptr, row),
              FLOWLINE_INVALID_ARGUMENT, "maps.min_log10_nfa overlaps latents[0].data");
}

// A distance of 0 that was not asked for is one that was forgotten; along one element it is none.
void zero_strides() {
  auto fails = [](const char* words, auto&& spoil) {
    Call call;
    call.latent.batch_stride = 60;
    call.latent.channel_stride = 20;
    call.latent.row_stride = 5;
    call.latent.column_stride = 1;
    CHECK(call.run() == FLOWLINE_OK);
    spoil(call.latent);
    CHECK_FAILS(call.run(), FLOWLINE_INVALID_ARGUMENT, words);
    call.latent.flags = FLOWLINE_TENSOR_BROADCAST;
    CHECK(call.run() == FLOWLINE_OK);
    for (uint32_t unknown : {2u, 3u, 1u << 31}) {
      call.latent.flags = unknown;
      CHECK_FAILS(call.run(), FLOWLINE_UNSUPPORTED, "latents[0].flags has a flag that version");
    }
  };
  fails("latents[0].batch_stride must not be 0 for 2 elements, unless all strides are 0 (dense)",
        [](auto& l) { l.batch_stride = 0; });
  fails("latents[0].channel_stride must not be 0", [](auto& l) { l.channel_stride = 0; });
  fails("latents[0].row_stride must not be 0", [](auto& l) { l.row_stride = 0; });
  fails("latents[0].column_stride must not be 0", [](auto& l) { l.column_stride = 0; });
  Call call;
  call.latent.channel_stride = call.latent.batch_stride = 0;
  call.latent.channels = call.latent.batch = 1;
  call.latent.row_stride = 5;
  call.latent.column_stride = 1;
  CHECK(call.run() == FLOWLINE_OK);
  call.latent.reserved = 1;
  CHECK_FAILS(call.run(), FLOWLINE_INVALID_ARGUMENT, "latents[0].reserved");
  // All four meant: one element everywhere, which is not the dense tensor of these sizes.
  Call one;
  for (size_t i = 1; i < one.z.size(); i++) one.z[i] = NOT_A_NUMBER;
  CHECK_FAILS(one.run(), FLOWLINE_NOT_FINITE, "latents[0]");
  one.latent.flags = FLOWLINE_TENSOR_BROADCAST;
  CHECK(one.run() == FLOWLINE_OK);
}

// A program that was built for version 0.2 gets what it got there: its tensors end before their
// flags, and distances of 0 are meant; its options end before their field of view, and 0 is the
// published number of tests.
void programs_of_version_0_2() {
  Call old;
  old.latent.struct_size = offsetof(flowline_tensor, flags);
  old.latent.flags = 77;
  CHECK(old.run() == FLOWLINE_OK);  // all four 0: dense
  for (size_t i = 60; i < old.z.size(); i++) old.z[i] = NOT_A_NUMBER;
  CHECK_FAILS(old.run(), FLOWLINE_NOT_FINITE, "image 1");
  old.latent.channel_stride = 20;
  old.latent.row_stride = 5;
  old.latent.column_stride = 1;
  CHECK(old.run() == FLOWLINE_OK);  // the first image twice
  old.latent.struct_size = sizeof old.latent;
  old.latent.flags = 0;
  CHECK_FAILS(old.run(), FLOWLINE_INVALID_ARGUMENT, "latents[0].batch_stride must not be 0");

  Context context;
  const std::vector<float> z(16 * 64 * 64, 1.0f);
  const flowline_tensor latent = {sizeof latent, 0, z.data(), 1, 16, 64, 64};
  const auto smallest = [&](uint32_t size, int32_t number_of_tests) {
    flowline_segment_options options = {};
    options.struct_size = size;
    options.number_of_tests = number_of_tests;
    float value;
    CHECK(segment(context, &latent, 1, &options, 8, 8, nullptr, &value) == FLOWLINE_OK);
    return value;
  };
  constexpr uint32_t NOW = sizeof(flowline_segment_options);
  const float published = smallest(NOW, FLOWLINE_TESTS_PUBLISHED);
  const float by_size = smallest(NOW, FLOWLINE_TESTS_BY_SIZE);
  CHECK(published > 400 && by_size < 10);
  CHECK(smallest(NOW, 0) == by_size);
  for (uint32_t old_size = 16; old_size <= 72; old_size += 8) {
    CHECK(smallest(old_size, 0) == published);
    CHECK(smallest(old_size, FLOWLINE_TESTS_BY_SIZE) == by_size);
  }
}

void regions_of_interest() {
  auto fails = [](const char* words, auto&& spoil) {
    Call call;
    call.options.roi_x = 1;
    call.options.roi_y = 2;
    call.options.roi_width = 3;
    call.options.roi_height = 4;
    CHECK(call.run() == FLOWLINE_OK);
    spoil(call.options);
    CHECK_FAILS(call.run(), FLOWLINE_INVALID_ARGUMENT, words);
    const flowline_maps maps = {sizeof maps, 0, 8, 8, call.map.data(), nullptr, nullptr, nullptr};
    CHECK_FAILS(flowline_reserve(call.context, &call.latent, 1, &call.options, &maps),
                FLOWLINE_INVALID_ARGUMENT, words);
  };
  for (int64_t bad : {int64_t{-1}, int64_t{8}, INT64_MIN, INT64_MAX}) {
    fails("options.roi_x", [&](auto& o) { o.roi_x = bad; });
    fails("options.roi_y", [&](auto& o) { o.roi_y = bad; });
  }
  for (int64_t bad : {int64_t{-1}, int64_t{0}, int64_t{8}, INT64_MIN, INT64_MAX}) {
    fails("options.roi_width must be 1 to 7", [&](auto& o) { o.roi_width = bad; });
    fails("options.roi_height must be 1 to 6", [&](auto& o) { o.roi_height = bad; });
  }
  for (int64_t bad : {int64_t{-1}, INT64_MIN, INT64_MAX}) {
    fails("options.smallest_region must be 0 to", [&](auto& o) { o.smallest_region = bad; });
  }
  fails("options.smallest_region must be 0 without a law, got 2",
        [](auto& o) { o.smallest_region = 2; });
  const uint8_t mask[64] = {};
  fails("options.ignore_batch_stride must be 0", [](auto& o) { o.ignore_batch_stride = 64; });
  for (int64_t bad : {int64_t{-1}, int64_t{63}, INT64_MIN, INT64_MAX}) {
    fails("options.ignore_batch_stride must be 64 to", [&](auto& o) {
      o.ignore = mask;
      o.ignore_batch_stride = bad;
    });
  }
}

// A prepared field of view is checked where it is made, and against each call that uses it.
void prepared_views() {
  constexpr flowline_status BAD = FLOWLINE_INVALID_ARGUMENT;
  Call call;
  flowline_field_of_view* view;
  auto create = [&](int64_t height, int64_t width, int64_t batch) {
    return flowline_field_of_view_create(call.context, &call.options, height, width, batch, &view);
  };
  view = reinterpret_cast<flowline_field_of_view*>(uintptr_t{4096});  // not to be destroyed
  CHECK_FAILS(flowline_field_of_view_create(nullptr, nullptr, 8, 8, 1, &view), BAD, "context");
  CHECK(view == nullptr);
  CHECK_FAILS(flowline_field_of_view_create(
                  call.context, nullptr, 8, 8, 1,
                  reinterpret_cast<flowline_field_of_view**>(reinterpret_cast<char*>(&view) + 1)),
              BAD, "field_of_view must be aligned");
  CHECK_FAILS(flowline_field_of_view_create(call.context, nullptr, 8, 8, 1, nullptr), BAD,
              "field_of_view must not be NULL");
  CHECK_FAILS(create(0, 8, 1), BAD, "height");
  CHECK_FAILS(create(8, INT64_MAX, 1), BAD, "width");
  CHECK_FAILS(create(8, 8, 0), BAD, "batch must be 1 to");
  CHECK_FAILS(create(8, 8, INT64_MAX), BAD, "batch must be 1 to");
  call.options.roi_width = 9;
  call.options.roi_height = 1;
  CHECK_FAILS(create(8, 8, 1), BAD, "options.roi_width must be 1 to 8");
  CHECK(view == nullptr);
  call.options.roi_width = 3;
  const uint8_t masks[2 * 64] = {1, 0, 1};
  call.options.ignore = masks;
  call.options.ignore_batch_stride = 63;
  CHECK_FAILS(create(8, 8, 2), BAD, "options.ignore_batch_stride must be 64 to");
  call.options.ignore_batch_stride = 64;
  union {
    uint8_t mask[64];
    flowline_field_of_view* made;
  } both = {};
  call.options.ignore_batch_stride = 0;
  call.options.ignore = both.mask;
  CHECK_FAILS(flowline_field_of_view_create(call.context, &call.options, 8, 8, 2, &both.made), BAD,
              "field_of_view overlaps options.ignore");
  call.options.ignore = masks;
  call.options.ignore_batch_stride = 64;
  CHECK(create(8, 8, 2) == FLOWLINE_OK && view != nullptr);

  Call with_view;
  auto fails = [&](const char* words, auto&& spoil) {
    with_view.options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    with_view.options.field_of_view = view;
    with_view.latent.batch = 2;
    with_view.height = with_view.width = 8;
    CHECK(with_view.run() == FLOWLINE_OK);
    spoil(with_view);
    CHECK_FAILS(with_view.run(), BAD, words);
    const flowline_maps maps = {sizeof maps,          0,      with_view.height, with_view.width,
                                with_view.map.data(), nullptr};
    CHECK_FAILS(
        flowline_reserve(with_view.context, &with_view.latent, 1, &with_view.options, &maps), BAD,
        words);
    flowline_verdict verdicts[2];
    const flowline_inspection asked = {sizeof asked,    0,   with_view.height,
                                       with_view.width, 0.0, verdicts};
    CHECK_FAILS(
        flowline_inspect(with_view.context, &with_view.latent, 1, &with_view.options, &asked), BAD,
        words);
  };
  fails("options.field_of_view is of maps of 8 x 8, not 7 x 8", [](Call& c) { c.height = 7; });
  fails("options.field_of_view is of maps of 8 x 8, not 8 x 9", [](Call& c) { c.width = 9; });
  fails("options.field_of_view has masks of 2 images, but the batch of latents[0] is 1",
        [](Call& c) { c.latent.batch = 1; });
  const char* const own = "must be 0 beside options.field_of_view, which has its own";
  fails(own, [&](Call& c) { c.options.ignore = masks; });
  fails(own, [&](Call& c) { c.options.roi_width = c.options.roi_height = 2; });
  fails("options.field_of_view must be aligned", [](Call& c) {
    c.options.field_of_view = reinterpret_cast<const flowline_field_of_view*>(uintptr_t{4097});
  });
  call.options.field_of_view = view;
  flowline_field_of_view* second;
  CHECK_FAILS(flowline_field_of_view_create(call.context, &call.options, 8, 8, 2, &second), BAD,
              "options.field_of_view must be NULL");

  // A program built for 0.2 has options that end before it.
  with_view.options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  with_view.latent.batch = 2;
  with_view.height = with_view.width = 8;
  with_view.options.struct_size = offsetof(flowline_segment_options, field_of_view);
  with_view.options.field_of_view = reinterpret_cast<const flowline_field_of_view*>(uintptr_t{77});
  CHECK(with_view.run() == FLOWLINE_OK);

  // The context that it was made with need not live.
  flowline_field_of_view* of_gone = nullptr;
  {
    const Context gone;
    CHECK(flowline_field_of_view_create(gone, nullptr, 8, 8, 1, &of_gone) == FLOWLINE_OK);
  }
  with_view.options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  with_view.options.field_of_view = of_gone;
  CHECK(with_view.run() == FLOWLINE_OK);
  flowline_field_of_view_destroy(of_gone);
  flowline_field_of_view_destroy(view);
  flowline_field_of_view_destroy(nullptr);
}

void laws() {
  Call call;
  OwnLaw own;
  own.level = {0.1f, 0.5f, 0.9f};
  own.log10_pfa = {0.0, -1.0, -2.0, 0.0, -3.0, -3.0};
  flowline_region_law law = *own.get();
  call.options.law = &law;
  CHECK(call.run() == FLOWLINE_OK);
  auto fails = [&](flowline_status status, const char* words, auto&& spoil) {
    law = *own.get();
    spoil(law);
    CHECK_FAILS(call.run(), status, words);
  };
  const flowline_status bad = FLOWLINE_INVALID_ARGUMENT;
  fails(bad, "options.law.struct_size", [](auto& l) { l.struct_size = 8; });
  fails(bad, "options.law.classes must be 1 to 29, got 0", [](auto& l) { l.classes = 0; });
  fails(bad, "options.law.classes must be 1 to 29, got 30", [](auto& l) { l.classes = 30; });
  fails(bad, "options.law.knots must be 2 to 65536, got 1", [](auto& l) { l.knots = 1; });
  fails(bad, "options.law.reserved", [](auto& l) { l.reserved = 1; });
  fails(bad, "options.law.level must not be NULL", [](auto& l) { l.level = nullptr; });
  fails(bad, "options.law.log10_pfa must not be NULL", [](auto& l) { l.log10_pfa = nullptr; });
  fails(bad, "options.law.level must be aligned", [](auto& l) {
    l.level = reinterpret_cast<const float*>(reinterpret_cast<uintptr_t>(l.level) + 1);
  });
  auto spoils = [&](const char* words, auto&& spoil) {
    OwnLaw kept = own;
    spoil(own);
    law = *own.get();
    CHECK_FAILS(call.run(), bad, words);
    own = kept;
  };
  spoils("options.law.level[1]", [](auto& o) { o.level[1] = NOT_A_NUMBER; });
  spoils("options.law.level[2] must be above the one before", [](auto& o) { o.level[2] = 0.5f; });
  spoils("options.law.log10_pfa[3] must be 0", [](auto& o) { o.log10_pfa[3] = -0.5; });
  spoils("options.law.log10_pfa[2] must be finite", [](auto& o) { o.log10_pfa[2] = -INFINITY; });
  spoils("options.law.log10_pfa[5]", [](auto& o) { o.log10_pfa[5] = -2.9; });
  spoils("options.law.baseline must be in [0, 1]", [](auto& o) { o.baseline = NOT_A_NUMBER; });
  spoils("options.law.baseline must be in [0, 1]", [](auto& o) { o.baseline = -0.5f; });
  spoils("options.law.baseline must be in [0, 1]", [](auto& o) { o.baseline = 1.5f; });
  const auto relative = [](auto& o) {
    o.baseline = 0.5f;
    o.baseline_exponent = 0.25f;
    o.baseline_log10_pfa = {0.0, -1.0, -1.5};
  };
  spoils("options.law.baseline_log10_pfa[0] must be 0", [&](auto& o) {
    relative(o);
    o.baseline_log10_pfa[0] = -1;
  });
  spoils("options.law.baseline_log10_pfa[2] must be finite and not above", [&](auto& o) {
    relative(o);
    o.baseline_log10_pfa[2] = -0.5;
  });
  relative(own);
  fails(FLOWLINE_OK, "", [](auto&) {});
  fails(bad, "options.law.baseline_log10_pfa must not be NULL",
        [](auto& l) { l.baseline_log10_pfa = nullptr; });
  fails(bad, "options.law.baseline_log10_pfa must be NULL",
        [](auto& l) { l.baseline = l.baseline_exponent = 0; });
  fails(bad, "options.law.baseline_exponent must be 0 if options.law.baseline is 0",
        [](auto& l) { l.baseline = 0; });
  for (float wrong : {-0.25f, 0.3f, 1.25f, NOT_A_NUMBER}) {
    fails(bad, "options.law.baseline_exponent must be 0, 0.25, 0.5, 0.75 or 1, got",
          [&](auto& l) { l.baseline_exponent = wrong; });
  }
  fails(bad, "maps.log10_nfa overlaps options.law.baseline_log10_pfa",
        [&](auto& l) { l.baseline_log10_pfa = reinterpret_cast<const double*>(call.map.data()); });
  own.baseline = own.baseline_exponent = 0;
  law = *own.get();
  CHECK(call.run() == FLOWLINE_OK);
  law.level = call.map.data() + 125;
  CHECK_FAILS(call.run(), bad, "maps.log10_nfa overlaps options.law.level");
  law.level = own.level.data();
  law.log10_pfa = reinterpret_cast<const double*>(call.map.data());
  CHECK_FAILS(call.run(), bad, "maps.log10_nfa overlaps options.law.log10_pfa");
  // To make room for a call its numbers are not needed.
  law.level = nullptr;
  law.log10_pfa = nullptr;
  const flowline_maps maps = {sizeof maps, 0, 8, 8, call.map.data(), nullptr, nullptr, nullptr};
  CHECK(flowline_reserve(call.context, &call.latent, 1, &call.options, &maps) == FLOWLINE_OK);
  law.classes = 0;
  CHECK_FAILS(flowline_reserve(call.context, &call.latent, 1, &call.options, &maps), bad,
              "options.law.classes");
  // Of maps of another size it is another law: here they are of 4 x 5.
  law = *own.get();
  law.height = 4;
  law.width = 5;
  CHECK(call.run() == FLOWLINE_OK);
  std::swap(law.height, law.width);
  CHECK_FAILS(call.run(), bad,
              "options.law was measured on maps of 5 x 4 (options.law.height, width), but "
              "latents[0] is 4 x 5");
  law.height = 0;
  CHECK_FAILS(call.run(), bad, "options.law was measured on maps of 0 x 4");
  law.height = -1;
  CHECK_FAILS(call.run(), bad, "options.law.height");
  law = *own.get();
  law.struct_size = offsetof(flowline_region_law, baseline);  // one built before relative laws
  law.baseline = NOT_A_NUMBER;                                // what lies behind is not read
  law.baseline_exponent = -1;
  CHECK(call.run() == FLOWLINE_OK);
  law.height = -1;
  law.struct_size = offsetof(flowline_region_law, height);  // one built for 0.2
  CHECK(call.run() == FLOWLINE_OK);
  // A program built for an older header, whose options end before their law.
  call.options.struct_size = offsetof(flowline_segment_options, law);
  call.options.law = reinterpret_cast<flowline_region_law*>(uintptr_t{16});
  CHECK(call.run() == FLOWLINE_OK);
}

void maxima() {
  Context context;
  float map[6] = {1, 2, 3, 4, 5, 6}, out[4];
  const flowline_status bad = FLOWLINE_INVALID_ARGUMENT;
  CHECK(flowline_region_maxima(context, map, 2, 3, 4, out) == FLOWLINE_OK);
  CHECK(flowline_size_classes(64, 64) == 11 && flowline_size_classes(63, 65) == 10);
  CHECK(flowline_size_classes(1, 1) == 1 && flowline_size_classes(1, 7) == 1);
  CHECK(flowline_size_classes(2, 4) == 2 && flowline_size_classes(1 << 14, 1 << 14) == 27);
  CHECK(flowline_size_classes(0, 4) == 0 && flowline_size_classes(4, -1) == 0);
  CHECK(flowline_size_classes(1 << 14, (1 << 14) + 1) == 0);
  CHECK(flowline_size_classes(INT64_MAX, INT64_MAX) == 0);
  CHECK(out[0] == 6 && out[1] == 5 && out[2] == 3 && out[3] == -INFINITY);
  CHECK_FAILS(flowline_region_maxima(nullptr, map, 2, 3, 4, out), bad, "context");
  CHECK_FAILS(flowline_region_maxima(context, nullptr, 2, 3, 4, out), bad, "map");
  CHECK_FAILS(flowline_region_maxima(context, map, 0, 3, 4, out), bad, "height");
  CHECK_FAILS(flowline_region_maxima(context, map, 2, 3, 0, out), bad, "classes");
  CHECK_FAILS(flowline_region_maxima(context, map, 2, 3, 30, out), bad, "classes");
  CHECK_FAILS(flowline_region_maxima(context, map, 2, 3, 4, nullptr), bad, "maxima");
  CHECK_FAILS(flowline_region_maxima(context, map, 2, 3, 4, map + 4), bad, "overlap");
  map[4] = NOT_A_NUMBER;
  CHECK_FAILS(flowline_region_maxima(context, map, 2, 3, 4, out), FLOWLINE_NOT_FINITE, "row 1");
}

void relative_maxima() {
  Context context;
  float map[6] = {0.5f, 0.75f, 0.5f, -1, 0.5f, 0}, out[4], baseline;
  const flowline_status bad = FLOWLINE_INVALID_ARGUMENT;
  const auto run = [&](flowline_context* of, const float* levels, int64_t height, int32_t classes,
                       float* maxima, float* to) {
    return flowline_relative_maxima(of, levels, height, 3, classes, maxima, to);
  };
  CHECK(run(context, map, 2, 4, out, &baseline) == FLOWLINE_OK);
  CHECK(baseline == 0.5f);
  CHECK(out[0] == 0.75f && out[1] == 0.5f && out[2] == 0.5f && out[3] == -INFINITY);
  CHECK_FAILS(run(nullptr, map, 2, 4, out, &baseline), bad, "context");
  CHECK_FAILS(run(context, nullptr, 2, 4, out, &baseline), bad, "map");
  CHECK_FAILS(run(context, map, 0, 4, out, &baseline), bad, "height");
  CHECK_FAILS(run(context, map, 2, 0, out, &baseline), bad, "classes");
  CHECK_FAILS(run(context, map, 2, 4, nullptr, &baseline), bad, "maxima");
  CHECK_FAILS(run(context, map, 2, 4, out, nullptr), bad, "baseline");
  CHECK_FAILS(run(context, map, 2, 4, out, out + 3), bad, "overlap");
  map[1] = 1.5f;
  CHECK_FAILS(run(context, map, 2, 4, out, &baseline), bad, "map must not be above 1, got 1.5");
  map[1] = NOT_A_NUMBER;
  CHECK_FAILS(run(context, map, 2, 4, out, &baseline), FLOWLINE_NOT_FINITE, "row 0");
  std::fill_n(map, 6, -1.0f);
  CHECK_FAILS(run(context, map, 2, 4, out, &baseline), bad, "map must have a tested position");
  std::fill_n(map, 6, 1.0f);  // no likelihood at all
  CHECK(run(context, map, 2, 4, out, &baseline) == FLOWLINE_OK);
  CHECK(baseline == std::ldexp(1.0f, -24) && out[0] == 1.0f && out[2] == 1.0f);
}

void calibration() {
  const flowline_status bad = FLOWLINE_INVALID_ARGUMENT;
  std::vector<float> maxima;
  for (int i = 0; i < 10; i++) {
    const float strength = 0.05f * static_cast<float>(i);
    maxima.insert(maxima.end(), {0.4f + strength, 0.4f + strength, 0.3f + strength});
  }
  std::vector<float> level(FLOWLINE_LAW_KNOTS);
  std::vector<double> table(3 * FLOWLINE_LAW_KNOTS);
  int32_t knots;
  const auto fit = [&](int64_t images, int32_t classes) {
    return flowline_region_law_fit(maxima.data(), images, classes, level.data(), table.data(),
                                   &knots);
  };
  CHECK(fit(10, 3) == FLOWLINE_OK);
  CHECK(level[0] == 0.3f && level[knots - 1] == 1.0f);
  CHECK(fit(4, 3) == FLOWLINE_OK);
  CHECK_FAILS(fit(3, 3), bad, "images must be 4 to");
  CHECK_FAILS(fit(10, 0), bad, "classes");
  CHECK_FAILS(fit(10, 30), bad, "classes");
  CHECK_FAILS(flowline_region_law_fit(nullptr, 10, 3, level.data(), table.data(), &knots), bad,
              "maxima");
  CHECK_FAILS(flowline_region_law_fit(maxima.data(), 10, 3, nullptr, table.data(), &knots), bad,
              "level");
  CHECK_FAILS(flowline_region_law_fit(maxima.data(), 10, 3, level.data(), nullptr, &knots), bad,
              "log10_pfa");
  CHECK_FAILS(flowline_region_law_fit(maxima.data(), 10, 3, level.data(), table.data(), nullptr),
              bad, "knots");
  CHECK_FAILS(
      flowline_region_law_fit(maxima.data(), 10, 3, maxima.data() + 3, table.data(), &knots), bad,
      "level overlaps maxima");
  std::vector<float> baselines(10, 0.25f);
  std::vector<double> of_baseline(FLOWLINE_LAW_KNOTS);
  float baseline, exponent = 1;
  const auto fit_relative = [&](int64_t images, float* to, double* table_of_baseline) {
    return flowline_relative_law_fit(maxima.data(), baselines.data(), images, 3, exponent,
                                     level.data(), table.data(), &knots, to, table_of_baseline);
  };
  CHECK(fit_relative(10, &baseline, of_baseline.data()) == FLOWLINE_OK);
  CHECK(baseline == 0.25f && of_baseline[0] == 0 && level[0] == 0.3f);
  CHECK_FAILS(fit_relative(3, &baseline, of_baseline.data()), bad, "images must be 4 to");
  CHECK_FAILS(fit_relative(10, nullptr, of_baseline.data()), bad, "baseline must not be NULL");
  CHECK_FAILS(fit_relative(10, &baseline, nullptr), bad, "baseline_log10_pfa must not be NULL");
  CHECK_FAILS(fit_relative(10, &baselines[3], of_baseline.data()), bad,
              "baseline overlaps baselines");
  exponent = 0.6f;
  CHECK_FAILS(fit_relative(10, &baseline, of_baseline.data()), bad,
              "baseline_exponent must be 0, 0.25, 0.5, 0.75 or 1, got 0.6");
  const auto measure = [&](int64_t images, float* to) {
    return flowline_baseline_exponent(maxima.data(), baselines.data(), images, 3, to);
  };
  CHECK(measure(10, &exponent) == FLOWLINE_OK && exponent == 1);  // of equal baselines
  CHECK_FAILS(measure(3, &exponent), bad, "images must be 4 to");
  CHECK_FAILS(measure(10, nullptr), bad, "baseline_exponent must not be NULL");
  CHECK_FAILS(measure(10, &maxima[2]), bad, "baseline_exponent overlaps maxima");
  for (float wrong : {0.0f, -0.1f, 1.1f, NOT_A_NUMBER}) {
    baselines[3] = wrong;
    CHECK_FAILS(measure(10, &exponent), bad, "baselines[3] must be above");
    CHECK_FAILS(fit_relative(10, &baseline, of_baseline.data()), bad, "baselines[3] must be above");
  }
  maxima[7] = 0.9f;
  CHECK_FAILS(fit(10, 3), bad, "image 2, class 1");
  maxima[7] = NOT_A_NUMBER;
  CHECK_FAILS(fit(10, 3), FLOWLINE_NOT_FINITE, "maxima");

  float smallest[4] = {-1, -3, 1e30f, -2}, threshold;
  double promised;
  const auto ask = [&](int64_t images, double rate, double confidence) {
    return flowline_log10_epsilon(smallest, images, rate, confidence, &threshold, &promised);
  };
  CHECK(ask(4, 0.4, 0) == FLOWLINE_OK && threshold == -2 && promised == 0.4);
  CHECK(ask(4, 0.01, 0) == FLOWLINE_TOO_FEW_IMAGES && threshold == -3 && promised == 0.2);
  CHECK(ask(4, 1 - 1e-16, 0) == FLOWLINE_OK && threshold == 1e30f && promised == 0.8);
  CHECK_FAILS(ask(0, 0.1, 0), bad, "images");
  CHECK_FAILS(ask((int64_t{1} << 24) + 1, 0.1, 0), bad, "images");
  for (double wrong : {0.0, 1.0, -0.1, static_cast<double>(NOT_A_NUMBER)}) {
    CHECK_FAILS(ask(4, wrong, 0), bad, "rate must be between 0 and 1");
    if (wrong != 0.0) CHECK_FAILS(ask(4, 0.1, wrong), bad, "confidence must be 0 or from");
  }
  CHECK_FAILS(ask(4, 0.1, 1e-7), bad, "confidence must be 0 or from");
  CHECK_FAILS(flowline_log10_epsilon(nullptr, 4, 0.1, 0, &threshold, &promised), bad,
              "min_log10_nfa");
  CHECK_FAILS(flowline_log10_epsilon(smallest, 4, 0.1, 0, nullptr, &promised), bad,
              "log10_epsilon");
  CHECK_FAILS(flowline_log10_epsilon(smallest, 4, 0.1, 0, &threshold, nullptr), bad, "promised");
  CHECK_FAILS(flowline_log10_epsilon(smallest, 4, 0.1, 0, smallest + 2, &promised), bad,
              "overlaps");
  const auto p = [&](int64_t images, float of_image) {
    return flowline_p_value(smallest, images, of_image, &promised);
  };
  CHECK(p(4, -2) == FLOWLINE_OK && promised == 0.6);  // a tie counts
  CHECK_FAILS(p(0, -2), bad, "images must be");
  CHECK_FAILS(p((int64_t{1} << 24) + 1, -2), bad, "images must be");
  CHECK_FAILS(p(4, FLT_MAX), bad, "of_image is FLT_MAX: nothing of the image was tested");
  CHECK_FAILS(p(4, NOT_A_NUMBER), FLOWLINE_NOT_FINITE, "of_image");
  CHECK_FAILS(flowline_p_value(nullptr, 4, -2, &promised), bad, "min_log10_nfa");
  CHECK_FAILS(flowline_p_value(smallest, 4, -2, nullptr), bad, "p_value");
  CHECK_FAILS(flowline_p_value(reinterpret_cast<float*>(&promised), 1, -2, &promised), bad,
              "p_value overlaps min_log10_nfa");
  smallest[3] = FLT_MAX;
  CHECK_FAILS(p(4, -2), bad, "min_log10_nfa[3] is FLT_MAX");
  smallest[3] = NOT_A_NUMBER;
  CHECK_FAILS(ask(4, 0.1, 0), FLOWLINE_NOT_FINITE, "min_log10_nfa");
  CHECK_FAILS(p(4, -2), FLOWLINE_NOT_FINITE, "min_log10_nfa");
}

void reserving() {
  Call call;
  const flowline_maps maps = {sizeof maps, 0, 8, 8, nullptr, nullptr, nullptr, nullptr};
  call.latent.data = nullptr;
  CHECK(flowline_reserve(call.context, &call.latent, 1, nullptr, &maps) == FLOWLINE_OK);
  CHECK_FAILS(flowline_reserve(nullptr, &call.latent, 1, nullptr, &maps), FLOWLINE_INVALID_ARGUMENT,
              "context");
  CHECK_FAILS(flowline_reserve(call.context, nullptr, 1, nullptr, &maps), FLOWLINE_INVALID_ARGUMENT,
              "latents");
  CHECK_FAILS(flowline_reserve(call.context, &call.latent, 1, nullptr, nullptr),
              FLOWLINE_INVALID_ARGUMENT, "maps must not be NULL");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which end the program
  // 2^42 positions and more: no error of the arguments, and more than there is.
  call.latent.height = call.latent.width = 1 << 8;
  call.latent.channels = 1;
  float smallest;
  const flowline_maps one = {sizeof one, 0, 1, 1, nullptr, &smallest, nullptr, nullptr};
  for (int64_t batch : {int64_t{1} << 26, int64_t{1} << 30}) {
    call.latent.batch = batch;
    CHECK_FAILS(flowline_reserve(call.context, &call.latent, 1, nullptr, &one),
                FLOWLINE_OUT_OF_MEMORY, "out of memory");
  }
#endif
}

void outputs() {
  Call call;
  for (flowline_maps maps : {flowline_maps{8}, flowline_maps{sizeof(flowline_maps), 1, 8, 8}}) {
    CHECK_FAILS(flowline_segment(call.context, &call.latent, 1, nullptr, &maps),
                FLOWLINE_INVALID_ARGUMENT,
                maps.struct_size == 8 ? "maps.struct_size" : "maps.reserved");
  }
  char* crooked = reinterpret_cast<char*>(call.map.data()) + 2;
  for (int output = 0; output < 7; output++) {
    static const char* const NAMES[] = {
        "maps.log10_nfa", "maps.min_log10_nfa", "maps.anomaly_map",  "maps.anomaly_score",
        "maps.fused_map", "maps.mean_energies", "maps.channel_means"};
    void* at[7] = {};
    at[output] = crooked;
    const auto floats = [&](int i) { return static_cast<float*>(at[i]); };
    const auto doubles = [&](int i) { return static_cast<double*>(at[i]); };
    const flowline_maps maps = {sizeof maps, 0,         8,         8,          floats(0), floats(1),
                                floats(2),   floats(3), floats(4), doubles(5), doubles(6)};
    const std::string bytes = output < 5 ? "4" : "8";
    CHECK_FAILS(flowline_segment(call.context, &call.latent, 1, nullptr, &maps),
                FLOWLINE_INVALID_ARGUMENT,
                (std::string(NAMES[output]) + " must be aligned to " + bytes + " bytes").c_str());
  }
  // Broadcast latents have more channels than bytes can be addressed; who does not ask does not
  // care.
  flowline_tensor wide = {
      sizeof wide, 0, call.z.data(), 1 << 26, 1 << 28, 1, 1, 0, 0, 0, 1, FLOWLINE_TENSOR_BROADCAST};
  const std::vector<flowline_tensor> many(2, wide);
  flowline_maps means = {sizeof means, 0, 1, 1};
  means.channel_means = reinterpret_cast<double*>(call.map.data());
  CHECK_FAILS(flowline_segment(call.context, many.data(), 2, nullptr, &means),
              FLOWLINE_INVALID_ARGUMENT,
              "maps.channel_means has more elements than memory can hold");
  // Nor is it counted: 2^63 bytes of means. The law is checked after all memory.
  const std::vector<flowline_tensor> most(64, wide);
  const float level[2] = {1, 0};
  const double log10_pfa[2] = {0, -1};
  const flowline_region_law law = {sizeof law, 1, 2, 0, level, log10_pfa};
  flowline_segment_options by_law = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  by_law.law = &law;
  const flowline_maps none = {sizeof none, 0, 1, 1};
  CHECK_FAILS(flowline_segment(call.context, most.data(), 64, &by_law, &none),
              FLOWLINE_INVALID_ARGUMENT, "options.law.level");
  // A structure that ends after log10_nfa asks for that alone.
  flowline_maps maps = {
      sizeof maps, 0, 8, 8, call.map.data(), reinterpret_cast<float*>(crooked), nullptr, nullptr};
  maps.struct_size = offsetof(flowline_maps, min_log10_nfa);
  CHECK(flowline_segment(call.context, &call.latent, 1, nullptr, &maps) == FLOWLINE_OK);
}

// A program that says nothing finds a 2 x 2 defect; members set to 0 are the published test.
void defaults() {
  Context context;
  std::vector<float> z(16 * 64 * 64);
  for (size_t i = 0; i < z.size(); i++) z[i] = i % 2 == 0 ? 1.0f : -1.0f;
  for (int c = 0; c < 16; c++) {
    for (int at : {20 * 64 + 20, 20 * 64 + 21, 21 * 64 + 20, 21 * 64 + 21}) z[c * 4096 + at] = 3;
  }
  const flowline_tensor latent = {sizeof latent, 0, z.data(), 1, 16, 64, 64};
  const flowline_segment_options all = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  flowline_segment_options zeros = {};
  zeros.struct_size = sizeof zeros;
  float by_null, by_default, by_zeros;
  CHECK(segment(context, &latent, 1, nullptr, 8, 8, nullptr, &by_null) == FLOWLINE_OK);
  CHECK(segment(context, &latent, 1, &all, 8, 8, nullptr, &by_default) == FLOWLINE_OK);
  CHECK(segment(context, &latent, 1, &zeros, 8, 8, nullptr, &by_zeros) == FLOWLINE_OK);
  CHECK(by_null == by_default && by_null == by_zeros && by_null < -20);
}

void couplings() {
  struct Coupled {
    Context context;
    std::vector<float> x = std::vector<float>(2 * 5 * 3 * 4, 0.5f);
    std::vector<float> a = std::vector<float>(2 * 4 * 3 * 4, 0.25f);
    std::vector<float> output = std::vector<float>(x.size());
    double log_det[2] = {};
    float gain[5] = {1, 2, 3, 4, 5}, offset[5] = {};
    int32_t permutation[5] = {4, 2, 0, 1, 3};
    flowline_coupling coupling = {sizeof coupling, FLOWLINE_CLAMP_TANH, 2.0f, 0.1f, gain,
                                  offset,          permutation};
    flowline_tensor input = {sizeof input, 0, x.data(), 2, 5, 3, 4};
    flowline_tensor subnet = {sizeof subnet, 0, a.data(), 2, 4, 3, 4};

    flowline_status forward() {
      return flowline_coupling_forward(context, &coupling, &input, &subnet, output.data(), log_det);
    }
    flowline_status undo() {
      return flowline_coupling_undo_affine(context, &coupling, &input, output.data(), log_det);
    }
    flowline_status inverse() {
      return flowline_coupling_inverse(context, &coupling, &input, &subnet, log_det);
    }
  };
  Coupled good;
  CHECK(good.forward() == FLOWLINE_OK && good.undo() == FLOWLINE_OK);
  CHECK(good.inverse() == FLOWLINE_OK);
  // All three, but for what one of them has not.
  auto fails = [](const char* words, auto&& spoil) {
    Coupled spoilt;
    spoil(spoilt);
    CHECK_FAILS(spoilt.forward(), FLOWLINE_INVALID_ARGUMENT, words);
    const std::string name = words;
    if (name.find("subnet.") != 0) CHECK_FAILS(spoilt.undo(), FLOWLINE_INVALID_ARGUMENT, words);
    if (name.find("input") != 0) CHECK_FAILS(spoilt.inverse(), FLOWLINE_INVALID_ARGUMENT, words);
  };
  fails("coupling.struct_size", [](Coupled& c) { c.coupling.struct_size = 8; });
  for (int32_t bad : {-1, 3}) {
    fails("coupling.clamp", [&](Coupled& c) { c.coupling.clamp = bad; });
  }
  for (float bad : {0.0f, -1.0f, NOT_A_NUMBER, std::numeric_limits<float>::infinity()}) {
    fails("coupling.alpha must be positive and finite",
          [&](Coupled& c) { c.coupling.alpha = bad; });
    fails("coupling.gain[3] must be positive and finite", [&](Coupled& c) { c.gain[3] = bad; });
  }
  for (float bad : {NOT_A_NUMBER, std::numeric_limits<float>::infinity()}) {
    fails("coupling.subnet_scale", [&](Coupled& c) { c.coupling.subnet_scale = bad; });
    fails("coupling.offset[4] must be finite", [&](Coupled& c) { c.offset[4] = bad; });
  }
  for (int32_t bad : {-1, 5, INT32_MIN, INT32_MAX}) {
    fails("coupling.permutation[2] must be 0 to 4", [&](Coupled& c) { c.permutation[2] = bad; });
  }
  fails("coupling.permutation[4] repeats 1", [](Coupled& c) { c.permutation[4] = 1; });
  fails("input.channels must be 2 to", [](Coupled& c) { c.input.channels = 1; });
  fails("input.type must be 0", [](Coupled& c) { c.input.type = FLOWLINE_FLOAT16; });
  fails("input.data", [](Coupled& c) { c.input.data = nullptr; });
  fails("input has strides that give two elements one address", [](Coupled& c) {
    c.input.batch_stride = 60;
    c.input.channel_stride = 12;
    c.input.row_stride = 3;
    c.input.column_stride = 1;
  });
  fails("subnet.batch must be 2", [](Coupled& c) { c.subnet.batch = 1; });
  fails("subnet.channels must be 4", [](Coupled& c) { c.subnet.channels = 5; });
  fails("subnet.height must be 3", [](Coupled& c) { c.subnet.height = 2; });
  fails("subnet.width must be 4", [](Coupled& c) { c.subnet.width = 3; });
  fails("subnet.type must be 0", [](Coupled& c) { c.subnet.type = FLOWLINE_BFLOAT16; });
  fails("subnet.data", [](Coupled& c) { c.subnet.data = nullptr; });

  const flowline_status bad = FLOWLINE_INVALID_ARGUMENT;
  Coupled c;
  CHECK_FAILS(flowline_coupling_forward(nullptr, &c.coupling, &c.input, &c.subnet, c.output.data(),
                                        nullptr),
              bad, "context");
  CHECK_FAILS(
      flowline_coupling_forward(c.context, nullptr, &c.input, &c.subnet, c.output.data(), nullptr),
      bad, "coupling must not be NULL");
  CHECK_FAILS(flowline_coupling_forward(c.context, &c.coupling, nullptr, &c.subnet, c.output.data(),
                                        nullptr),
              bad, "input must not be NULL");
  CHECK_FAILS(flowline_coupling_forward(c.context, &c.coupling, &c.input, nullptr, c.output.data(),
                                        nullptr),
              bad, "subnet must not be NULL");
  CHECK_FAILS(
      flowline_coupling_forward(c.context, &c.coupling, &c.input, &c.subnet, nullptr, nullptr), bad,
      "output must not be NULL");
  CHECK_FAILS(
      flowline_coupling_forward(c.context, &c.coupling, &c.input, &c.subnet, c.output.data(),
                                reinterpret_cast<double*>(c.output.data() + 1)),
      bad, "log_det");
  CHECK_FAILS(
      flowline_coupling_forward(c.context, &c.coupling, &c.input, &c.subnet, c.x.data(), nullptr),
      bad, "output.data overlaps input.data");
  CHECK_FAILS(flowline_coupling_undo_affine(c.context, &c.coupling, &c.input, c.gain, nullptr), bad,
              "output.data overlaps");
  c.subnet.data = c.x.data();
  CHECK_FAILS(c.inverse(), bad, "latent.data overlaps subnet.data");
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

  int64_t total = 6;
  auto select = [&](const float* levels, const float* energies, int64_t channels,
                    flowline_segment_options* options, int32_t* region) {
    return flowline_select(context, levels, energies, 2, 3, channels, total, options, region,
                           nullptr, nullptr);
  };
  CHECK(select(map, nullptr, 3, nullptr, pixel) == FLOWLINE_OK);
  CHECK_FAILS(select(nullptr, nullptr, 3, nullptr, pixel), FLOWLINE_INVALID_ARGUMENT, "levels");
  CHECK_FAILS(select(map, nullptr, 0, nullptr, pixel), FLOWLINE_INVALID_ARGUMENT, "channels");
  CHECK_FAILS(select(map, nullptr, 3, nullptr, nullptr), FLOWLINE_INVALID_ARGUMENT,
              "region_of_pixel");
  flowline_segment_options by_size = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  by_size.number_of_tests = FLOWLINE_TESTS_BY_SIZE;
  for (int64_t bad : {5, -1}) {
    total = bad;
    CHECK_FAILS(select(map, nullptr, 3, &by_size, pixel), FLOWLINE_INVALID_ARGUMENT,
                "total_pixels");
    CHECK_FAILS(select(map, nullptr, 3, nullptr, pixel), FLOWLINE_INVALID_ARGUMENT, "total_pixels");
  }
  total = 0;  // that of a single scale
  CHECK(select(map, nullptr, 3, &by_size, pixel) == FLOWLINE_OK);
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
  map[0] = -INFINITY;
  map[5] = NOT_A_NUMBER;
  CHECK_FAILS(run(map, 0, 4, found, 2, &count), FLOWLINE_NOT_FINITE,
              "log10_nfa is NaN at row 1, column 2");
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
  old_context();
  instruction_sets();
  cuda();
  newer_structures();
  shorter_structures();
  arrays_of_structures();
  too_many_positions();
  segmentation();
  overlaps();
  gaps_may_hold_outputs();
  zero_strides();
  programs_of_version_0_2();
  regions_of_interest();
  prepared_views();
  laws();
  maxima();
  relative_maxima();
  calibration();
  reserving();
  outputs();
  defaults();
  couplings();
  not_finite();
  maps();
  regions();
  numbers();
}
