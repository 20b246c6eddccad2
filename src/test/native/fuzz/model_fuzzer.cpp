// libflowline_inspect's reader of exported files: any bytes, any manifest, and the tiny file with some
// bytes changed. Whatever a file holds, it is opened or refused with a message that names it, and
// takes no more memory than a few times its size; a model that was opened judges each image of a batch
// as it does alone, or says why not.
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <cmath>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include "../tiny_model.hpp"
#include "flowline/inspect.h"
#include "input.hpp"

namespace {

std::atomic<int64_t> held{0}, most_held{0};

void* allocated(size_t bytes) {
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  held += static_cast<int64_t>(malloc_usable_size(memory));
  most_held = std::max(most_held.load(), held.load());
  return memory;
}

void released(void* memory) {
  if (memory != nullptr) held -= static_cast<int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

// Calls, so that all or none of them are valgrind's own.
__attribute__((noinline)) void* operator new(size_t bytes) { return allocated(bytes); }
__attribute__((noinline)) void* operator new[](size_t bytes) { return allocated(bytes); }
__attribute__((noinline)) void* operator new(size_t bytes, const std::nothrow_t&) noexcept {
  return allocated(bytes);
}
__attribute__((noinline)) void* operator new[](size_t bytes, const std::nothrow_t&) noexcept {
  return allocated(bytes);
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { released(memory); }
__attribute__((noinline)) void operator delete[](void* memory) noexcept { released(memory); }
__attribute__((noinline)) void operator delete(void* memory, size_t) noexcept { released(memory); }
__attribute__((noinline)) void operator delete[](void* memory, size_t) noexcept {
  released(memory);
}

namespace {

/// A file in memory alone.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& content) : descriptor_(memfd_create("flowline", 0)) {
    EXPECT(descriptor_ >= 0);
    EXPECT(write(descriptor_, content.data(), content.size()) ==
           static_cast<ssize_t>(content.size()));
    path_ = "/proc/self/fd/" + std::to_string(descriptor_);
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  const char* path() const { return path_.c_str(); }

 private:
  int descriptor_;
  std::string path_;
};

std::string rest_of(Input& in, size_t most) {
  std::string rest;
  while (in.left() > 0 && rest.size() < most) rest += static_cast<char>(in.byte());
  return rest;
}

std::string changed(Input& in, std::string bytes) {
  while (in.left() > 0) {
    const size_t at = in.bits<uint16_t>() % bytes.size();
    switch (in.byte() % 4) {
      case 0:
        bytes[at] = static_cast<char>(in.byte());
        break;
      case 1:
        bytes.erase(at, in.byte());
        break;
      case 2:
        bytes.insert(at, bytes.substr(in.bits<uint16_t>() % bytes.size(), in.byte()));
        break;
      default:
        bytes.replace(at, 1, in.often() ? "1152921504606846976" : "NaN");
    }
    if (bytes.empty()) return bytes;
  }
  return bytes;
}

/// What a run does that its file does not say.
struct Choices {
  explicit Choices(uint8_t byte)
      : order(byte % 4),
        zones((byte & 4) != 0),
        large((byte & 8) != 0),
        batch(1 + ((byte & 16) != 0)),
        dimension(byte >> 6) {}

  enum { DENSE, CHANNELS_LAST, FORGOTTEN, BROADCAST };
  int order;      // of the latents in memory; from FORGOTTEN on a stride is 0
  bool zones;     // of the test
  bool large;     // the network's input
  int64_t batch;  // of the latents
  int dimension;  // whose stride is 0
};

constexpr char TWO_ZONES[] =
    R"(,"zones":{"height":8,"width":8,"runs":[0,40,1,24],"zones":[)"
    R"({"name":"a","share":0.75,"smallestRegion":0},{"name":"b","share":0.25,"smallestRegion":0}]})";
constexpr char LARGE_INPUT[] =
    R"({"name":"images","height":8192,"width":8192,"colourOrder":"RGB",)"
    R"("filter":"ANTIALIASED_BILINEAR","mean":[0.5,0.5,0.5],"std":[0.25,0.25,0.25]})";

std::string content_of(Input& in, const Choices& choices) {
  constexpr size_t MOST = 1 << 16;
  tiny::Manifest manifest;
  if (choices.large) manifest.input = LARGE_INPUT;
  manifest.more = R"(,"guardBand":{"below":0.5,"above":1},"golden":[{"entry":"flowline.golden.0",)"
                  R"("expected":{"verdict":"GOOD","log10Nfa":2}}])";
  if (in.often()) {
    manifest.more_of_test =
        R"(,"smallestRegion":2,"fieldOfView":{"height":8,"width":8,"runs":[8,8,48]})";
  }
  if (choices.zones) manifest.more_of_test += TWO_ZONES;
  const std::string image = "iVBORw0KGgoAAAANSUhEUg==";
  switch (in.byte() % 4) {
    case 0:
      return tiny::file({{"flowline", changed(in, manifest.json())}, {"flowline.golden.0", image}});
    case 1:
      return changed(in, tiny::file({{"flowline", manifest.json()}, {"flowline.golden.0", image}}));
    case 2:
      return tiny::file({{"flowline", rest_of(in, MOST)}});
    default:
      return rest_of(in, MOST);
  }
}

/// The latents of a scale: noise, of which the last image has a bright pixel.
struct Scale {
  Scale(int64_t side, const Choices& choices) : side(side) {
    uint32_t state = 7;
    for (int64_t i = 0; i < choices.batch * CHANNELS * side * side; i++) {
      state = state * 1664525u + 1013904223u;
      values.push_back(static_cast<float>(state >> 8) * 0x1p-24f);
    }
    values[static_cast<size_t>(choices.batch - 1) * values.size() / 2 + 20 % values.size()] = 30;
    tensor = {sizeof tensor, FLOWLINE_FLOAT32, values.data(), choices.batch, CHANNELS, side, side};
    if (choices.order == Choices::DENSE) return;
    int64_t* const strides[] = {&tensor.batch_stride, &tensor.channel_stride, &tensor.row_stride,
                                &tensor.column_stride};
    tensor.batch_stride = CHANNELS * side * side;
    tensor.channel_stride = 1;
    tensor.row_stride = CHANNELS * side;
    tensor.column_stride = CHANNELS;
    if (choices.order == Choices::CHANNELS_LAST) return;
    *strides[choices.dimension] = 0;
    if (choices.order == Choices::BROADCAST) tensor.flags = FLOWLINE_TENSOR_BROADCAST;
    forgotten = tensor.flags == 0 && (choices.dimension != 0 || choices.batch > 1);
  }
  Scale(const Scale&) = delete;
  Scale& operator=(const Scale&) = delete;

  /// The elements of an image one after the other.
  std::vector<float> image(int64_t index) const {
    flowline_tensor t = tensor;
    if (t.channel_stride + t.row_stride + t.column_stride + t.batch_stride == 0) {
      t.column_stride = 1;
      t.row_stride = side;
      t.channel_stride = side * side;
      t.batch_stride = CHANNELS * side * side;
    }
    std::vector<float> dense;
    for (int64_t c = 0; c < CHANNELS; c++) {
      for (int64_t y = 0; y < side; y++) {
        for (int64_t x = 0; x < side; x++) {
          const int64_t at = index * t.batch_stride + c * t.channel_stride + y * t.row_stride +
                             x * t.column_stride;
          dense.push_back(values[static_cast<size_t>(at)]);
        }
      }
    }
    return dense;
  }

  static constexpr int64_t CHANNELS = 3;
  int64_t side;
  std::vector<float> values;
  flowline_tensor tensor{};
  bool forgotten = false;  // a stride
};

struct Judged {
  Judged() {
    is.struct_size = sizeof is;
    is.regions = &region;
    is.capacity = 1;
  }
  flowline_region region{};
  flowline_judgement is{};
};

void require_sound(const flowline_judgement& is) {
  EXPECT(is.verdict >= FLOWLINE_NOT_INSPECTED && is.verdict <= FLOWLINE_UNDECIDED);
  EXPECT((is.region_count > 0) == (is.verdict >= FLOWLINE_DEFECT));
  EXPECT(!std::isnan(is.min_log10_nfa) && !std::isnan(is.log10_epsilon));
  EXPECT(std::isnan(is.p_value) || (is.p_value > 0 && is.p_value <= 1));
}

/// Each image of a batch is judged as it is alone, or the batch is refused.
void judge(flowline_context* context, const flowline_model* model, const Choices& choices) {
  flowline_preprocessing how{};
  how.struct_size = sizeof how;
  EXPECT(flowline_model_preprocessing(model, &how) == FLOWLINE_OK);
  if (how.height * how.width > 1 << 16) return;  // a map of that size takes its time
  const Scale fine(8, choices), coarse(4, choices);
  const flowline_tensor latents[] = {fine.tensor, coarse.tensor};
  Judged judged[2];
  flowline_judgement all[] = {judged[0].is, judged[1].is};
  const flowline_status status = flowline_judge(context, model, latents, 2, nullptr, all);
  EXPECT(!fine.forgotten || status == FLOWLINE_INVALID_ARGUMENT);
  if (status != FLOWLINE_OK) {
    EXPECT(all[0].verdict == FLOWLINE_NOT_INSPECTED && flowline_last_error()[0] != '\0');
    return;
  }
  for (int64_t i = 0; i < choices.batch; i++) {
    const std::vector<float> first = fine.image(i), second = coarse.image(i);
    const flowline_tensor alone[] = {
        {sizeof *alone, FLOWLINE_FLOAT32, first.data(), 1, Scale::CHANNELS, 8, 8},
        {sizeof *alone, FLOWLINE_FLOAT32, second.data(), 1, Scale::CHANNELS, 4, 4}};
    Judged one;
    EXPECT(flowline_judge(context, model, alone, 2, nullptr, &one.is) == FLOWLINE_OK);
    require_sound(all[i]);
    EXPECT(all[i].verdict == one.is.verdict && all[i].min_log10_nfa == one.is.min_log10_nfa &&
           all[i].region_count == one.is.region_count);
  }
}

/// What was saved is opened again and has the new threshold.
void recalibrate(flowline_model* model) {
  const float good[] = {3, 1, 2, 0.5f, -1, 7, 4, 5, 6, 8};
  EXPECT(flowline_model_recalibrate(model, good, 10, 0.2, 0) == FLOWLINE_OK);
  const std::string path = std::filesystem::temp_directory_path() /
                           ("flowline-model-fuzzer-" + std::to_string(getpid()));
  EXPECT(flowline_model_save(model, path.c_str()) == FLOWLINE_OK);
  flowline_model* again = nullptr;
  flowline_model_options options = FLOWLINE_MODEL_OPTIONS_DEFAULT;
  options.engine = FLOWLINE_ENGINE_NONE;
  const flowline_status status = flowline_model_open(path.c_str(), &options, &again);
  unlink(path.c_str());
  EXPECT(status == FLOWLINE_OK);
  EXPECT(std::string(flowline_model_description(again)).find("\"goodImages\": 10") !=
         std::string::npos);
  flowline_model_close(again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static flowline_context* context = nullptr;
  if (context == nullptr) EXPECT(flowline_context_create(nullptr, &context) == FLOWLINE_OK);
  Input in(data, size);
  const bool recalibrates = in.rarely();
  const Choices choices(in.byte());
  const std::string content = content_of(in, choices);
  const MemoryFile file(content);
  flowline_model_options options = FLOWLINE_MODEL_OPTIONS_DEFAULT;
  options.engine = FLOWLINE_ENGINE_NONE;
  flowline_model* model = nullptr;
  const int64_t before = held;
  most_held = before;
  const flowline_status status = flowline_model_open(file.path(), &options, &model);
  EXPECT(most_held - before <= (4 << 20) + 24 * static_cast<int64_t>(content.size()));
  if (status != FLOWLINE_OK) {
    EXPECT(model == nullptr);
    EXPECT(status == FLOWLINE_INVALID_ARGUMENT || status == FLOWLINE_UNSUPPORTED);
    EXPECT(std::string(flowline_last_error()).find(file.path()) == 0);
    EXPECT(flowline_set_last_error(status, nullptr) == status && flowline_last_error()[0] == '\0');
    return 0;
  }
  judge(context, model, choices);
  if (recalibrates) recalibrate(model);
  // Frames that are never read: there is no engine.
  EXPECT(flowline_model_inspect(context, model, nullptr, 1, nullptr) == FLOWLINE_INVALID_ARGUMENT);
  flowline_model_close(model);
  return 0;
}
