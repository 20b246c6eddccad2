#ifndef FLOWLINE_TEST_RANDOM_TENSORS_HPP
#define FLOWLINE_TEST_RANDOM_TENSORS_HPP

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "flowline/flowline.h"

/// A tensor and the memory that it lies in.
struct OwnTensor {
  std::vector<uint64_t> memory;
  flowline_tensor tensor = {};

  int64_t bytes() const { return static_cast<int64_t>(memory.size() * sizeof(uint64_t)); }
};

/// Puts scales into the order of a call. They may be moved: their memory stays where it is.
inline void finest_first(std::vector<OwnTensor>* scales) {
  std::stable_sort(scales->begin(), scales->end(), [](const OwnTensor& a, const OwnTensor& b) {
    return a.tensor.height * a.tensor.width > b.tensor.height * b.tensor.width;
  });
}

/// How a tensor's elements lie in memory. Those of BROADCAST along one dimension are one element:
/// the value that was put there last.
enum class Layout { DENSE, CHANNELS_LAST, PADDED, PERMUTED, BROADCAST };
constexpr int64_t LAYOUTS_TO_WRITE = 4;  ///< the first, which give every element its own address
constexpr int64_t LAYOUTS = 5;

class RandomTensors {
 public:
  explicit RandomTensors(uint64_t seed) : random_(seed) {}

  int64_t below(int64_t bound) { return static_cast<int64_t>(random_() % bound); }
  double uniform() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
  float normal() { return normal_(random_); }

  /// value(batch, channel, row, column) at every element, rounded to the type.
  template <class Value>
  OwnTensor make(int32_t type, Layout layout, int64_t batch, int64_t channels, int64_t height,
                 int64_t width, Value&& value) {
    OwnTensor own;
    flowline_tensor& tensor = own.tensor;
    tensor.struct_size = sizeof tensor;
    tensor.type = type;
    tensor.batch = batch;
    tensor.channels = channels;
    tensor.height = height;
    tensor.width = width;
    const int64_t pad = layout == Layout::PADDED ? 1 + below(3) : 0;
    if (layout == Layout::CHANNELS_LAST) {
      tensor.channel_stride = 1;
      tensor.column_stride = channels;
      tensor.row_stride = width * channels;
      tensor.batch_stride = height * tensor.row_stride;
    } else if (layout == Layout::PERMUTED) {
      lay_out(
          {&tensor.row_stride, &tensor.batch_stride, &tensor.column_stride, &tensor.channel_stride},
          {height, batch, width, channels});
    } else {
      tensor.column_stride = 1 + pad;
      tensor.row_stride = (width + pad) * tensor.column_stride;
      tensor.channel_stride = (height + pad) * tensor.row_stride;
      tensor.batch_stride = channels * tensor.channel_stride;
    }
    if (layout == Layout::BROADCAST) {
      int64_t* const strides[] = {&tensor.batch_stride, &tensor.channel_stride, &tensor.row_stride,
                                  &tensor.column_stride};
      // All four at 0 would be a dense tensor.
      *strides[below(4)] = 0;
      tensor.flags = FLOWLINE_TENSOR_BROADCAST;
    }
    const int64_t size = type == FLOWLINE_FLOAT32 ? 4 : 2;
    const int64_t elements = batch * channels * (height + pad) * (width + pad) * (1 + pad);
    own.memory.assign(static_cast<size_t>(elements * size / 8 + 1), 0);
    char* const data = reinterpret_cast<char*>(own.memory.data());
    tensor.data = data;
    for (int64_t n = 0; n < batch; n++) {
      for (int64_t c = 0; c < channels; c++) {
        for (int64_t y = 0; y < height; y++) {
          for (int64_t x = 0; x < width; x++) {
            const int64_t at = n * tensor.batch_stride + c * tensor.channel_stride +
                               y * tensor.row_stride + x * tensor.column_stride;
            put(type, value(n, c, y, x), data + at * size);
          }
        }
      }
    }
    return own;
  }

 private:
  /// Strides of dimensions in an order that is drawn, without gaps.
  void lay_out(std::array<int64_t*, 4> strides, std::array<int64_t, 4> sizes) {
    std::array<int, 4> order = {0, 1, 2, 3};
    std::shuffle(order.begin(), order.end(), random_);
    int64_t stride = 1;
    for (int dimension : order) {
      *strides[static_cast<size_t>(dimension)] = stride;
      stride *= sizes[static_cast<size_t>(dimension)];
    }
  }

  static void put(int32_t type, float value, char* to) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    if (type == FLOWLINE_FLOAT32) {
      std::memcpy(to, &bits, 4);
      return;
    }
    uint16_t half = static_cast<uint16_t>(bits >> 16);  // cut off, not rounded: any value will do
    if (type == FLOWLINE_FLOAT16) {
      const int32_t exponent = static_cast<int32_t>(bits >> 23 & 255) - 127 + 15;
      const uint32_t sign = bits >> 16 & 0x8000;
      const uint32_t digits = bits >> 13 & 0x3ff;
      const uint32_t size = exponent >= 31  ? 0x7c00 | (exponent > 31 && digits ? 1u : 0u)
                            : exponent <= 0 ? digits >> 3
                                            : static_cast<uint32_t>(exponent) << 10 | digits;
      half = static_cast<uint16_t>(sign | size);
    }
    std::memcpy(to, &half, 2);
  }

  std::mt19937_64 random_;
  std::normal_distribution<float> normal_;
};

#endif
