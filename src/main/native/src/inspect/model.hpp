#ifndef FLOWLINE_INSPECT_MODEL_HPP
#define FLOWLINE_INSPECT_MODEL_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flowline/inspect.h"
#include "inspect/file_test.hpp"
#include "inspect/manifest.hpp"
#include "inspect/onnxruntime.hpp"
#include "inspect/pool.hpp"

/// An exported file that was opened: its test and, unless it was opened without one, its network.
struct flowline_model {
 public:
  /// options: checked. Throws Error as flowline_model_open says.
  flowline_model(const char* path, const flowline_model_options& options);

  const flowline::Manifest& manifest() const { return manifest_; }
  const flowline::FileTest& test() const { return *test_; }
  const std::string& description() const { return description_; }

  /// Preprocesses and encodes frames, and judges them.
  ///
  /// frames, judgements: checked, elements of the caller's arrays.
  void inspect(flowline_context* context, const flowline_frame* frames, int64_t count,
               flowline_judgement* judgements) const;

  /// Whether there is a network.
  bool has_engine() const { return session_ != nullptr; }

  void recalibrate(const flowline::NewThreshold& threshold);
  void save(const std::string& path) const;

 private:
  /// Encodes and judges the images of the buffers.
  void encode_and_judge(flowline_context* context, flowline::EngineBuffers& buffers,
                        const flowline_frame* frames, int64_t count,
                        flowline_judgement* judgements) const;

  const std::string path_;
  const int64_t batch_;
  flowline::Manifest manifest_;
  std::unique_ptr<flowline::FileTest> test_;
  std::unique_ptr<flowline::OnnxSession> session_;
  std::string description_;
  mutable flowline::Pool<flowline::EngineBuffers> pool_;
};

namespace flowline {

/// Judges one image into an element of the caller's array, of which no more is written than it has.
///
/// map, score: the model's own; nullptr if libflowline makes them of the latents.
void judge_into(const FileTest& test, flowline_context* context, const flowline_tensor* latents,
                const FramePart& part, const float* map, const float* score,
                flowline_judgement* judgement);

/// Returns the part of a frame that is looked at. Throws Error if there is no such frame; its pixels
/// and its format are not looked at.
FramePart part_of(const flowline_frame* frames, int64_t index);

}  // namespace flowline
#endif
