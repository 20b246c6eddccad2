// libflowline_inspect's reader of exported files: any bytes, any manifest, and the tiny file with some
// bytes changed. Whatever a file holds, it is opened or refused with a message that names it, and
// takes no more memory than a few times its size; a model that was opened judges, or says why not.
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

std::string content_of(Input& in) {
  constexpr size_t MOST = 1 << 16;
  tiny::Manifest manifest;
  manifest.more = R"(,"guardBand":{"below":0.5,"above":1},"golden":[{"entry":"flowline.golden.0",)"
                  R"("expected":{"verdict":"GOOD","log10Nfa":2}}])";
  if (in.often()) {
    manifest.more_of_test =
        R"(,"smallestRegion":2,"fieldOfView":{"height":8,"width":8,"runs":[8,8,48]})";
  }
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

void judge(flowline_context* context, const flowline_model* model) {
  std::vector<float> fine(3 * 64, 0.5f), coarse(3 * 16, 0.5f);
  fine[20] = 30;
  const flowline_tensor latents[2] = {
      {sizeof(flowline_tensor), FLOWLINE_FLOAT32, fine.data(), 1, 3, 8, 8},
      {sizeof(flowline_tensor), FLOWLINE_FLOAT32, coarse.data(), 1, 3, 4, 4}};
  flowline_region region;
  flowline_judgement is{};
  is.struct_size = sizeof is;
  is.regions = &region;
  is.capacity = 1;
  flowline_preprocessing how{};
  how.struct_size = sizeof how;
  EXPECT(flowline_model_preprocessing(model, &how) == FLOWLINE_OK);
  if (how.height * how.width > 1 << 16) return;  // a map of that size takes its time
  if (flowline_judge(context, model, latents, 2, nullptr, &is) != FLOWLINE_OK) {
    EXPECT(is.verdict == FLOWLINE_NOT_INSPECTED && flowline_last_error()[0] != '\0');
    return;
  }
  EXPECT(is.verdict >= FLOWLINE_NOT_INSPECTED && is.verdict <= FLOWLINE_UNDECIDED);
  EXPECT((is.region_count > 0) == (is.verdict >= FLOWLINE_DEFECT));
  EXPECT(!std::isnan(is.min_log10_nfa) && std::isfinite(is.log10_epsilon));
  EXPECT(std::isnan(is.p_value) || (is.p_value > 0 && is.p_value <= 1));
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
  const std::string content = content_of(in);
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
  judge(context, model);
  if (recalibrates) recalibrate(model);
  // Frames that are never read: there is no engine.
  EXPECT(flowline_model_inspect(context, model, nullptr, 1, nullptr) == FLOWLINE_INVALID_ARGUMENT);
  flowline_model_close(model);
  return 0;
}
