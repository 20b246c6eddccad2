#ifndef FLOWLINE_TEST_FUZZ_TENSORS_HPP
#define FLOWLINE_TEST_FUZZ_TENSORS_HPP

#include <cmath>

#include "input.hpp"

constexpr int64_t MOST_PIXELS = int64_t{1} << 28;
constexpr int64_t MOST_HELD = 1 << 15;  // elements of a tensor here

inline float float_of_half(uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  float value;
  if (exponent == 31) {
    value = fraction == 0 ? INFINITY : NAN;
  } else if (exponent == 0) {
    value = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    value = std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
  }
  return bits & 0x8000 ? -value : value;
}

inline float float_of_brain(uint16_t bits) {
  const uint32_t wide = uint32_t{bits} << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

/// A tensor's four sizes and what they come to, as the header says it.
struct Layout {
  int64_t size[4];    // batch, channels, height, width
  int64_t stride[4];  // elements, filled in
  bool valid;         // sizes and strides are within the contract
  bool held;          // and it is small enough to be held here
  int64_t extent;     // elements from the first to the last

  explicit Layout(const flowline_tensor& t)
      : size{t.batch, t.channels, t.height, t.width},
        stride{t.batch_stride, t.channel_stride, t.row_stride, t.column_stride} {
    valid = t.batch >= 1 && t.batch <= int64_t{1} << 30 && t.channels >= 1 &&
            t.channels <= MOST_PIXELS && t.height >= 1 && t.height <= MOST_PIXELS && t.width >= 1 &&
            t.width <= MOST_PIXELS && t.height * t.width <= MOST_PIXELS &&
            *std::min_element(stride, stride + 4) >= 0;
    const bool all_zero = std::all_of(stride, stride + 4, [](int64_t s) { return s == 0; });
    const bool dense = all_zero && t.flags == 0;
    for (int i = 0; i < 4 && !dense && t.flags == 0; i++) valid &= stride[i] != 0 || size[i] == 1;
    held = false;
    extent = 0;
    if (!valid) return;
    if (dense) {
      stride[3] = 1;
      stride[2] = t.width;
      stride[1] = t.width * t.height;
      stride[0] = 0;
      if (__builtin_mul_overflow(stride[1], t.channels, &stride[0])) return;
    }
    __int128 last = 0, elements = 1;
    for (int i = 0; i < 4; i++) {
      last += static_cast<__int128>(stride[i]) * (size[i] - 1);
      elements *= size[i];
    }
    held = last < MOST_HELD && elements <= MOST_HELD && t.batch <= 80;
    extent = held ? static_cast<int64_t>(last) + 1 : 0;
  }

  int64_t at(int64_t n, int64_t c, int64_t y, int64_t x) const {
    return n * stride[0] + c * stride[1] + y * stride[2] + x * stride[3];
  }

  /// Each dimension steps over all that the finer ones span: what a library can see at a glance to
  /// be without overlap.
  bool nested() const {
    int order[4] = {0, 1, 2, 3};
    std::sort(order, order + 4, [this](int a, int b) { return stride[a] < stride[b]; });
    int64_t span = 0;
    for (int i : order) {
      if (size[i] > 1 && stride[i] <= span) return false;
      if (size[i] > 1) span += stride[i] * (size[i] - 1);
    }
    return true;
  }

  /// No two elements lie at one place, which this finds out by marking them.
  bool apart() const {
    std::vector<char> taken(extent);
    for (int64_t n = 0; n < size[0]; n++) {
      for (int64_t c = 0; c < size[1]; c++) {
        for (int64_t y = 0; y < size[2]; y++) {
          for (int64_t x = 0; x < size[3]; x++) {
            if (taken[at(n, c, y, x)]++ != 0) return false;
          }
        }
      }
    }
    return true;
  }
};

/// Sizes and strides of every kind: dense, channels last, with gaps, repeated, wild.
inline flowline_tensor any_tensor(Input& in, int64_t batch, int64_t most_channels,
                                  int64_t most_side) {
  flowline_tensor t = {};
  t.struct_size = sizeof t;
  t.batch = in.perhaps_wild(batch);
  t.channels = in.perhaps_wild(in.among(1, most_channels));
  t.height = in.perhaps_wild(in.among(1, most_side));
  t.width = in.perhaps_wild(in.among(1, most_side));
  const int64_t gap = in.byte() % 4;
  const auto times = [](int64_t a, int64_t b) {
    int64_t product;
    return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
  };
  switch (in.byte() % 8) {
    case 1:  // channels last
      t.channel_stride = 1;
      t.column_stride = t.channels;
      t.row_stride = times(t.width, t.column_stride);
      t.batch_stride = times(t.height, t.row_stride);
      break;
    case 2:  // rows, planes and images with gaps
      t.column_stride = 1;
      t.row_stride = times(t.width, 1) > MOST_PIXELS ? t.width : t.width + gap;
      t.channel_stride = times(t.height, t.row_stride);
      t.batch_stride = times(t.channels, t.channel_stride);
      break;
    case 3:  // every second column, transposed
      t.row_stride = 2;
      t.column_stride = times(2, t.height);
      t.channel_stride = times(t.width, t.column_stride);
      t.batch_stride = times(t.channels, t.channel_stride);
      break;
    case 4:  // one image for the whole batch, one row for all
      t.column_stride = 1;
      t.row_stride = in.often() ? 0 : t.width;
      t.channel_stride = times(t.height, t.width);
      t.flags = FLOWLINE_TENSOR_BROADCAST;
      break;
    case 5:
      t.batch_stride = in.perhaps_wild(in.among(0, 64));
      t.channel_stride = in.perhaps_wild(in.among(0, 64));
      t.row_stride = in.perhaps_wild(in.among(0, 64));
      t.column_stride = in.perhaps_wild(in.among(0, 64));
      break;
    default:
      break;
  }
  return t;
}

/// Whether a structure was given that is too short to have the tensor's strides and flags.
inline bool is_shorter(const Given<flowline_tensor>& given, const flowline_tensor& tensor) {
  return !given.is_null() && std::memcmp(&given.known.type, &tensor.type, sizeof tensor - 4) != 0;
}

/// The memory of a tensor, of exactly its extent, filled with a kind of numbers.
class Elements {
 public:
  Elements(Input& in, const Layout& layout, int32_t type, int shift)
      : width_(type == FLOWLINE_FLOAT32 ? 4 : 2),
        memory_(layout.extent * width_, shift),
        aligned_(shift % width_ == 0) {
    const uint8_t kind = in.byte() % 6;
    uint32_t state = in.bits<uint16_t>() + 1;
    for (int64_t i = 0; i < layout.extent; i++) {
      state = state * 1664525u + 1013904223u;
      const float noise = static_cast<float>(static_cast<int32_t>(state)) * 0x1p-30f;  // -2 to 2
      const float small = static_cast<float>(static_cast<int32_t>(state) >> 29);       // -4 to 3
      const float value = kind == 0   ? noise
                          : kind == 1 ? small
                          : kind == 2 ? noise * 0x1p-70f
                          : kind == 3 ? noise * 0x1p62f
                                      : 0.0f;
      if (kind == 4) {
        put_bits(i, in.bits<uint32_t>());
      } else {
        put(i, type, value);
      }
    }
    for (int patches = in.byte() % 4; patches > 0 && layout.extent > 0; patches--) {
      put_bits(in.bits<uint16_t>() % layout.extent, in.bits<uint32_t>());
    }
  }

  void* get() const { return memory_.get(); }
  bool aligned() const { return aligned_; }

  float at(int64_t i, int32_t type) const {
    uint16_t bits;
    float value;
    if (type == FLOWLINE_FLOAT32) {
      std::memcpy(&value, memory_.get() + 4 * i, 4);
      return value;
    }
    std::memcpy(&bits, memory_.get() + 2 * i, 2);
    return type == FLOWLINE_FLOAT16 ? float_of_half(bits) : float_of_brain(bits);
  }

 private:
  void put_bits(int64_t i, uint32_t bits) {
    std::memcpy(memory_.get() + i * width_, &bits, width_);
  }
  void put(int64_t i, int32_t type, float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    if (type == FLOWLINE_BFLOAT16) bits >>= 16;
    if (type == FLOWLINE_FLOAT16) {  // the exponent's rest is cut off; any half will do
      const int exponent = std::min(std::max(static_cast<int>(bits >> 23 & 255) - 112, 0), 30);
      bits = (bits >> 16 & 0x8000) | static_cast<uint32_t>(exponent) << 10 | (bits >> 13 & 1023);
    }
    put_bits(i, bits);
  }

  int width_;
  Exact<char> memory_;
  bool aligned_;
};

#endif
