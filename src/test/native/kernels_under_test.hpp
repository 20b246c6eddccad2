#ifndef FLOWLINE_TEST_KERNELS_UNDER_TEST_HPP
#define FLOWLINE_TEST_KERNELS_UNDER_TEST_HPP

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "check.hpp"
#include "kernels/kernels.hpp"

/// Every instruction set that this processor has.
inline std::vector<const flowline::Kernels*> every_set() {
  std::vector<const flowline::Kernels*> sets;
  for (int32_t set = FLOWLINE_INSTRUCTION_SET_BASELINE; set <= FLOWLINE_INSTRUCTION_SET_NEON;
       set++) {
    const flowline::Kernels* kernels = flowline::kernels_of(set);
    if (kernels != nullptr) sets.push_back(kernels);
  }
  CHECK(!sets.empty());
  return sets;
}

/// The seed is the program's argument, else 1; it is printed.
inline std::mt19937 seeded(int count, char** arguments) {
  const unsigned seed =
      count > 1 ? static_cast<unsigned>(std::strtoul(arguments[1], nullptr, 10)) : 1;
  std::printf("seed %u, sets", seed);
  for (const flowline::Kernels* kernels : every_set()) std::printf(" %s", kernels->name);
  std::printf("\n");
  return std::mt19937(seed);
}

inline int64_t between(std::mt19937& random, int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random);
}

/// Elements that begin one element beyond what malloc aligns to, and end where its block ends, so
/// that a vector read too far is one that a sanitizer sees.
template <class Element>
class Unaligned {
 public:
  explicit Unaligned(int64_t count) : elements_(static_cast<size_t>(count) + 1) {}
  Element* data() { return elements_.data() + 1; }
  const Element* data() const { return elements_.data() + 1; }
  int64_t size() const { return static_cast<int64_t>(elements_.size()) - 1; }
  Element& operator[](int64_t i) { return data()[i]; }
  Element operator[](int64_t i) const { return data()[i]; }
  bool operator==(const Unaligned& other) const { return elements_ == other.elements_; }

 private:
  std::vector<Element> elements_;
};

/// How an image lies in memory.
enum class Layout {
  DENSE,
  PADDED_ROWS,
  CHANNELS_LAST,
  CHANNELS_LAST_SLICE,
  TRANSPOSED,
  EVERY_SECOND
};
constexpr Layout EVERY_LAYOUT[] = {Layout::DENSE,         Layout::PADDED_ROWS,
                                   Layout::CHANNELS_LAST, Layout::CHANNELS_LAST_SLICE,
                                   Layout::TRANSPOSED,    Layout::EVERY_SECOND};

inline flowline::Image image_with(Layout layout, int64_t channels, int64_t height, int64_t width) {
  flowline::Image image = {FLOWLINE_FLOAT32, nullptr, channels, height, width,
                           height * width,   width,   1};
  switch (layout) {
    case Layout::DENSE:
      break;
    case Layout::PADDED_ROWS:
      image.row_stride = width + 3;
      image.channel_stride = height * image.row_stride + 5;
      break;
    case Layout::CHANNELS_LAST:
    case Layout::CHANNELS_LAST_SLICE:
      image.channel_stride = 1;
      image.column_stride = channels + (layout == Layout::CHANNELS_LAST ? 0 : 3);
      image.row_stride = width * image.column_stride;
      break;
    case Layout::TRANSPOSED:
      image.column_stride = height;
      image.row_stride = 1;
      break;
    case Layout::EVERY_SECOND:
      image.column_stride = 2;
      image.row_stride = 2 * width;
      image.channel_stride = 2 * height * width;
      break;
  }
  return image;
}

inline int64_t place(const flowline::Image& image, int64_t c, int64_t y, int64_t x) {
  return c * image.channel_stride + y * image.row_stride + x * image.column_stride;
}

/// Elements from the first to the last, both included.
inline int64_t extent(const flowline::Image& image) {
  return place(image, image.channels - 1, image.height - 1, image.width - 1) + 1;
}

#endif
