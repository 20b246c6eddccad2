#ifndef FLOWLINE_TEST_FUZZ_LAYERS_HPP
#define FLOWLINE_TEST_FUZZ_LAYERS_HPP

#include <functional>
#include <memory>

#include "couplings.hpp"

// What the fuzzers of layers share.

constexpr int64_t MOST_LAYER_CHANNELS = 65536, MOST_STEPS = 1024;
constexpr int64_t MOST_WORK = int64_t{1} << 19;  // multiplications of a plain convolution here
constexpr double HUGE_NUMBER = 1e12;             // beyond, float32 may overflow on the way

inline const std::vector<flowline_context*>& layer_contexts() {
  static const Contexts made({{FLOWLINE_INSTRUCTION_SET_BASELINE, 1},
                              {FLOWLINE_INSTRUCTION_SET_BASELINE, 3},
                              {FLOWLINE_INSTRUCTION_SET_BEST, 1},
                              {FLOWLINE_INSTRUCTION_SET_BEST, 3},
                              {FLOWLINE_INSTRUCTION_SET_AVX2, 3}});
  return made.all;
}

/// Contexts whose layers give the same bits.
inline int kind_of(flowline_context* context) {
  return std::strstr(flowline_context_description(context), "SSE2") == nullptr ? 1 : 0;
}

inline bool are_of_one_set(flowline_context* a, flowline_context* b) {
  const auto name = [](flowline_context* context) {
    return std::strrchr(flowline_context_description(context), ',');
  };
  return std::strcmp(name(a), name(b)) == 0;
}

/// An array of so many floats, or of one if nobody is to read it.
struct Array {
  Array(Input& in, int64_t count) : shift(perhaps_shift(in)), layout(row(count)) {
    elements = std::make_unique<Elements>(in, layout, FLOWLINE_FLOAT32, shift);
    for (int64_t i = 0; i < count; i++) {
      finite &= std::isfinite(at(i));
      largest = std::max(largest, std::fabs(static_cast<double>(at(i))));
    }
  }
  static flowline_tensor row(int64_t count) {
    flowline_tensor tensor = {};
    tensor.batch = tensor.channels = tensor.height = 1;
    tensor.width = count;
    return tensor;
  }
  float at(int64_t i) const { return elements->at(i, FLOWLINE_FLOAT32); }
  const float* get() const { return static_cast<const float*>(elements->get()); }

  /// What it takes to be an argument.
  void judge(const float* given, Verdict* verdict) const {
    verdict->require(given == nullptr || (shift % 4 == 0 && finite));
  }

  int shift;
  Layout layout;
  std::unique_ptr<Elements> elements;
  bool finite = true;
  double largest = 0;
};

/// A tensor of so many channels side by side, if its bytes do not say otherwise.
inline flowline_tensor any_pixels(Input& in, int64_t batch, int64_t channels) {
  const bool wide = in.byte() % 8 == 7;
  flowline_tensor t = any_tensor(in, batch, 1, wide ? 150 : 13);
  if (wide) t.height = 1 + t.height % 9;
  if (in.rarely()) return t;
  t.channels = in.perhaps_wild(channels);
  const int64_t gap = in.often() ? 0 : in.byte() % 4;
  const auto times = [](int64_t a, int64_t b) {
    int64_t product;
    return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
  };
  t.flags = 0;
  t.channel_stride = in.perhaps_wild(1);
  t.column_stride = times(t.channels, 1) > MOST_PIXELS ? t.channels : t.channels + gap;
  t.row_stride = times(t.width, t.column_stride);
  t.batch_stride = times(t.height, t.row_stride);
  if (in.rarely()) {  // one row for all
    t.row_stride = 0;
    t.flags = FLOWLINE_TENSOR_BROADCAST;
  }
  return t;
}

inline void require_pixels(const Operand& x, int64_t channels, Verdict* verdict) {
  verdict->require(x.tensor.channels == channels);
  verdict->require(channels == 1 || !x.layout.valid || x.layout.stride[1] == 1);
}

/// Pixels of so many channels, as many as those of x, if the bytes do not say otherwise. Returns false
/// if they would be too far apart.
inline bool as_many_pixels(Input& in, const flowline_tensor& x, int64_t channels,
                           flowline_tensor* like) {
  *like = any_pixels(in, x.batch, channels);
  if (in.rarely()) return true;
  like->height = x.height;
  like->width = x.width;
  like->channels = channels;
  if (like->channel_stride != 1 || like->flags != 0) return true;
  like->column_stride = std::max(like->column_stride, channels);
  return !__builtin_mul_overflow(like->width, like->column_stride, &like->row_stride) &&
         !__builtin_mul_overflow(like->height, like->row_stride, &like->batch_stride);
}

