#include "flow/step_gradients.hpp"

#include <algorithm>

namespace flowline {
namespace {

int64_t passed_of(const FlowStepParameters& step) { return step.channels - step.channels / 2; }
int64_t outputs_of(const FlowStepParameters& step) { return step.channels / 2 * 2; }

// Zeros, (rows, width).
float* cleared(Buffer<float>& buffer, int64_t rows, int64_t width) {
  buffer.reserve(static_cast<size_t>(rows * width));
  std::fill_n(buffer.data(), rows * width, 0.0f);
  return buffer.data();
}

void add_rows(const float* sums, int64_t rows, std::vector<double>* onto) {
  const int64_t width = static_cast<int64_t>(onto->size());
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t i = 0; i < width; i++) {
      (*onto)[static_cast<size_t>(i)] += static_cast<double>(sums[row * width + i]);
    }
  }
}

void add_onto(const double* sums, int64_t count, float* array) {
  for (int64_t i = 0; array != nullptr && i < count; i++) {
    array[i] = static_cast<float>(static_cast<double>(array[i]) + sums[i]);
  }
}

}  // namespace

int64_t whole_vectors(const Kernels& kernels, int64_t channels) {
  return (channels + kernels.lanes - 1) / kernels.lanes * kernels.lanes;
}

void reserve_pixels(const Kernels& kernels, int64_t pixels, int64_t channels,
                    Buffer<float>* buffer) {
  reserve_aligned(*buffer, pixels * whole_vectors(kernels, channels));
}

PixelMaps room_for(const Kernels& kernels, const PixelMaps& like, int64_t channels,
                   Buffer<float>* buffer) {
  const int64_t stride = whole_vectors(kernels, channels);
  reserve_pixels(kernels, like.rows() * like.width, channels, buffer);
  return PixelMaps::dense(aligned(buffer->data()), like.images, like.height, like.width, channels,
                          stride);
}

void StepGradientSums::begin(const Kernels& kernels, const FlowStepParameters& of) {
  first_.begin(kernels, of.side, passed_of(of), of.hidden);
  second_.begin(kernels, of.side, of.hidden, outputs_of(of));
  of_coupling_.assign(static_cast<size_t>(2 * of.channels + outputs_of(of)), 0.0);
  of_hidden_.assign(static_cast<size_t>(of.hidden), 0.0);
  channels_ = of.channels;
}

void StepGradientSums::onto(const StepGradientArrays& arrays, WorkerPool& pool) const {
  if (arrays.first != nullptr) first_.onto(arrays.first, pool);
  if (arrays.second != nullptr) second_.onto(arrays.second, pool);
  const double* const of_gain = of_coupling_.data();
  add_onto(of_gain, channels_, arrays.gain);
  add_onto(of_gain + channels_, channels_, arrays.offset);
  add_onto(of_gain + 2 * channels_, channels_ / 2 * 2, arrays.second_bias);
  add_onto(of_hidden_.data(), static_cast<int64_t>(of_hidden_.size()), arrays.first_bias);
}

StepGradients::StepGradients(const Kernels& kernels, const FlowStepParameters& of, WorkerPool& pool)
    : kernels_(kernels),
      first_(kernels, of.side, of.hidden, passed_of(of),
             ConvolutionWeights::of(of.first, passed_of(of), of.side).backward(), nullptr, pool),
      second_(kernels, of.side, outputs_of(of), of.hidden,
              ConvolutionWeights::of(of.second, of.hidden, of.side).backward(), nullptr, pool) {}

void StepGradients::reserve(const FlowStep& step, int64_t pixels, int64_t rows,
                            Workspace& workspace) const {
  reserve_pixels(kernels_, pixels, step.outputs(), &workspace.of_subnet_);
  reserve_pixels(kernels_, pixels, step.hidden(), &workspace.of_hidden_);
  reserve_pixels(kernels_, pixels, step.passed(), &workspace.of_passed_);
  const int64_t of_row = std::max(2 * step.channels() + step.outputs(), step.hidden());
  workspace.sums_.reserve(static_cast<size_t>(rows * of_row));
}

