// flowline_preprocess as its header describes it, in the plainest way: whole images, one sample after
// the other.
#include "plain/plain_preprocess.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace {

/// The weights of one output.
struct Weights {
  int64_t first;
  std::vector<double> of;
};

std::vector<Weights> weights_of(int64_t in, int64_t out) {
  std::vector<Weights> all;
  const double scale = static_cast<double>(in) / static_cast<double>(out);
  const double reach = scale > 1 ? scale : 1;
  for (int64_t o = 0; o < out; o++) {
    const double center = (static_cast<double>(o) + 0.5) * scale;
    int64_t begin = static_cast<int64_t>(std::trunc(center - reach + 0.5));
    int64_t end = static_cast<int64_t>(std::trunc(center + reach + 0.5));
    if (begin < 0) begin = 0;
    if (end > in) end = in;
    Weights weights = {begin, {}};
    double sum = 0;
    for (int64_t i = begin; i < end; i++) {
      const double distance = std::fabs((static_cast<double>(i) - center + 0.5) * (1 / reach));
      weights.of.push_back(distance < 1 ? 1 - distance : 0);
      sum += weights.of.back();
    }
    for (double& weight : weights.of) weight *= 1 / sum;
    all.push_back(weights);
  }
  return all;
}

uint8_t sum8(const Weights& weights, const uint8_t* samples, int64_t step) {
  int64_t sum = 1 << 21;
  for (size_t i = 0; i < weights.of.size(); i++) {
    const int64_t fixed = static_cast<int64_t>(weights.of[i] * 4194304.0 + 0.5);
    sum += fixed * samples[(weights.first + static_cast<int64_t>(i)) * step];
  }
  return static_cast<uint8_t>(std::min<int64_t>(255, sum >> 22));
}

float sum16(const Weights& weights, const float* samples, int64_t step) {
  float sum = 0;
  for (size_t i = 0; i < weights.of.size(); i++) {
    sum += static_cast<float>(weights.of[i]) *
           samples[(weights.first + static_cast<int64_t>(i)) * step];
  }
  return sum;
}

/// Resizes one channel, first across, then down.
template <class Sample, class Sum>
std::vector<Sample> resized(const std::vector<Sample>& channel, int64_t height, int64_t width,
                            const flowline_preprocessing& to, Sum sum) {
  const auto across = weights_of(width, to.width), down = weights_of(height, to.height);
  std::vector<Sample> narrow(static_cast<size_t>(height * to.width));
  for (int64_t y = 0; y < height; y++) {
    for (int64_t x = 0; x < to.width; x++) {
      narrow[y * to.width + x] = sum(across[x], &channel[y * width], 1);
    }
  }
  std::vector<Sample> small(static_cast<size_t>(to.height * to.width));
  for (int64_t y = 0; y < to.height; y++) {
    for (int64_t x = 0; x < to.width; x++) {
      small[y * to.width + x] = sum(down[y], &narrow[x], to.width);
    }
  }
  return small;
}

template <class Sample>
std::vector<Sample> channel_of(const PlainImage& image, int channel) {
  std::vector<Sample> samples;
  for (size_t i = static_cast<size_t>(channel); i < image.samples.size();
       i += static_cast<size_t>(image.channels)) {
    samples.push_back(static_cast<Sample>(image.samples[i]));
  }
  return samples;
}

int64_t mirrored(int64_t at, int64_t size) {
  if (at < 0) at = -at;
  return at >= size ? 2 * (size - 1) - at : at;
}

/// A part of a Bayer pattern: the letters of its first two rows, which go on for ever.
struct Sensor {
  const flowline_frame& frame;
  const char* letters;

