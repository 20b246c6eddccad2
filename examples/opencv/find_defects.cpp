// Finds defects in images, after a folder of good images, with OpenCV and libflowline:
//
//     find_defects --good FOLDER [--boxes FOLDER] IMAGE...
//
// It shows the whole of a calibration, and there is no network in it. Instead of a trained flow's
// latents it takes local brightness, gradients and detail, standardised at each position by what
// good images have there and decorrelated. The images must lie in the same place, as the parts of a
// fixture do. A third of the good images says what is normal where, a third makes the region law,
// and a third the threshold: of new good images at most RATE alarm on average.
//
// Prints "IMAGE: good" or "IMAGE: defect" with the number that decided, and the boxes in pixels of
// the image; --boxes writes defective images with them.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <flowline/flowline.hpp>
#include <iostream>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr double RATE = 0.05;          // of false alarms
constexpr int SIDE = 256, CELLS = 32;  // pixels and positions a side: what a model compares
constexpr int LEAST_IMAGES = 3 * 19;   // a third for the threshold must be able to guarantee RATE

cv::Mat read(const fs::path& file) {
  cv::Mat image = cv::imread(file.string(), cv::IMREAD_COLOR);
  if (image.empty()) throw std::runtime_error(file.string() + " is no image that can be read");
  return image;
}

/// (CELLS * CELLS, features): what each cell looks like, at three scales.
cv::Mat features_of(const cv::Mat& image) {
  cv::Mat small, gray, samples;
  cv::resize(image, small, {SIDE, SIDE}, 0, 0, cv::INTER_AREA);
  cv::cvtColor(small, gray, cv::COLOR_BGR2GRAY);
  gray.convertTo(gray, CV_32F, 1.0 / 255);
  cv::Mat before = gray;
  for (double sigma : {1.0, 2.0, 4.0}) {
    cv::Mat smooth, across, down, detail;
    cv::GaussianBlur(gray, smooth, {}, sigma);
    cv::Sobel(smooth, across, CV_32F, 1, 0);
    cv::Sobel(smooth, down, CV_32F, 0, 1);
    cv::absdiff(before, smooth, detail);
    before = smooth;
    for (const cv::Mat& feature :
         {smooth, cv::Mat(cv::abs(across)), cv::Mat(cv::abs(down)), detail}) {
      cv::Mat of_cell;
      cv::resize(feature, of_cell, {CELLS, CELLS}, 0, 0, cv::INTER_AREA);
      samples.push_back(of_cell.reshape(1, 1));
    }
  }
  return samples.t();
}

/// What good images look like: mean and deviation at each position, and how features go together.
class Normal {
 public:
  explicit Normal(const std::vector<cv::Mat>& images) {
    mean_ = cv::Mat::zeros(images[0].size(), CV_32F);
    deviation_ = mean_.clone();
    for (const cv::Mat& image : images) mean_ += image / static_cast<double>(images.size());
    for (const cv::Mat& image : images) {
      const cv::Mat difference = image - mean_;
      deviation_ += difference.mul(difference) / static_cast<double>(images.size());
    }
    // Where good images are all alike, a deviation of next to nothing would make much of nothing.
    cv::Mat typical;
    cv::reduce(deviation_, typical, 0, cv::REDUCE_AVG);
    deviation_ += cv::repeat(typical, deviation_.rows, 1) * 0.1;
    cv::sqrt(deviation_, deviation_);
    cv::Mat all;
    for (const cv::Mat& image : images) all.push_back(standardised(image));
    together_ = cv::PCA(all, cv::noArray(), cv::PCA::DATA_AS_ROW);
  }

  /// (CELLS * CELLS, channels) of mean 0 and variance 1 if the image is good.
  cv::Mat latents_of(const cv::Mat& image) const {
    cv::Mat latents = together_.project(standardised(features_of(image)));
    for (int c = 0; c < latents.cols; c++) {
      latents.col(c) /= std::sqrt(together_.eigenvalues.at<float>(c) + 1e-6f);
    }
    return latents;
  }

 private:
  cv::Mat standardised(const cv::Mat& image) const {
    cv::Mat result;
    cv::divide(image - mean_, deviation_ + 1e-6, result);
    return result;
  }