void StepGradients::couple(const FlowStep& step, const StepTrace& trace, const PixelMaps& of_output,
                           const double* of_log_det, const PixelMaps& of_x,
                           const PixelMaps& of_subnet, StepGradientSums* sums, WorkerPool& pool,
                           Workspace& workspace) const {
  const PixelMaps &x = trace.x, &subnet = trace.subnet;
  const int64_t channels = step.channels();
  const int64_t width = static_cast<int64_t>(sums->of_coupling_.size());
  float* const of_rows = cleared(workspace.sums_, x.rows(), width);
  workspace.scratch_.resize(static_cast<size_t>(pool.threads()));
  for (Buffer<float>& scratch : workspace.scratch_) {
    scratch.reserve(static_cast<size_t>(2 * channels));
  }
  auto body = [&](int64_t row, int worker) {
    Buffer<float>& scratch = workspace.scratch_[static_cast<size_t>(worker)];
    kernels_.couple_gradients(
        {&step.affine(), step.source(), channels, x.width, x.row(row), x.column_stride,
         subnet.row(row), subnet.column_stride, of_output.row(row), of_output.column_stride,
         static_cast<float>(of_log_det[row / x.height]), of_x.row(row), of_x.column_stride,
         of_subnet.row(row), of_subnet.column_stride, of_rows + row * width, scratch.data()});
  };
  pool.run(x.rows(), body);
  add_rows(of_rows, x.rows(), &sums->of_coupling_);
  double of_all = 0.0;
  for (int64_t image = 0; image < x.images; image++) of_all += of_log_det[image];
  of_all *= static_cast<double>(x.height * x.width);  // of height * width * ln gain
  for (int64_t c = 0; c < channels; c++) {
    sums->of_coupling_[static_cast<size_t>(c)] +=
        of_all / static_cast<double>(step.affine().gain[c]);
  }
}

void StepGradients::rectify(const PixelMaps& hidden, const PixelMaps& of_hidden,
                            StepGradientSums* sums, WorkerPool& pool, Workspace& workspace) const {
  float* const of_rows = cleared(workspace.sums_, hidden.rows(), hidden.channels);
  auto body = [&](int64_t row, int) {
    kernels_.rectified_gradients({hidden.row(row), of_hidden.row(row), hidden.channels,
                                  hidden.width, hidden.column_stride,
                                  of_rows + row * hidden.channels});
  };
  pool.run(hidden.rows(), body);
  add_rows(of_rows, hidden.rows(), &sums->of_hidden_);
}

void StepGradients::run(const FlowStep& step, const StepTrace& trace, const PixelMaps& of_output,
                        const double* of_log_det, const PixelMaps& of_x, bool whole,
                        StepGradientSums* sums, WorkerPool& pool, Workspace& workspace) const {
  const PixelMaps of_subnet = room_for(kernels_, trace.x, step.outputs(), &workspace.of_subnet_);
  couple(step, trace, of_output, of_log_det, of_x, of_subnet, sums, pool, workspace);
  sums->second_.add(trace.hidden, of_subnet, pool, workspace.weights_);
  const PixelMaps of_hidden = room_for(kernels_, trace.x, step.hidden(), &workspace.of_hidden_);
  second_.run(of_subnet, false, of_hidden, pool, workspace.convolution_);
  rectify(trace.hidden, of_hidden, sums, pool, workspace);
  sums->first_.add(trace.x, of_hidden, pool, workspace.weights_);
  if (!whole) return;
  const PixelMaps of_passed = room_for(kernels_, trace.x, step.passed(), &workspace.of_passed_);
  first_.run(of_hidden, false, of_passed, pool, workspace.convolution_);
  auto body = [&](int64_t row, int) {
    const float* from = of_passed.row(row);
    float* to = of_x.row(row);
    for (int64_t i = 0; i < of_x.width; i++) {
      for (int64_t c = 0; c < of_passed.channels; c++) to[c] += from[c];
      from += of_passed.column_stride;
      to += of_x.column_stride;
    }
  };
  pool.run(of_x.rows(), body);
}

}  // namespace flowline
