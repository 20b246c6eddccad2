#include "inspect/onnxruntime.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "checks/status.hpp"

namespace flowline {
namespace {

constexpr const char* LIBRARIES[] = {"libonnxruntime.so.1", "libonnxruntime.so"};
constexpr const char* ENTRY = "OrtGetApiBase";
constexpr const char* VARIABLE = "FLOWLINE_ONNXRUNTIME";

/// Whether idle threads of a session look for work without a pause, which takes the processor from
/// programs that have work. OnnxModel of the Java side says the same.
constexpr const char* SPINNING = "session.intra_op.allow_spinning";

[[noreturn]] void unavailable(const std::string& why) {
  throw Error(FLOWLINE_UNAVAILABLE, "no ONNX Runtime: " + why);
}

std::string own_folder() {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &info) == 0) return "";
  const std::string path = info.dli_fname == nullptr ? "" : info.dli_fname;
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

void* open_at(const std::string& path) {
  return dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

std::string last_reason() {
  const char* const why = dlerror();
  return why == nullptr ? "no reason given" : why;
}

/// A library that was opened, and what messages call it.
struct Opened {
  void* handle;
  std::string name;
};

/// Opens the one that is named.
Opened open_named(const std::string& path, const std::string& by) {
  const std::string name = path + ", named by " + by + ",";
  if (void* handle = open_at(path)) return {handle, name};
  unavailable(name + " cannot be opened: " + last_reason());
}

/// Whether a library that could not be opened is not there; otherwise it is broken, or lacks another
/// library. path: with its folder, or a name alone for the system to look for.
bool is_missing(const std::string& path, const std::string& reason) {
  if (path.find('/') != std::string::npos) return access(path.c_str(), F_OK) != 0;
  return reason.compare(0, path.size() + 1, path + ":") == 0 &&
         reason.find("No such file") != std::string::npos;
}

Opened open_found() {
  const std::string folder = own_folder();
  std::string broken;
  for (const std::string& place : {folder, std::string()}) {
    for (const char* library : LIBRARIES) {
      const std::string path = place + library;
      if (void* handle = open_at(path)) return {handle, path};
      const std::string reason = last_reason();
      if (!is_missing(path, reason)) broken += path + " cannot be opened: " + reason + "; ";
    }
  }
  unavailable(broken + "looked for " + LIBRARIES[0] + " and " + LIBRARIES[1] + " in " +
              (folder.empty() ? "this library's folder" : folder) +
              " and where the system looks for libraries; name its path by options.library or $" +
              VARIABLE +
              ". It is in the release archives of the project microsoft/onnxruntime, in " +
              "the Python package onnxruntime, and in Debian 13's libonnxruntime");
}

Opened open_library(const char* library) {
  if (library != nullptr) return open_named(library, "options.library");
  const char* const variable = std::getenv(VARIABLE);
  if (variable != nullptr && *variable != '\0') {
    return open_named(variable, std::string("$") + VARIABLE);
  }
  return open_found();
}

std::string path_of(const void* symbol) {
  Dl_info info;
  return dladdr(symbol, &info) == 0 || info.dli_fname == nullptr ? "libonnxruntime"
                                                                 : info.dli_fname;
}

/// Whether a version, "1.29.0", has the table that is asked for.
bool is_new_enough(const std::string& version) {
  char* end;
  const long major = std::strtol(version.c_str(), &end, 10);
  const long minor = *end == '.' ? std::strtol(end + 1, nullptr, 10) : 0;
  return major > 1 || (major == 1 && minor >= long{ORT_TABLE});
}

/// ONNX Runtime's message in one line.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char letter) { return letter == '\n' || letter == '\r'; }, ' ');
  return text;
}

std::string shape_of(const std::vector<int64_t>& dimensions) {
  std::string text = "(N";
  for (const int64_t dimension : dimensions) text += ", " + std::to_string(dimension);
  return text + ")";
}

}  // namespace

