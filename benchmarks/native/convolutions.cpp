// The convolutions of U-Flow's 3 x 3 couplings over ResNet-18: by Winograd, directly (rows of 3 x 3
// neighbourhoods times the weights, by the same product), and by LibTorch if it is there.
#include <algorithm>
#include <cstring>
#include <memory>

#include "convolution/winograd.hpp"
#include "libtorch.hpp"
#include "parts.hpp"

using namespace flowline;

namespace {

struct Shape {
  int64_t side, inputs, outputs, pixel;  // pixel: elements from one pixel of the input to the next
  std::string name() const {
    return std::to_string(side) + "-" + std::to_string(inputs) + "-" + std::to_string(outputs);
  }
};

// Of the finest scale on: from the passive half to as many hidden channels, from those to two
// values for each of the active half.
std::vector<Shape> shapes() {
  std::vector<Shape> all;
  for (const int64_t input : {448, 256}) {
    for (const auto& [part, channels] : {std::pair<int64_t, int64_t>{4, 84}, {8, 160}, {16, 256}}) {
      const int64_t half = channels / 2, side = input / part;
      all.push_back({side, half, half, channels});
      all.push_back({side, half, channels, half});
    }
  }
  return all;
}

struct Data {
  Shape shape;
  std::vector<float> image, weights, bias, output;
  explicit Data(const Shape& of)
      : shape(of),
        image(normal_numbers(of.side * of.side * of.pixel, 1)),
        weights(normal_numbers(of.outputs * of.inputs * 9, 2)),
        bias(normal_numbers(of.outputs, 3)),
        output(of.side * of.side * of.outputs) {}
  PixelMap input() {
    return {image.data(), shape.side, shape.side, shape.inputs, shape.side * shape.pixel,
            shape.pixel};
  }
  PixelMap out(int64_t y, int64_t x) {
    float* const at = output.data() + (y * shape.side + x) * shape.outputs;
    return {at, shape.side, shape.side, shape.outputs, shape.side * shape.outputs, shape.outputs};
  }
};

Part winograd_part(const std::shared_ptr<Data>& data, const Kernels& kernels) {
  const Shape shape = data->shape;
  WorkerPool alone(1);
  auto winograd = std::make_shared<Winograd>(kernels, shape.inputs, shape.outputs,
                                             data->weights.data(), data->bias.data(), alone);
  auto workspace = std::make_shared<Winograd::Workspace>();
  winograd->reserve(shape.side, shape.side, *workspace);
  return {"winograd-" + shape.name(), "direct-" + shape.name(), shape.side * shape.side, [=] {
            const Blocks blocks(shape.side, shape.side, 1);
            for (int64_t i = 0; i < blocks.count(); i++) {
              const Block block = blocks[i];
              winograd->run(data->input(), block, true, data->out(block.y, block.x), *workspace);
            }
          }};
}

// A row of the image at a time.
Part direct_part(const std::shared_ptr<Data>& data, const Kernels& kernels) {
  const Shape shape = data->shape;
  const int64_t depth = 9 * shape.inputs;
  WorkerPool alone(1);
  auto panels = std::make_shared<Panels>(
      kernels, 1, depth, shape.outputs, data->bias.data(), alone,
      [&](int64_t row, int64_t column, int64_t count, float* to, int64_t) {
        const int64_t tap = row / shape.inputs, input = row % shape.inputs;
        for (int64_t i = 0; i < count; i++) {
          to[i] = data->weights[((column + i) * shape.inputs + input) * 9 + tap];
        }
        std::fill(to + count, to + kernels.lanes, 0.0f);
      });
  auto neighbours = std::make_shared<std::vector<float>>(shape.side * depth);
  return {
      "direct-" + shape.name(), "", shape.side * shape.side, [=, &kernels] {
        for (int64_t y = 0; y < shape.side; y++) {
          for (int64_t i = 0; i < shape.side * 9; i++) {
            const int64_t row = y + i % 9 / 3 - 1, column = i / 9 + i % 3 - 1;
            float* const to = neighbours->data() + i * shape.inputs;
            const size_t bytes = static_cast<size_t>(shape.inputs) * sizeof(float);
            if (row < 0 || column < 0 || row >= shape.side || column >= shape.side) {
              std::memset(to, 0, bytes);
            } else {
              std::memcpy(to, data->input().at(row, column), bytes);
            }
          }
          for (const Panels::Panel& panel : panels->all()) {
            kernels.multiply({neighbours->data(), depth, shape.side, depth, panels->of(panel, 0),
                              panel.vectors, data->out(y, 0).data + panel.column, shape.outputs,
                              panel.last, panels->bias(panel), true});
          }
        }
      }};
}

Part libtorch_part(const std::shared_ptr<Data>& data, const std::shared_ptr<LibTorch>& torch) {
  const Shape s = data->shape;
  const LibTorch::Tensor image =
      torch->tensor(data->image.data(), {1, s.inputs, s.side, s.side},
                    {s.side * s.side * s.pixel, 1, s.side * s.pixel, s.pixel});
  const LibTorch::Tensor weights =
      torch->tensor(data->weights.data(), {s.outputs, s.inputs, 3, 3}, {s.inputs * 9, 9, 3, 1});
  const LibTorch::Tensor bias = torch->tensor(data->bias.data(), {s.outputs}, {1});
  return {"libtorch-" + s.name(), "winograd-" + s.name(), s.side * s.side,
          [=] { torch->remove(torch->convolve(image, weights, bias, 3)); }};
}

}  // namespace

std::vector<Part> convolution_parts(const Kernels& kernels, const std::string& libtorch) {
  const std::shared_ptr<LibTorch> torch = LibTorch::of(libtorch);
  std::vector<Part> parts;
  for (const Shape& shape : shapes()) {
    auto data = std::make_shared<Data>(shape);
    parts.push_back(direct_part(data, kernels));
    parts.push_back(winograd_part(data, kernels));
    if (torch != nullptr) parts.push_back(libtorch_part(data, torch));
  }
  return parts;
}