/// Image n as (height, width, channels), dense.
inline std::vector<float> image_of(const Operand& x, int64_t n) {
  const flowline_tensor& t = x.tensor;
  std::vector<float> image;
  for (int64_t i = 0; i < t.height * t.width; i++) {
    for (int64_t c = 0; c < t.channels; c++) image.push_back(x.at(n, c, i / t.width, i % t.width));
  }
  return image;
}

inline double largest_of(const std::vector<float>& values) {
  double largest = 0;
  for (float value : values) {
    if (std::isnan(value)) return INFINITY;
    largest = std::max(largest, std::fabs(static_cast<double>(value)));
  }
  return largest;
}

/// What products of numbers of these sizes lose where they are denormal.
inline double lost(double weights, double inputs, int64_t channels) {
  return 1e-37 + 1e-40 * (weights + inputs) * static_cast<double>(channels);
}

/// Structures side by side, each of the size that the first states, and nothing behind the last.
template <class Struct>
class StructArray {
 public:
  StructArray(Input& in, const std::vector<Struct>& structs, Verdict* verdict) {
    uint32_t size = sizeof(Struct);
    if (in.rarely()) size += 8 * (in.byte() % 4);
    bytes_ = std::make_unique<Exact<char>>(static_cast<int64_t>(size * structs.size()));
    std::memset(bytes_->get(), 0, bytes_->bytes());
    for (size_t i = 0; i < structs.size(); i++) {
      Struct one = structs[i];
      one.struct_size = size;
      if (i > 0 && in.rarely()) {
        one.struct_size = in.perhaps_wild32(in.byte());
        verdict->require(one.struct_size == size);
      }
      std::memcpy(bytes_->get() + i * size, &one, sizeof one);
      if (size > sizeof one && in.rarely()) {
        (*bytes_)[static_cast<int64_t>((i + 1) * size - 1)] = 1;
        verdict->must_fail = true;
      }
    }
    if (structs.size() == 1 && in.rarely()) {
      const uint32_t shorter = in.byte() % sizeof(Struct);
      std::memcpy(bytes_->get(), &shorter, sizeof shorter);
      verdict->must_fail = true;
    }
  }
  const Struct* get() const { return reinterpret_cast<const Struct*>(bytes_->get()); }

 private:
  std::unique_ptr<Exact<char>> bytes_;
};

/// What the entries of a layer share: made in every context, and asked by every one of its set.
template <class Layer, class Create, class Destroy>
struct Made {
  Made(Input& in, const Create& create, Destroy* destroy, Verdict* verdict)
      : destroy_(destroy), handles(layer_contexts().size()) {
    const bool no_context = in.rarely(), no_handle = in.rarely();
    const int shift = perhaps_shift(in);
    Exact<Layer*> made(1, shift);
    verdict->require(!no_context && !no_handle && made.aligned());
    for (size_t i = 0; i < handles.size(); i++) {
      Layer** const to = no_handle ? nullptr : made.get();
      const flowline_status status = create(no_context ? nullptr : layer_contexts()[i], to);
      expect(status, *verdict);
      if (no_handle || !made.aligned()) continue;
      EXPECT((status == FLOWLINE_OK) == (made[0] != nullptr));
      handles[i] = made[0];
    }
    destroy(nullptr);
  }
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;
  ~Made() {
    for (Layer* handle : handles) destroy_(handle);
  }

  Destroy* destroy_;
  std::vector<Layer*> handles;
};

/// Two contexts of other instruction sets, if there are, do not share a layer.
template <class Layer, class Forward>
void expect_foreign_layer_refused(const std::vector<Layer*>& made, const Forward& forward) {
  const auto& contexts = layer_contexts();
  const flowline_status status = forward(contexts.back(), made.front());
  const bool alike = are_of_one_set(contexts.front(), contexts.back());
  EXPECT(status == (alike ? FLOWLINE_OK : FLOWLINE_INVALID_ARGUMENT));
  if (!alike) EXPECT(std::strstr(flowline_last_error(), "was made for") != nullptr);
}

#endif
