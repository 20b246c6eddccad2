// From images or a video to verdicts, with the defects drawn:
//
//     inspect_opencv MODEL.onnx SOURCE [FOLDER]
//
// MODEL.onnx is what `flowline export` wrote; ONNX Runtime computes its network. SOURCE is a folder of
// images, or what cv::VideoCapture opens. Prints a line for each frame, and writes it into FOLDER with
// a box around each region. The exit code is that of `flowline inspect`: 1 if a frame is not good.
#include <exception>
#include <filesystem>
#include <flowline/flowline.hpp>
#include <flowline/inspect.hpp>
#include <iostream>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>

#include "frames.hpp"

namespace {

/// Returns a copy of 8 bits and in colour, with a red box around each region.
cv::Mat overlay(const cv::Mat& frame, const flowline::Judgement& judgement) {
  cv::Mat drawn;
  frame.convertTo(drawn, CV_8U, frame.depth() == CV_16U ? 1 / 257.0 : 1.0);
  if (drawn.channels() == 1) cv::cvtColor(drawn, drawn, cv::COLOR_GRAY2BGR);
  for (const flowline::Region& region : judgement.regions) {
    const cv::Rect box(region.x, region.y, region.width, region.height);
    cv::rectangle(drawn, box, cv::Scalar(0, 0, 255), 1 + drawn.cols / 512);
  }
  return drawn;
}

void write(const std::filesystem::path& folder, const std::string& name, const cv::Mat& image) {
  const auto file = folder / std::filesystem::path(name).filename().replace_extension(".png");
  if (!cv::imwrite(file.string(), image)) {
    throw std::runtime_error(file.string() + " cannot be written");
  }
}

}  // namespace

int main(int count, char** arguments) try {
  if (count < 3 || count > 4) {
    std::cerr << "usage: inspect_opencv MODEL.onnx SOURCE [FOLDER]\n";
    return 2;
  }
  const flowline::Model model(arguments[1]);
  flowline::Context context;
  Frames frames(arguments[2]);
  cv::Mat frame;
  bool all_good = true;
  while (frames.next(frame)) {
    const flowline::Judgement judgement = model.inspect(context, view_of(frame));
    print(frames.name(), judgement);
    if (count == 4) write(arguments[3], frames.name(), overlay(frame, judgement));
    all_good = all_good && judgement.verdict == flowline::Verdict::Good;
  }
  return all_good ? 0 : 1;
} catch (const std::exception& error) {  // OpenCV's, libflowline's and the file system's
  std::cerr << "inspect_opencv: " << error.what() << "\n";
  return 2;
}
