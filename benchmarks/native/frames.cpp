#include <cstdio>
#include <cstdlib>
#include <memory>

#include "flowline/flowline.h"
#include "parts.hpp"
#include "plain/plain_preprocess.hpp"

namespace {

void check(flowline_status status) {
  if (status == FLOWLINE_OK) return;
  std::fprintf(stderr, "%s\n", flowline_last_error());
  std::exit(1);
}

/// A frame of noise, a context and the input of a network that it becomes.
class FrameToInput {
 public:
  FrameToInput(int32_t format, int64_t bytes, int64_t width, int64_t height, int64_t side,
               int32_t instruction_set)
      : pixels_(static_cast<size_t>(width * height * bytes)),
        input_(static_cast<size_t>(3 * side * side)),
        frame_{sizeof frame_, format, pixels_.data(), height, width, 0, 0, 0, 0, 0},
        to_{sizeof to_, 0, side, side, {0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f}} {
    uint32_t state = 1;
    for (uint8_t& sample : pixels_) {
      state = state * 1664525u + 1013904223u;
      sample = static_cast<uint8_t>(state >> 24);
    }
    flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    options.instruction_set = instruction_set;
    flowline_context* context = nullptr;
    check(flowline_context_create(&options, &context));
    context_.reset(context, flowline_context_destroy);
  }
  FrameToInput(const FrameToInput&) = delete;
  FrameToInput& operator=(const FrameToInput&) = delete;

  void run() { check(flowline_preprocess(context_.get(), &frame_, 1, &to_, input_.data())); }

  void run_plain() {
    if (image_.samples.empty()) image_ = plain_image(frame_);
    if (plain_preprocess(image_, to_).empty()) std::exit(1);
  }

 private:
  std::vector<uint8_t> pixels_;
  std::vector<float> input_;
  flowline_frame frame_;
  flowline_preprocessing to_;
  std::shared_ptr<flowline_context> context_;
  PlainImage image_ = {};
};

struct Format {
  const char* name;
  int32_t number;
  int64_t bytes;
};

}  // namespace

std::vector<Part> frame_parts(int32_t instruction_set) {
  const Format formats[] = {
      {"gray8", FLOWLINE_FRAME_GRAY8, 1},   {"rgb8", FLOWLINE_FRAME_RGB8, 3},
      {"bgra8", FLOWLINE_FRAME_BGRA8, 4},   {"bayer8", FLOWLINE_FRAME_BAYER_RGGB8, 1},
      {"gray16", FLOWLINE_FRAME_GRAY16, 2}, {"rgb16", FLOWLINE_FRAME_RGB16, 6}};
  const int64_t sizes[][2] = {{1024, 1024}, {2448, 2048}};
  std::vector<Part> parts;
  for (const auto& [width, height] : sizes) {
    for (const Format& format : formats) {
      auto made = std::make_shared<FrameToInput>(format.number, format.bytes, width, height, 448,
                                                 instruction_set);
      const std::string name = "frame-" + std::to_string(width) + "-" + format.name;
      parts.push_back({"plain-" + name, "", width * height, [made] { made->run_plain(); }});
      parts.push_back({name, "plain-" + name, width * height, [made] { made->run(); }});
    }
  }
  return parts;
}
