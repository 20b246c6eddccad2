#ifndef FLOWLINE_BENCHMARK_PARTS_HPP
#define FLOWLINE_BENCHMARK_PARTS_HPP

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "fields.hpp"
#include "kernels/kernels.hpp"

/// Something that is measured.
struct Part {
  std::string name;
  std::string baseline;  ///< the part whose time it is compared with; "" for none
  int64_t pixels;        ///< of one invocation
  std::function<void()> run;
  bool one_thread = true;  ///< whose processor time is taken; else the time that passes
};

/// The parts that take a field.
std::vector<Part> parts_of_field(const Field& field, const flowline::Kernels& kernels,
                                 int32_t instruction_set);

/// flowline_segment on white noise at the shapes of real models, output 256 x 256.
std::vector<Part> segment_parts(int32_t instruction_set);

/// flowline_preprocess of frames of 1024 x 1024 and 2448 x 2048 pixels, to 448 x 448.
std::vector<Part> frame_parts(int32_t instruction_set);

/// The convolutions of 3 x 3 of U-Flow over ResNet-18, at 448 and 256: direct-S, winograd-S and, if
/// there is a LibTorch (the path of libtorch_cpu.so), libtorch-S; S: side-inputs-outputs.
std::vector<Part> convolution_parts(const flowline::Kernels& kernels, const std::string& libtorch);

/// U-Flow's steps over ResNet-18, step-S with S: side-channels-kernel, and all of it, flow-I-T with I:
/// side of the input, T: threads; if there is a LibTorch, libtorch-step-S and libtorch-flow-I-T.
/// only: the one step-S that is made; "": all.
std::vector<Part> flow_parts(const flowline::Kernels& kernels, const std::string& libtorch,
                             const std::string& only);

/// A linear layer, attention with talking heads and the gradients of a stage, of one thread.
std::vector<Part> layer_parts(int32_t instruction_set);

#endif
