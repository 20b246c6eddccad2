// From images or a video to verdicts with OpenCV's dnn in place of ONNX Runtime, as with any other
// engine: flowline_preprocess makes the input, the engine the latents, flowline_judge the verdict.
//
//     inspect_dnn MODEL.onnx SOURCE
//
// MODEL.onnx is what `flowline export` wrote; README.md lists which models OpenCV reads. SOURCE is a
// folder of images, or what cv::VideoCapture opens. Prints a line for each frame. The exit code is
// that of `flowline inspect`: 1 if a frame is not good.
#include <algorithm>
#include <cmath>
#include <exception>
#include <flowline/flowline.hpp>
#include <flowline/inspect.hpp>
#include <iostream>
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>
#include <string>
#include <vector>

#include "frames.hpp"

namespace {

/// A model whose network OpenCV computes, for one frame at a time.
class Gate {
 public:
  explicit Gate(const std::string& file)
      : model_(file, without_engine()),
        preprocessing_(model_.preprocessing()),
        network_(cv::dnn::readNetFromONNX(file)),
        names_(network_.getUnconnectedOutLayersNames()),
        input_(
            {1, 3, static_cast<int>(preprocessing_.height), static_cast<int>(preprocessing_.width)},
            CV_32F) {
    std::sort(names_.begin(),
              names_.end());  // anomaly_map, anomaly_score, latents_0, latents_1 ...
  }

  flowline::Judgement inspect(const flowline::Frame& frame) {
    const flowline::Span<const flowline::Frame> frames(&frame, 1);
    context_.preprocess_into(frames, preprocessing_, {input_.ptr<float>(), input_.total()});
    network_.setInput(input_);
    std::vector<cv::Mat> outputs;
    network_.forward(outputs, names_);
    std::vector<flowline::Tensor> latents;  // the finest first
    for (size_t i = SCORE + 1; i < outputs.size(); i++) {
      const cv::MatSize& size = outputs[i].size;
      latents.emplace_back(outputs[i].ptr<float>(), flowline::Shape{1, size[1], size[2], size[3]});
    }
    flowline::Judgement judgement = model_.judge(context_, latents, frames)[0];
    if (std::isnan(judgement.anomaly_score)) {  // it is not made of the latents
      judgement.anomaly_score = *outputs[SCORE].ptr<float>();
    }
    return judgement;
  }

 private:
  static constexpr size_t SCORE = 1;

  static flowline::ModelOptions without_engine() {
    flowline::ModelOptions options;
    options.engine = flowline::Engine::None;
    return options;
  }

  flowline::Model model_;
  flowline::Preprocessing preprocessing_;
  cv::dnn::Net network_;
  std::vector<std::string> names_;
  cv::Mat input_;
  flowline::Context context_;
};

}  // namespace

int main(int count, char** arguments) try {
  if (count != 3) {
    std::cerr << "usage: inspect_dnn MODEL.onnx SOURCE\n";
    return 2;
  }
  Gate gate(arguments[1]);
  Frames frames(arguments[2]);
  cv::Mat frame;
  bool all_good = true;
  while (frames.next(frame)) {
    const flowline::Judgement judgement = gate.inspect(view_of(frame));
    print(frames.name(), judgement);
    all_good = all_good && judgement.verdict == flowline::Verdict::Good;
  }
  return all_good ? 0 : 1;
} catch (const std::exception& error) {  // OpenCV's, libflowline's and the file system's
  std::cerr << "inspect_dnn: " << error.what() << "\n";
  return 2;
}
