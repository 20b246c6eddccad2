// flowline_model_inspect with ONNX Runtime, the path of which is the argument: frames get the verdicts
// that flowline_preprocess and flowline_judge give, from any thread, in any batch, and once warm
// without an allocation of this library's. Without the argument, or with none, what is said if there
// is no ONNX Runtime, a broken one, another library, or a network that is not what the file says.
#include <dlfcn.h>
#include <malloc.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "flowline/inspect.h"
#include "tiny_model.hpp"

namespace {

std::atomic<bool> counting{false};
std::atomic<long> own_allocations{0};

/// Whether code lies in libflowline or libflowline_inspect.
bool is_ours(void* code) {
  Dl_info info;
  return dladdr(code, &info) != 0 && info.dli_fname != nullptr &&
         std::strstr(info.dli_fname, "libflowline") != nullptr;
}

void* allocated(size_t bytes, void* caller) {
  if (counting && is_ours(caller)) own_allocations++;
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// Calls, so that all or none of them are valgrind's own.
__attribute__((noinline)) void* operator new(size_t bytes) {
  return allocated(bytes, __builtin_return_address(0));
}
__attribute__((noinline)) void* operator new[](size_t bytes) {
  return allocated(bytes, __builtin_return_address(0));
}
__attribute__((noinline)) void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  return std::malloc(bytes);
}
__attribute__((noinline)) void* operator new[](size_t bytes, const std::nothrow_t&) noexcept {
  return std::malloc(bytes);
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete[](void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, size_t) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete[](void* memory, size_t) noexcept {
  std::free(memory);
}

namespace {

using tiny::CHANNELS;
using tiny::SIDE;

constexpr int64_t ROOM = 4;

/// Frames of several formats and sizes; the last ones have a bright spot.
struct Frames {
  explicit Frames(int64_t count) {
    for (int64_t i = 0; i < count; i++) {
      const bool grey = i % 2 == 0;
      const int64_t height = 20 + 7 * i, width = 31 + 3 * i, samples = grey ? 1 : 3;
      std::vector<uint8_t> some(static_cast<size_t>(height * width * samples));
      for (size_t k = 0; k < some.size(); k++) {
        some[k] = static_cast<uint8_t>(100 + (k * 2654435761u + static_cast<size_t>(i)) % 50);
      }
      for (int64_t y = height / 2; 2 * i >= count && y < height / 2 + 5; y++) {
        for (int64_t x = 6 * samples; x < 12 * samples; x++) {
          some[static_cast<size_t>(y * width * samples + x)] = 255;
        }
      }
      pixels.push_back(some);
      flowline_frame frame{};
      frame.struct_size = sizeof frame;
      frame.format = grey ? FLOWLINE_FRAME_GRAY8 : FLOWLINE_FRAME_BGR8;
      frame.data = pixels.back().data();
      frame.height = height;
      frame.width = width;
      all.push_back(frame);
    }
  }
  std::vector<std::vector<uint8_t>> pixels;
  std::vector<flowline_frame> all;
};

struct Judgements {
  explicit Judgements(size_t count) : regions(count * ROOM), maps(count * SIDE * SIDE), all(count) {
    for (size_t i = 0; i < count; i++) {
      all[i] = {};
      all[i].struct_size = sizeof all[i];
      all[i].regions = regions.data() + i * ROOM;
      all[i].capacity = ROOM;
      all[i].anomaly_map = maps.data() + i * SIDE * SIDE;
    }
  }
  std::vector<flowline_region> regions;
  std::vector<float> maps;
  std::vector<flowline_judgement> all;
};

flowline_model_options options_of(const char* library, int32_t batch = 1,
                                  const char* provider = nullptr) {
  flowline_model_options options = FLOWLINE_MODEL_OPTIONS_DEFAULT;
  options.library = library;
  options.batch = batch;
  options.provider = provider;
  return options;
}

struct Model {
  Model(const std::string& content, const flowline_model_options& options) : file(content) {
    CHECK(flowline_model_open(file.path(), &options, &handle) == FLOWLINE_OK);
  }
  ~Model() { flowline_model_close(handle); }
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  operator flowline_model*() const { return handle; }
  tiny::File file;
  flowline_model* handle = nullptr;
};

/// The largest values of blocks: what the tiny network computes.
std::vector<float> pooled(const float* input, int64_t block) {
  const int64_t side = SIDE / block;
  std::vector<float> largest(static_cast<size_t>(CHANNELS * side * side), -1e30f);
  for (int64_t c = 0; c < CHANNELS; c++) {
    for (int64_t y = 0; y < SIDE; y++) {
      for (int64_t x = 0; x < SIDE; x++) {
        float& of = largest[static_cast<size_t>((c * side + y / block) * side + x / block)];
        of = std::max(of, input[(c * SIDE + y) * SIDE + x]);
      }
    }
  }
  return largest;
}

/// The answer about one frame, with the network computed here.
void judge_alone(flowline_context* context, const flowline_model* model,
                 const flowline_frame& frame, flowline_judgement* judgement, float* input) {
  flowline_preprocessing how{};
  how.struct_size = sizeof how;
  CHECK(flowline_model_preprocessing(model, &how) == FLOWLINE_OK);
  CHECK(flowline_preprocess(context, &frame, 1, &how, input) == FLOWLINE_OK);
  const std::vector<float> fine = pooled(input, 2), coarse = pooled(input, 4);
  const flowline_tensor latents[2] = {
      {sizeof(flowline_tensor), FLOWLINE_FLOAT32, fine.data(), 1, CHANNELS, 8, 8},
      {sizeof(flowline_tensor), FLOWLINE_FLOAT32, coarse.data(), 1, CHANNELS, 4, 4}};
  CHECK(flowline_judge(context, model, latents, 2, &frame, judgement) == FLOWLINE_OK);
}

bool same(const flowline_judgement& a, const flowline_judgement& b) {
  return a.verdict == b.verdict && a.min_log10_nfa == b.min_log10_nfa &&
         a.anomaly_score == b.anomaly_score && a.p_value == b.p_value &&
         a.region_count == b.region_count &&
         std::memcmp(
             a.regions, b.regions,
             sizeof(flowline_region) * static_cast<size_t>(std::min(ROOM, a.region_count))) == 0 &&
         std::memcmp(a.anomaly_map, b.anomaly_map, sizeof(float) * SIDE * SIDE) == 0;
}

void inspects_as_its_steps_do(const char* library) {
  const Context context;
  const Frames frames(7);
  Judgements wanted(frames.all.size());
  for (const int32_t batch : {1, 3, 16}) {
    const Model model(tiny::content({}), options_of(library, batch));
    Judgements is(frames.all.size());
    CHECK(flowline_model_inspect(context, model, frames.all.data(), 7, is.all.data()) ==
          FLOWLINE_OK);
    int defects = 0;
    for (size_t i = 0; i < frames.all.size(); i++) {
      float input[CHANNELS * SIDE * SIDE];
      judge_alone(context, model, frames.all[i], &wanted.all[i], input);
      CHECK(same(is.all[i], wanted.all[i]));
      defects += is.all[i].verdict == FLOWLINE_DEFECT;
    }
    CHECK(defects >= 1 && defects < 7);
  }
}

// A model whose map and score are not those of its latents: its network computes them.
void gives_the_models_own_map(const char* library) {
  const Context context;
  const Frames frames(3);
  tiny::Manifest manifest;
  manifest.likelihood = "false";
  const Model model(tiny::content(manifest), options_of(library, 2));
  Judgements is(3), wanted(3);
  CHECK(flowline_model_inspect(context, model, frames.all.data(), 3, is.all.data()) == FLOWLINE_OK);
  for (size_t i = 0; i < 3; i++) {
    float input[CHANNELS * SIDE * SIDE];
    judge_alone(context, model, frames.all[i], &wanted.all[i], input);
    CHECK(std::isnan(wanted.all[i].anomaly_score));
    CHECK(is.all[i].min_log10_nfa == wanted.all[i].min_log10_nfa);
    CHECK(is.all[i].anomaly_score == *std::max_element(input, input + CHANNELS * SIDE * SIDE));
    for (int64_t p = 0; p < SIDE * SIDE; p++) {
      const float largest =
          std::max({input[p], input[SIDE * SIDE + p], input[2 * SIDE * SIDE + p]});
      CHECK(is.all[i].anomaly_map[p] == largest);
    }
  }
}

void is_shared_by_threads(const char* library) {
  const Frames frames(6);
  const Model model(tiny::content({}), options_of(library, 2));
  std::vector<Judgements> is(4, Judgements(6));
  std::vector<std::thread> threads;
  for (size_t t = 0; t < is.size(); t++) {
    is[t] = Judgements(6);
    threads.emplace_back([&, t] {
      const Context context;
      for (int round = 0; round < 20; round++) {
        CHECK(flowline_model_inspect(context, model, frames.all.data(), 6, is[t].all.data()) ==
              FLOWLINE_OK);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t t = 1; t < is.size(); t++) {
    for (size_t i = 0; i < 6; i++) CHECK(same(is[t].all[i], is[0].all[i]));
  }
}

void allocates_nothing_once_warm(const char* library) {
  const Context context;
  const Frames frames(5);
  const Model model(tiny::content({}), options_of(library, 2));
  Judgements is(5);
  own_allocations = 0;
  counting = true;
  CHECK(flowline_model_inspect(context, model, frames.all.data(), 5, is.all.data()) == FLOWLINE_OK);
  CHECK(own_allocations > 0);  // they are seen
  own_allocations = 0;
  for (int round = 0; round < 10; round++) {
    CHECK(flowline_model_inspect(context, model, frames.all.data(), 5, is.all.data()) ==
          FLOWLINE_OK);
  }
  counting = false;
  CHECK(own_allocations == 0);
}

void says_what_is_wrong(const char* library) {
  const Context context;
  flowline_model* model;
  const auto refused = [&](const std::string& content, flowline_status status, const char* words) {
    const tiny::File file(content);
    const flowline_model_options options = options_of(library);
    CHECK_FAILS(flowline_model_open(file.path(), &options, &model), status, words);
    CHECK(model == nullptr);
  };
  constexpr flowline_status INVALID = FLOWLINE_INVALID_ARGUMENT;
  tiny::Manifest manifest;
  // A network of other sizes than the file says, or that does not fit itself.
  manifest.input =
      R"({"name":"images","height":32,"width":16,"colourOrder":"RGB","filter":"ANTIALIASED_BILINEAR","mean":[0,0,0],"std":[1,1,1]})";
  refused(tiny::content(manifest), INVALID, "input of its network, must be float32 (N, 3, 32, 16)");
  manifest.input =
      R"({"name":"frames","height":16,"width":16,"colourOrder":"RGB","filter":"ANTIALIASED_BILINEAR","mean":[0,0,0],"std":[1,1,1]})";
  refused(tiny::content(manifest), INVALID, "input of its network is frames, and it is images");
  manifest = {};
  manifest.latents = R"([{"name":"latents_0","channels":3,"height":8,"width":7}])";
  refused(tiny::content(manifest), INVALID,
          "the output latents_0 of its network, must be float32 (N, 3, 8, 7)");
  manifest.latents = R"([{"name":"latents_2","channels":3,"height":8,"width":8}])";
  refused(tiny::content(manifest), INVALID, "without the output latents_2");
  manifest = {};
  const std::string json = manifest.json();
  refused(tiny::number(1, 7) + tiny::bytes(7, "") +
              tiny::bytes(14, tiny::bytes(1, "flowline") + tiny::bytes(2, json)),
          INVALID, "refused by ONNX Runtime");

  const tiny::File file(tiny::content({}));
  flowline_model_options options = options_of(library, 1, "TPU");
  CHECK_FAILS(flowline_model_open(file.path(), &options, &model), FLOWLINE_UNAVAILABLE,
              "has CPUExecutionProvider");
  CHECK(std::strstr(flowline_last_error(), "cannot have TPU") != nullptr);
  for (const char* provider : {"CUDA", "TensorRT"}) {
    options = options_of(library, 1, provider);
    const flowline_status status = flowline_model_open(file.path(), &options, &model);
    CHECK(status == FLOWLINE_OK || status == FLOWLINE_UNAVAILABLE);
    CHECK(status == FLOWLINE_OK || std::strstr(flowline_last_error(), provider) != nullptr);
    flowline_model_close(model);
  }
  // By the environment, and what it is.
  setenv("FLOWLINE_ONNXRUNTIME", library, 1);
  CHECK(flowline_model_open(file.path(), nullptr, &model) == FLOWLINE_OK);
  CHECK(std::strstr(flowline_model_description(model), "\"engine\": \"ONNX Runtime 1.") != nullptr);
  CHECK(std::strstr(flowline_model_description(model), ", CPU, 1 thread, ") != nullptr);
  Frames frames(2);
  Judgements is(2);
  frames.all[1].format = 99;
  CHECK_FAILS(flowline_model_inspect(context, model, frames.all.data(), 2, is.all.data()), INVALID,
              "frames[1].format");
  CHECK(is.all[0].verdict == FLOWLINE_NOT_INSPECTED || is.all[0].verdict == FLOWLINE_GOOD ||
        is.all[0].verdict == FLOWLINE_DEFECT);
  CHECK(is.all[1].verdict == FLOWLINE_NOT_INSPECTED);
  CHECK_FAILS(flowline_model_inspect(context, model, frames.all.data(), 0, is.all.data()), INVALID,
              "count must be");
  flowline_model_close(model);
}

void says_what_was_looked_for() {
  const tiny::File file(tiny::content({}));
  flowline_model* model;
  const auto missing = [&](const char* library, const char* words) {
    const flowline_model_options options = options_of(library);
    CHECK_FAILS(flowline_model_open(file.path(), &options, &model), FLOWLINE_UNAVAILABLE, words);
    CHECK(model == nullptr);
  };
  unsetenv("FLOWLINE_ONNXRUNTIME");
  missing("/no/libonnxruntime.so",
          "/no/libonnxruntime.so, named by options.library, cannot be opened");
  missing(
      "libm.so.6",
      "libm.so.6, named by options.library, is another library: it does not have OrtGetApiBase");
  missing(OLD_LIBRARY, "is of version 1.13.1, it takes 1.14 or newer");
  setenv("FLOWLINE_ONNXRUNTIME", "/none.so", 1);
  missing(nullptr, "/none.so, named by $FLOWLINE_ONNXRUNTIME, cannot be opened");
  setenv("FLOWLINE_ONNXRUNTIME", "libm.so.6", 1);
  missing(nullptr,
          "libm.so.6, named by $FLOWLINE_ONNXRUNTIME, is another library: it does not have "
          "OrtGetApiBase");
  unsetenv("FLOWLINE_ONNXRUNTIME");
  const flowline_model_options options = options_of(nullptr);
  const flowline_status status = flowline_model_open(file.path(), &options, &model);
  flowline_model_close(model);
  if (status == FLOWLINE_OK) return;  // this machine has one where it is looked for
  const std::string message = flowline_last_error();
  CHECK(message.find("looked for libonnxruntime.so.1 and libonnxruntime.so in /") !=
        std::string::npos);
  CHECK(message.find("where the system looks for libraries") != std::string::npos);
  CHECK(message.find("release archives of the project microsoft/onnxruntime") != std::string::npos);
  CHECK(message.find("cannot be opened") == std::string::npos);  // those that are not there
}

/// The system finds a libonnxruntime.so.1 that is no library.
void says_that_one_is_broken() {
  const tiny::File file(tiny::content({}));
  flowline_model* model;
  unsetenv("FLOWLINE_ONNXRUNTIME");
  CHECK_FAILS(flowline_model_open(file.path(), nullptr, &model), FLOWLINE_UNAVAILABLE,
              "no ONNX Runtime: libonnxruntime.so.1 cannot be opened: ");
  CHECK(std::strstr(flowline_last_error(), "looked for") != nullptr);
}

}  // namespace

int main(int count, char** arguments) {
  constexpr int SKIPPED = 77;
  if (count < 2) {
    says_what_was_looked_for();
    return 0;
  }
  const char* const library = arguments[1];
  if (std::strcmp(library, "--broken") == 0) {
    says_that_one_is_broken();
    return 0;
  }
  struct stat status;
  if (stat(library, &status) != 0) {
    std::fprintf(stderr,
                 "no ONNX Runtime at \"%s\": name it to CMake, -DFLOWLINE_ONNXRUNTIME=PATH\n",
                 library);
    return std::getenv("CI") == nullptr ? SKIPPED : 1;
  }
  inspects_as_its_steps_do(library);
  gives_the_models_own_map(library);
  is_shared_by_threads(library);
  allocates_nothing_once_warm(library);
  says_what_is_wrong(library);
}
