#ifndef FLOWLINE_INSPECT_FILE_TEST_HPP
#define FLOWLINE_INSPECT_FILE_TEST_HPP

#include <cstdint>
#include <memory>
#include <vector>

#include "flowline/inspect.h"
#include "inspect/manifest.hpp"
#include "inspect/map_scale.hpp"
#include "inspect/part_test.hpp"
#include "inspect/zoned_test.hpp"

namespace flowline {

/// The test of an exported file. Any number of threads may judge by it at once.
class FileTest {
 public:
  /// Fits the laws. Throws Error if its maxima are not of the form that a law takes.
  explicit FileTest(const Manifest& manifest);

  /// Checks that latents are those of the file's network, and returns their number of images.
  ///
  /// tensors: in this library's form.
  int64_t require_latents(const flowline_tensor* tensors, int32_t scales) const;

  /// Judges the latents of one image.
  ///
  /// latents: of batch size 1, as many as the file has. part: of the frame, in whose pixels the
  /// regions will be. judgement: in this library's form; its outputs are set.
  void judge(flowline_context* context, const flowline_tensor* latents, const FramePart& part,
             flowline_judgement* judgement) const;

  void set_threshold(const Manifest& manifest);

  int64_t height() const { return height_; }
  int64_t width() const { return width_; }
  int32_t scales() const { return static_cast<int32_t>(latents_.size()); }

 private:
  void judge_whole(flowline_context* context, const flowline_tensor* latents,
                   const flowline_maps& maps, flowline_judgement* judgement) const;
  double p_value(float score) const;

  const int64_t height_, width_;  // of the network's input, and of the maps
  const std::vector<Manifest::Scale> latents_;
  const bool maps_likelihood_;
  Threshold threshold_{};
  double promised_;
  std::vector<double> scores_;    // of the calibration, ascending; empty without p-values
  std::vector<double> p_values_;  // by the number of scores that are at most the image's

  std::unique_ptr<PartTest> whole_;   // nullptr with zones
  std::unique_ptr<ZonedTest> zoned_;  // nullptr without
};

}  // namespace flowline
#endif
