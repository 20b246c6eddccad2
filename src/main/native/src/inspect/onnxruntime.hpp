#ifndef FLOWLINE_INSPECT_ONNXRUNTIME_HPP
#define FLOWLINE_INSPECT_ONNXRUNTIME_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flowline/inspect.h"
#include "inspect/manifest.hpp"
#include "inspect/onnxruntime_api.hpp"

namespace flowline {

/// An object of ONNX Runtime's, which is freed with it.
template <class Object>
using OrtOwned = std::unique_ptr<Object, void (*)(Object*)>;

/// ONNX Runtime, found and opened. It stays loaded until the process ends.
class OnnxRuntime {
 public:
  /// library: the path, and the only one that is tried; nullptr to look for it.
  ///
  /// Throws Error(FLOWLINE_UNAVAILABLE) saying what was looked for and where.
  explicit OnnxRuntime(const char* library);

  const void* const* table() const { return table_; }
  const OrtEnv* environment() const { return environment_.get(); }
  const std::string& version() const { return version_; }
  const std::string& path() const { return path_; }

  /// Throws Error(status) with ONNX Runtime's reason, if it has one.
  void check(OrtStatus* failure, flowline_status status, const std::string& what) const;

  template <class Object, size_t place>
  OrtOwned<Object> own(Object* object, const OrtEntry<void(Object*), place>& release) const {
    return OrtOwned<Object>(object, release.of(table_));
  }

 private:
  std::string path_;
  std::string version_;
  const void* const* table_ = nullptr;
  OrtOwned<OrtEnv> environment_{nullptr, nullptr};
};

/// Memory of the calls of one thread at a time: the network's input and outputs for up to `batch`
/// images, and ONNX Runtime's views of them.
struct EngineBuffers {
  struct Views {
    OrtOwned<OrtValue> input{nullptr, nullptr};
    std::vector<OrtOwned<OrtValue>> owned;
    std::vector<OrtValue*> outputs;
  };

  std::vector<float> input;                 // (batch, 3, height, width)
  std::vector<std::vector<float>> latents;  // by scale, (batch, channels, height, width)
  std::vector<float> maps;                  // (batch, height, width); empty if not asked for
  std::vector<float> scores;                // (batch); empty if there are no maps
  std::vector<Views> views;                 // by number of images - 1
};

/// The network of an exported file in ONNX Runtime. Any number of threads may run it at once.
class OnnxSession {
 public:
  /// options: checked. Throws Error(FLOWLINE_INVALID_ARGUMENT) if the network is not what the manifest
  /// says, or ONNX Runtime refuses it, and Error(FLOWLINE_UNAVAILABLE) without the provider.
  OnnxSession(const std::string& path, const Manifest& manifest,
              const flowline_model_options& options);

  std::unique_ptr<EngineBuffers> buffers() const;

  /// Computes the outputs of the first images of the input.
  void run(EngineBuffers& buffers, int64_t images) const;

  /// Says which engine it is, and where it computes.
  const std::string& description() const { return description_; }

 private:
  /// An output that is asked for, (N, dimensions).
  struct Output {
    std::string name;
    std::vector<int64_t> dimensions;
  };

  void check_input() const;
  void check_outputs() const;
  OrtOwned<OrtValue> view(float* data, int64_t images,
                          const std::vector<int64_t>& dimensions) const;

  OnnxRuntime runtime_;
  std::string path_;
  std::string input_name_;
  std::vector<int64_t> input_dimensions_;
  std::vector<Output> outputs_;
  std::vector<const char*> output_names_;
  size_t scales_;
  int64_t batch_;
  std::string description_;
  OrtOwned<OrtMemoryInfo> memory_{nullptr, nullptr};
  OrtOwned<OrtSession> session_{nullptr, nullptr};
};

}  // namespace flowline
#endif