OnnxRuntime::OnnxRuntime(const char* library) {
  const Opened opened = open_library(library);
  void* const symbol = dlsym(opened.handle, ENTRY);
  if (symbol == nullptr) {
    unavailable(opened.name + " is another library: it does not have " + ENTRY);
  }
  const OrtApiBase* (*base)();
  std::memcpy(&base, &symbol, sizeof base);
  path_ = path_of(symbol);
  version_ = base()->version();
  table_ = is_new_enough(version_) ? base()->table(ORT_TABLE) : nullptr;
  if (table_ == nullptr) {
    unavailable(path_ + " is of version " + version_ + ", it takes 1." + std::to_string(ORT_TABLE) +
                " or newer");
  }
  // From 1.29 on ONNX Runtime reports its use to its makers, and keeps a file for that in the working
  // directory. A program that wants it sets the variable itself.
  setenv("ORT_DISABLE_TELEMETRY", "1", 0);
  OrtEnv* environment = nullptr;
  check(ort::CreateEnv.of(table_)(ORT_LOG_FATAL, "flowline", &environment), FLOWLINE_UNAVAILABLE,
        path_ + " does not start");
  environment_ = own(environment, ort::ReleaseEnv);
}

void OnnxRuntime::check(OrtStatus* failure, flowline_status status, const std::string& what) const {
  if (failure == nullptr) return;
  const OrtOwned<OrtStatus> owned = own(failure, ort::ReleaseStatus);
  throw Error(status, what + ": " + one_line(ort::GetErrorMessage.of(table_)(failure)));
}

namespace {

/// Says what the providers of this ONNX Runtime are.
std::string providers_of(const OnnxRuntime& runtime) {
  char** names = nullptr;
  int count = 0;
  runtime.check(ort::GetAvailableProviders.of(runtime.table())(&names, &count),
                FLOWLINE_UNAVAILABLE, "its providers");
  std::string text;
  for (int i = 0; i < count; i++) text += (i == 0 ? "" : ", ") + std::string(names[i]);
  ort::ReleaseAvailableProviders.of(runtime.table())(names, count);
  return text;
}

void append_provider(const OnnxRuntime& runtime, OrtSessionOptions* to,
                     const flowline_model_options& options) {
  const std::string provider = options.provider == nullptr ? "CPU" : options.provider;
  if (provider == "CPU") return;
  const std::string lacks = runtime.path() + ", version " + runtime.version() + ", has " +
                            providers_of(runtime) + " and cannot have " + provider;
  const auto check = [&](OrtStatus* failure) {
    runtime.check(failure, FLOWLINE_UNAVAILABLE, lacks);
  };
  const void* const* const table = runtime.table();
  const std::string index = std::to_string(options.device_index);
  const char* const key = "device_id";
  const char* const value = index.c_str();
  if (provider == "CUDA") {
    OrtCudaOptions* made = nullptr;
    check(ort::CreateCUDAProviderOptions.of(table)(&made));
    const auto cuda = runtime.own(made, ort::ReleaseCUDAProviderOptions);
    check(ort::UpdateCUDAProviderOptions.of(table)(made, &key, &value, 1));
    check(ort::AppendCuda.of(table)(to, made));
  } else if (provider == "TensorRT") {
    OrtTensorRtOptions* made = nullptr;
    check(ort::CreateTensorRTProviderOptions.of(table)(&made));
    const auto tensor_rt = runtime.own(made, ort::ReleaseTensorRTProviderOptions);
    check(ort::UpdateTensorRTProviderOptions.of(table)(made, &key, &value, 1));
    check(ort::AppendTensorRt.of(table)(to, made));
  } else {
    check(ort::AppendByName.of(table)(to, provider.c_str(), nullptr, nullptr, 0));
  }
}

}  // namespace

