/* Views of batches of images, with any strides; part of flowline.hpp. */
#ifndef FLOWLINE_TENSOR_HPP
#define FLOWLINE_TENSOR_HPP

#include <flowline/flowline.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "flowline/error.hpp"
#include "flowline/span.hpp"

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// The type of a tensor's elements.
enum class Type : int32_t {
  Float32 = FLOWLINE_FLOAT32,
  Float16 = FLOWLINE_FLOAT16,
  BFloat16 = FLOWLINE_BFLOAT16
};

/// The bits of a half-precision number, the element type of a Tensor over such memory.
enum class Float16 : uint16_t {};
enum class BFloat16 : uint16_t {};

/// The Type of tensors with such elements.
template <class Element>
struct TypeOf;
template <>
struct TypeOf<float> {
  static constexpr Type value = Type::Float32;
};
template <>
struct TypeOf<Float16> {
  static constexpr Type value = Type::Float16;
};
template <>
struct TypeOf<BFloat16> {
  static constexpr Type value = Type::BFloat16;
};

/// The sizes of a batch of images.
struct Shape {
  int64_t batch, channels, height, width;

  /// Returns how many elements a dense tensor of this shape has.
  size_t elements() const { return detail::count({batch, channels, height, width}); }
};

/// Distances in elements; all 0: dense, row-major.
struct Strides {
  int64_t batch = 0, channel = 0, row = 0, column = 0;

  /// A distance of 0 is meant, and reads the same elements again; see FLOWLINE_TENSOR_BROADCAST.
  bool broadcast = false;

  /// Returns the strides of a dense tensor (batch, height, width, channels).
  static Strides channels_last(const Shape& shape) {
    return {shape.height * shape.width * shape.channels, 1, shape.width * shape.channels,
            shape.channels, false};
  }
};

/// A view of a batch of images (batch, channels, height, width), of the context's device.
struct Tensor : flowline_tensor {
  /// first: element (0, 0, 0, 0), of the type `element`.
  Tensor(Type element, const void* first, const Shape& shape, const Strides& strides = {})
      : flowline_tensor{sizeof(flowline_tensor),
                        static_cast<int32_t>(element),
                        first,
                        shape.batch,
                        shape.channels,
                        shape.height,
                        shape.width,
                        strides.batch,
                        strides.channel,
                        strides.row,
                        strides.column,
                        strides.broadcast ? uint32_t{FLOWLINE_TENSOR_BROADCAST} : 0u,
                        0} {}

  /// first: a pointer to float, Float16 or BFloat16.
  template <class Element, Type = TypeOf<Element>::value>
  Tensor(const Element* first, const Shape& shape, const Strides& strides = {})
      : Tensor(TypeOf<Element>::value, first, shape, strides) {}

  /// All of a vector. Throws Error unless it has the shape's size.
  template <class Element, Type = TypeOf<Element>::value>
  Tensor(const std::vector<Element>& all, const Shape& shape)
      : Tensor(Span<const Element>(all).require_size("tensor", shape.elements()), shape) {}
  template <class Element, Type = TypeOf<Element>::value>
  Tensor(const std::vector<Element>&&, const Shape&) = delete;  // it would be gone before the view

  /// Returns the sizes of the tensor.
  Shape shape() const { return {batch, channels, height, width}; }
};

static_assert(sizeof(Tensor) == sizeof(flowline_tensor) &&
                  std::is_trivially_copyable<Tensor>::value,
              "an array of Tensor is passed on as an array of flowline_tensor");
static_assert(sizeof(Float16) == 2 && sizeof(BFloat16) == 2, "the elements of half precision");

}  // namespace v0
}  // namespace flowline
#endif