  char colour(int64_t y, int64_t x) const {
    return letters[(y + frame.crop_y) % 2 * 2 + (x + frame.crop_x) % 2];
  }
  int value(int64_t y, int64_t x) const {
    const uint8_t* row = static_cast<const uint8_t*>(frame.data) +
                         (frame.crop_y + y) * frame.row_bytes + frame.crop_x;
    return row[x];
  }
  /// The mean of the neighbours of a colour: those beside the pixel, or else those at its corners.
  int mean(int64_t y, int64_t x, char wanted) const {
    if (colour(y, x) == wanted) return value(y, x);
    for (int corners = 0; corners < 2; corners++) {
      int sum = 0, number = 0;
      for (int64_t dy = -1; dy <= 1; dy++) {
        for (int64_t dx = -1; dx <= 1; dx++) {
          if ((std::abs(dy) + std::abs(dx)) != 1 + corners) continue;
          const int64_t row = mirrored(y + dy, frame.crop_height);
          const int64_t column = mirrored(x + dx, frame.crop_width);
          if (colour(row, column) != wanted) continue;
          sum += value(row, column);
          number++;
        }
      }
      if (number > 0) return (sum + number / 2) / number;
    }
    std::abort();
  }
};

}  // namespace

PlainImage plain_image(const flowline_frame& given) {
  flowline_frame frame = given;
  struct Format {
    int bytes, channels, bits;
    const char* order;
  };
  static const Format FORMATS[] = {{},
                                   {1, 1, 8, "0"},
                                   {2, 1, 16, "0"},
                                   {3, 3, 8, "012"},
                                   {3, 3, 8, "210"},
                                   {4, 3, 8, "012"},
                                   {4, 3, 8, "210"},
                                   {1, 3, 8, "RGGB"},
                                   {1, 3, 8, "GRBG"},
                                   {1, 3, 8, "GBRG"},
                                   {1, 3, 8, "BGGR"},
                                   {6, 3, 16, "012"}};
  const Format& format = FORMATS[frame.format];
  if (frame.row_bytes == 0) frame.row_bytes = frame.width * format.bytes;
  if (frame.crop_width == 0) {
    frame.crop_width = frame.width;
    frame.crop_height = frame.height;
  }
  PlainImage image = {frame.crop_height, frame.crop_width, format.channels,
                      format.bits,       frame.bits,       {}};
  for (int64_t y = 0; y < image.height; y++) {
    for (int64_t x = 0; x < image.width; x++) {
      const char* const pixel = static_cast<const char*>(frame.data) +
                                (frame.crop_y + y) * frame.row_bytes +
                                (frame.crop_x + x) * format.bytes;
      for (int c = 0; c < image.channels; c++) {
        uint16_t sample = 0;
        if (format.order[0] > '9') {
          const Sensor sensor = {frame, format.order};
          sample = static_cast<uint16_t>(sensor.mean(y, x, "RGB"[c]));
        } else if (format.bits == 8) {
          sample = static_cast<uint8_t>(pixel[format.order[c] - '0']);
        } else {
          std::memcpy(&sample, pixel + 2 * c, 2);
        }
        image.samples.push_back(sample);
      }
    }
  }
  return image;
}

std::vector<float> plain_preprocess(const PlainImage& image, const flowline_preprocessing& to) {
  std::vector<float> input;
  for (int c = 0; c < 3; c++) {
    const int channel = image.channels == 1 ? 0 : c;
    std::vector<float> scaled;
    if (image.bits == 8) {
      for (uint8_t level :
           resized(channel_of<uint8_t>(image, channel), image.height, image.width, to, sum8)) {
        scaled.push_back(static_cast<float>(level) / 255.0f);
      }
    } else {
      for (float sample :
           resized(channel_of<float>(image, channel), image.height, image.width, to, sum16)) {
        const int bits = image.used_bits == 0 ? to.bits : image.used_bits;
        const float white = static_cast<float>((1 << (bits == 0 ? 16 : bits)) - 1);
        const float part = sample / white;
        scaled.push_back(bits != 0 && part > 1.0f ? 1.0f : part);
      }
    }
    for (float value : scaled) input.push_back((value - to.mean[c]) / to.deviation[c]);
  }
  return input;
}
