// What the examples share that inspect frames with OpenCV: where frames come from, how libflowline
// sees them, and what is printed.
#ifndef FRAMES_HPP
#define FRAMES_HPP

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <flowline/flowline.hpp>
#include <flowline/inspect.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>
#include <stdexcept>
#include <string>
#include <vector>

/// The images of a folder, or the frames of what cv::VideoCapture opens: a video file, a pattern such
/// as part-%03d.png, the address of a stream.
class Frames {
 public:
  explicit Frames(const std::string& source) : source_(source) {
    if (std::filesystem::is_directory(source)) {
      for (const auto& entry : std::filesystem::directory_iterator(source)) {
        if (entry.is_regular_file()) files_.push_back(entry.path().string());
      }
      std::sort(files_.begin(), files_.end());
    } else if (!video_.open(source)) {
      throw std::runtime_error(source + " is no folder and no video that can be read");
    }
  }

  /// Reads the next frame, of 8 bits or grey of 16, without alpha. Returns whether there was one.
  bool next(cv::Mat& frame) {
    if (!(video_.isOpened() ? video_.read(frame) : read_file(frame))) {
      if (count_ == 0) throw std::runtime_error(source_ + " has no frames");
      return false;
    }
    count_++;
    return true;
  }

  /// Returns the file of the frame that was read last, or its number in the video.
  std::string name() const {
    return video_.isOpened() ? std::to_string(count_ - 1) : files_[count_ - 1];
  }

 private:
  bool read_file(cv::Mat& frame) const {
    if (count_ == files_.size()) return false;
    frame = cv::imread(files_[count_], cv::IMREAD_ANYCOLOR | cv::IMREAD_ANYDEPTH);
    if (frame.empty()) throw std::runtime_error(files_[count_] + " is no image that can be read");
    return true;
  }

  std::string source_;
  std::vector<std::string> files_;
  cv::VideoCapture video_;
  size_t count_ = 0;  // of the frames that were read
};

/// Returns a view of the pixels where they lie; OpenCV has colours in the order blue, green, red.
inline flowline::Frame view_of(const cv::Mat& image) {
  using flowline::PixelFormat;
  const int type = image.type();
  if (type != CV_8UC1 && type != CV_8UC3 && type != CV_16UC1) {
    throw std::runtime_error("a frame of " + cv::typeToString(type) +
                             " is not of CV_8UC1, CV_8UC3 or CV_16UC1");
  }
  const PixelFormat format = type == CV_8UC1   ? PixelFormat::Gray8
                             : type == CV_8UC3 ? PixelFormat::Bgr8
                                               : PixelFormat::Gray16;
  return {format, image.data, image.rows, image.cols, static_cast<int64_t>(image.step)};
}

/// Prints the line of a frame: its name, verdict, log10 NFA, score, p-value, and x y width height of
/// each region, in its pixels, the most meaningful first.
inline void print(const std::string& name, const flowline::Judgement& judgement) {
  static const char* const VERDICTS[] = {"NOT_INSPECTED", "GOOD", "DEFECT", "UNDECIDED"};
  std::printf("%s %s %.9g %.9g %.9g", name.c_str(), VERDICTS[static_cast<int>(judgement.verdict)],
              judgement.min_log10_nfa, judgement.anomaly_score, judgement.p_value.value_or(NAN));
  for (const flowline::Region& region : judgement.regions) {
    std::printf(" [%d %d %d %d]", region.x, region.y, region.width, region.height);
  }
  std::puts("");
}

#endif
