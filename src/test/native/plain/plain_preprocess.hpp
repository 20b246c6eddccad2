#ifndef FLOWLINE_TEST_PLAIN_PREPROCESS_HPP
#define FLOWLINE_TEST_PLAIN_PREPROCESS_HPP

#include <cstdint>
#include <vector>

#include "flowline/flowline.h"

/// An image of samples (height, width, channels), grey or red, green and blue.
struct PlainImage {
  int64_t height;
  int64_t width;
  int channels;
  int bits;       ///< 8 or 16
  int used_bits;  ///< of 16, that are used; 0: those of the input
  std::vector<uint16_t> samples;
};

/// The part of a valid frame that is looked at, pixel by pixel.
PlainImage plain_image(const flowline_frame& frame);

/// The input (3, height, width) of a network, sample by sample.
std::vector<float> plain_preprocess(const PlainImage& image, const flowline_preprocessing& to);

#endif
