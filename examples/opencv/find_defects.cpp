// Reads an image with OpenCV, finds what stands out of it, and writes it with boxes around that:
//
//     find_defects IMAGE RESULT
//
// It shows how libflowline goes into a vision stack, and no more: there is no network in it.
// Instead of a trained flow's latents it takes the local mean, contrast and gradients of the image
// itself, decorrelated and standardised over that same image. That is white noise if the whole
// image is one texture, and only then does the threshold mean what it says.
#include <cmath>
#include <exception>
#include <flowline/flowline.hpp>
#include <iostream>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace {

/// What each pixel looks like: a map of 32-bit floats for each feature.
std::vector<cv::Mat> features_of(const cv::Mat& image) {
  cv::Mat pixels, gray, across, down, smooth, detail;
  image.convertTo(pixels, CV_32F, 1.0 / 255);
  cv::cvtColor(pixels, gray, cv::COLOR_BGR2GRAY);
  cv::Sobel(gray, across, CV_32F, 1, 0);
  cv::Sobel(gray, down, CV_32F, 0, 1);
  cv::GaussianBlur(gray, smooth, {}, 2);
  cv::absdiff(gray, smooth, detail);
  std::vector<cv::Mat> features;
  cv::split(pixels, features);
  features.insert(features.end(), {cv::abs(across), cv::abs(down), across.mul(down), detail});
  return features;
}

/// (positions, channels): the cells' mean features, decorrelated, each of mean 0 and variance 1.
/// Channels that say nothing new (a gray image has two such) are left out.
cv::Mat latents_of(const std::vector<cv::Mat>& features, cv::Size cells) {
  cv::Mat samples;
  for (const cv::Mat& feature : features) {  // one by one: of more than four OpenCV has no average
    cv::Mat of_cell;
    cv::resize(feature, of_cell, cells, 0, 0, cv::INTER_AREA);
    samples.push_back(of_cell.reshape(1, 1));
  }
  samples = samples.t();
  const cv::PCA components(samples, cv::noArray(), cv::PCA::DATA_AS_ROW);
  const cv::Mat variances = components.eigenvalues;
  int channels = 0;
  while (channels < variances.rows &&
         variances.at<float>(channels) > 1e-5f * variances.at<float>(0)) {
    channels++;
  }
  cv::Mat latents = components.project(samples).colRange(0, channels).clone();
  for (int c = 0; c < channels; c++) latents.col(c) /= std::sqrt(variances.at<float>(c));
  return latents;
}

/// A row for each position is the layout called channels last: libflowline reads it where it is.
flowline::Tensor view_of(const cv::Mat& latents, cv::Size cells) {
  const flowline::Shape shape = {1, latents.cols, cells.height, cells.width};
  return {latents.ptr<float>(), shape, flowline::Strides::channels_last(shape)};
}

}  // namespace

int main(int arguments, char** argument) try {
  if (arguments != 3) {
    std::cerr << "usage: find_defects IMAGE RESULT\n";
    return 2;
  }
  cv::Mat image = cv::imread(argument[1], cv::IMREAD_COLOR);
  if (image.empty() || image.cols < 64 || image.rows < 64) {
    std::cerr << argument[1] << " is no image that can be read, or smaller than 64 x 64\n";
    return 1;
  }

  const std::vector<cv::Mat> features = features_of(image);
  const cv::Size fine(image.cols / 8, image.rows / 8), coarse(image.cols / 16, image.rows / 16);
  const cv::Mat fine_latents = latents_of(features, fine);
  const cv::Mat coarse_latents = latents_of(features, coarse);

  flowline::Context context;
  flowline::SegmentOptions options;
  options.number_of_tests = flowline::NumberOfTests::BySize;
  const flowline::Maps maps =
      context.segment({view_of(fine_latents, fine), view_of(coarse_latents, coarse)}, image.rows,
                      image.cols, options);

  const double log10_epsilon = -2;  // one false alarm in a hundred images
  const auto regions = context.regions(maps.log10_nfa, image.rows, image.cols, log10_epsilon);
  std::cout << (regions.empty() ? "good" : "defect") << ", log10 NFA " << maps.min_log10_nfa[0]
            << "\n";
  for (const flowline::Region& region : regions) {
    std::cout << "box " << region.x << " " << region.y << " " << region.width << " "
              << region.height << ", log10 NFA " << region.log10_nfa << "\n";
    cv::rectangle(image, {region.x, region.y, region.width, region.height}, {0, 0, 255});
  }
  if (!cv::imwrite(argument[2], image)) {
    std::cerr << argument[2] << " cannot be written\n";
    return 1;
  }
} catch (const std::exception& error) {  // OpenCV's and libflowline's
  std::cerr << error.what() << "\n";
  return 1;
}