OnnxSession::OnnxSession(const std::string& path, const Manifest& manifest,
                         const flowline_model_options& options)
    : runtime_(options.library),
      path_(path),
      input_name_(manifest.input_name),
      input_dimensions_{3, manifest.input.height, manifest.input.width},
      scales_(manifest.latents.size()),
      batch_(std::max(1, options.batch)) {
  for (const Manifest::Scale& scale : manifest.latents) {
    outputs_.push_back({scale.name, {scale.channels, scale.height, scale.width}});
  }
  if (!manifest.maps_likelihood) {
    outputs_.push_back({manifest.map_name, {1, manifest.input.height, manifest.input.width}});
    outputs_.push_back({manifest.score_name, {}});
  }
  for (const Output& output : outputs_) output_names_.push_back(output.name.c_str());

  const void* const* const table = runtime_.table();
  const auto check = [&](OrtStatus* failure) {
    runtime_.check(failure, FLOWLINE_INTERNAL, "ONNX Runtime");
  };
  OrtMemoryInfo* memory = nullptr;
  check(ort::CreateCpuMemoryInfo.of(table)(ORT_ARENA_ALLOCATOR, ORT_MEMORY_DEFAULT, &memory));
  memory_ = runtime_.own(memory, ort::ReleaseMemoryInfo);
  OrtSessionOptions* made = nullptr;
  check(ort::CreateSessionOptions.of(table)(&made));
  const auto how = runtime_.own(made, ort::ReleaseSessionOptions);
  const int threads = std::max(1, options.threads);
  check(ort::SetIntraOpNumThreads.of(table)(made, threads));
  check(ort::SetInterOpNumThreads.of(table)(made, 1));
  check(ort::AddSessionConfigEntry.of(table)(made, SPINNING, "0"));
  append_provider(runtime_, made, options);
  OrtSession* session = nullptr;
  runtime_.check(ort::CreateSession.of(table)(runtime_.environment(), path.c_str(), made, &session),
                 FLOWLINE_INVALID_ARGUMENT,
                 path + " is refused by ONNX Runtime " + runtime_.version());
  session_ = runtime_.own(session, ort::ReleaseSession);
  check_input();
  check_outputs();
  description_ = "ONNX Runtime " + runtime_.version() + ", " +
                 (options.provider == nullptr ? "CPU" : options.provider) + ", " +
                 std::to_string(threads) + (threads == 1 ? " thread, " : " threads, ") +
                 runtime_.path();
}

namespace {

/// Checks that a port has a float32 tensor of a shape; unknown dimensions are as they should be.
void check_port(const OnnxRuntime& runtime, OrtTypeInfo* of, const std::string& where,
                const std::vector<int64_t>& dimensions) {
  const auto owned = runtime.own(of, ort::ReleaseTypeInfo);
  const void* const* const table = runtime.table();
  const auto check = [&](OrtStatus* failure) {
    runtime.check(failure, FLOWLINE_INVALID_ARGUMENT, where);
  };
  const OrtTensorInfo* tensor = nullptr;
  check(ort::CastTypeInfoToTensorInfo.of(table)(of, &tensor));
  int type = 0;
  size_t count = 0;
  if (tensor != nullptr) {
    check(ort::GetTensorElementType.of(table)(tensor, &type));
    check(ort::GetDimensionsCount.of(table)(tensor, &count));
  }
  bool fits = type == ORT_FLOAT32 && count == dimensions.size() + 1;
  if (fits) {
    std::vector<int64_t> has(count);
    check(ort::GetDimensions.of(table)(tensor, has.data(), count));
    for (size_t i = 0; i < dimensions.size(); i++) {
      fits = fits && (has[i + 1] < 0 || has[i + 1] == dimensions[i]);
    }
  }
  if (!fits) invalid(where + " must be float32 " + shape_of(dimensions) + ", and is not");
}

std::string take(const OnnxRuntime& runtime, OrtAllocator* allocator, char* text) {
  const std::string copy = text;
  runtime.check(ort::AllocatorFree.of(runtime.table())(allocator, text), FLOWLINE_INTERNAL,
                "ONNX Runtime");
  return copy;
}

}  // namespace

void OnnxSession::check_input() const {
  const void* const* const table = runtime_.table();
  const auto check = [&](OrtStatus* failure) {
    runtime_.check(failure, FLOWLINE_INTERNAL, "ONNX Runtime");
  };
  size_t count = 0;
  OrtAllocator* allocator = nullptr;
  char* name = nullptr;
  check(ort::SessionGetInputCount.of(table)(session_.get(), &count));
  if (count != 1) invalid(path_ + " has a network of " + std::to_string(count) + " inputs, not 1");
  check(ort::GetAllocatorWithDefaultOptions.of(table)(&allocator));
  check(ort::SessionGetInputName.of(table)(session_.get(), 0, allocator, &name));
  const std::string is = take(runtime_, allocator, name);
  if (is != input_name_) {
    invalid(path_ + " says that the input of its network is " + input_name_.substr(0, 60) +
            ", and it is " + is.substr(0, 60));
  }
  OrtTypeInfo* type = nullptr;
  check(ort::SessionGetInputTypeInfo.of(table)(session_.get(), 0, &type));
  check_port(runtime_, type, path_ + ", the input of its network,", input_dimensions_);
}