  cv::Mat mean_, deviation_;
  cv::PCA together_;
};

/// A row for each position is the layout called channels last: libflowline reads it where it is.
flowline::Tensor view_of(const cv::Mat& latents) {
  const flowline::Shape shape = {1, latents.cols, CELLS, CELLS};
  return {latents.ptr<float>(), shape, flowline::Strides::channels_last(shape)};
}

class Inspector {
 public:
  explicit Inspector(const std::vector<fs::path>& good) : normal_(features_of_third(good)) {
    std::vector<float> maxima, baselines;
    for (size_t i = 1; i < good.size(); i += 3) {
      const cv::Mat latents = normal_.latents_of(read(good[i]));
      std::vector<float> map(CELLS * CELLS);
      const flowline::MapViews fused = {CELLS, CELLS, {}, {}, {}, {}, map};
      context_.segment_into({view_of(latents)}, fused);
      const flowline::RelativeMaxima of_image = context_.relative_maxima(map, CELLS, CELLS);
      maxima.insert(maxima.end(), of_image.maxima.begin(), of_image.maxima.end());
      baselines.push_back(of_image.baseline);
    }
    law_ = flowline::fit_relative_law(maxima, baselines, CELLS, CELLS);
    std::vector<float> scores;
    for (size_t i = 2; i < good.size(); i += 3) {
      scores.push_back(inspect(read(good[i])).min_log10_nfa);
    }
    const flowline::Threshold threshold = flowline::threshold(scores, RATE);
    log10_epsilon_ = threshold.log10_epsilon;
    std::cout << good.size() << " good images: log10 epsilon " << log10_epsilon_ << ", at most "
              << 100 * threshold.promised << " % of good images alarm on average\n";
  }

  flowline::Inspection inspect(const cv::Mat& image) {
    const cv::Mat latents = normal_.latents_of(image);
    flowline::SegmentOptions options;
    options.law = &law_;
    return context_.inspect({view_of(latents)}, image.rows, image.cols, log10_epsilon_, options)[0];
  }

 private:
  static std::vector<cv::Mat> features_of_third(const std::vector<fs::path>& good) {
    std::vector<cv::Mat> result;
    for (size_t i = 0; i < good.size(); i += 3) result.push_back(features_of(read(good[i])));
    return result;
  }

  Normal normal_;
  flowline::Context context_;
  flowline::RegionLaw law_;
  double log10_epsilon_ = -INFINITY;
};

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().filename().string()[0] != '.') {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  if (files.size() < LEAST_IMAGES) {
    throw std::runtime_error(folder.string() + " has " + std::to_string(files.size()) +
                             " images, at least " + std::to_string(LEAST_IMAGES) + " are needed");
  }
  return files;
}

}  // namespace

int main(int count, char** arguments) try {
  const std::vector<std::string> words(arguments, arguments + count);
  const bool draws = count > 5 && words[3] == "--boxes";
  if (count < 4 || words[1] != "--good") {
    std::cerr << "usage: find_defects --good FOLDER [--boxes FOLDER] IMAGE...\n";
    return 2;
  }
  Inspector inspector(files_of(words[2]));
  for (size_t i = draws ? 5 : 3; i < words.size(); i++) {
    const fs::path file = words[i];
    cv::Mat image = read(file);
    const flowline::Inspection inspection = inspector.inspect(image);
    std::cout << file.string() << ": " << flowline::name_of(inspection.verdict) << ", log10 NFA "
              << inspection.min_log10_nfa << "\n";
    for (const flowline::Region& region : inspection.regions) {
      std::cout << "  box " << region.x << " " << region.y << " " << region.width << " "
                << region.height << ", log10 NFA " << region.log10_nfa << "\n";
      cv::rectangle(image, {region.x, region.y, region.width, region.height}, {0, 0, 255});
    }
    if (draws && !inspection.regions.empty()) {
      const fs::path result = fs::path(words[4]) / (file.filename().string() + ".png");
      if (!cv::imwrite(result.string(), image)) {
        throw std::runtime_error(result.string() + " cannot be written");
      }
    }
  }
} catch (const std::exception& error) {  // OpenCV's, libflowline's and the file system's
  std::cerr << error.what() << "\n";
  return 1;
}