void OnnxSession::check_outputs() const {
  const void* const* const table = runtime_.table();
  const auto check = [&](OrtStatus* failure) {
    runtime_.check(failure, FLOWLINE_INTERNAL, "ONNX Runtime");
  };
  size_t count = 0;
  OrtAllocator* allocator = nullptr;
  check(ort::SessionGetOutputCount.of(table)(session_.get(), &count));
  check(ort::GetAllocatorWithDefaultOptions.of(table)(&allocator));
  std::vector<bool> found(outputs_.size());
  for (size_t port = 0; port < count; port++) {
    char* name = nullptr;
    check(ort::SessionGetOutputName.of(table)(session_.get(), port, allocator, &name));
    const std::string is = take(runtime_, allocator, name);
    for (size_t i = 0; i < outputs_.size(); i++) {
      if (outputs_[i].name != is) continue;
      OrtTypeInfo* type = nullptr;
      check(ort::SessionGetOutputTypeInfo.of(table)(session_.get(), port, &type));
      check_port(runtime_, type, path_ + ", the output " + is.substr(0, 60) + " of its network,",
                 outputs_[i].dimensions);
      found[i] = true;
    }
  }
  const auto missing = std::find(found.begin(), found.end(), false);
  if (missing != found.end()) {
    const Output& output = outputs_[static_cast<size_t>(missing - found.begin())];
    invalid(path_ + " has a network without the output " + output.name.substr(0, 60));
  }
}

OrtOwned<OrtValue> OnnxSession::view(float* data, int64_t images,
                                     const std::vector<int64_t>& dimensions) const {
  std::vector<int64_t> shape = {images};
  shape.insert(shape.end(), dimensions.begin(), dimensions.end());
  size_t bytes = sizeof(float);
  for (const int64_t dimension : shape) bytes *= static_cast<size_t>(dimension);
  OrtValue* value = nullptr;
  runtime_.check(ort::CreateTensorWithDataAsOrtValue.of(runtime_.table())(
                     memory_.get(), data, bytes, shape.data(), shape.size(), ORT_FLOAT32, &value),
                 FLOWLINE_INTERNAL, "ONNX Runtime");
  return runtime_.own(value, ort::ReleaseValue);
}

std::unique_ptr<EngineBuffers> OnnxSession::buffers() const {
  const auto floats = [&](const std::vector<int64_t>& dimensions) {
    int64_t count = batch_;
    for (const int64_t dimension : dimensions) count *= dimension;
    return static_cast<size_t>(count);
  };
  auto buffers = std::make_unique<EngineBuffers>();
  buffers->input.resize(floats(input_dimensions_));
  std::vector<float*> memory;
  buffers->latents.resize(scales_);
  for (size_t i = 0; i < scales_; i++) {
    buffers->latents[i].resize(floats(outputs_[i].dimensions));
    memory.push_back(buffers->latents[i].data());
  }
  if (outputs_.size() > scales_) {
    buffers->maps.resize(floats(outputs_[scales_].dimensions));
    buffers->scores.resize(floats({}));
    memory.insert(memory.end(), {buffers->maps.data(), buffers->scores.data()});
  }
  for (int64_t images = 1; images <= batch_; images++) {
    EngineBuffers::Views views;
    views.input = view(buffers->input.data(), images, input_dimensions_);
    for (size_t i = 0; i < outputs_.size(); i++) {
      views.owned.push_back(view(memory[i], images, outputs_[i].dimensions));
      views.outputs.push_back(views.owned.back().get());
    }
    buffers->views.push_back(std::move(views));
  }
  return buffers;
}

void OnnxSession::run(EngineBuffers& buffers, int64_t images) const {
  EngineBuffers::Views& views = buffers.views[static_cast<size_t>(images - 1)];
  const char* const input_name = input_name_.c_str();
  const OrtValue* const input = views.input.get();
  runtime_.check(ort::Run.of(runtime_.table())(session_.get(), nullptr, &input_name, &input, 1,
                                               output_names_.data(), output_names_.size(),
                                               views.outputs.data()),
                 FLOWLINE_INVALID_ARGUMENT, "ONNX Runtime cannot compute the network of " + path_);
}

}  // namespace flowline
