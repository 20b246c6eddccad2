#include "convolution/panels.hpp"

#include <algorithm>

namespace flowline {

float* aligned(float* data) {
  const uintptr_t line = CACHE_LINE * sizeof(float);
  return data + (line - reinterpret_cast<uintptr_t>(data) % line) % line / sizeof(float);
}

void reserve_aligned(Buffer<float>& buffer, int64_t elements) {
  buffer.reserve(static_cast<size_t>(elements + CACHE_LINE));
}

int64_t Panels::bytes() const {
  const Panel& last = panels_.back();
  return (last.at + last.vectors) * lanes_ * (matrices_ * depth_ + 1) *
         static_cast<int64_t>(sizeof(float));
}

namespace {

int64_t up(int64_t count, int64_t of) { return (count + of - 1) / of; }

}  // namespace

int64_t Panels::count(const Kernels& kernels, int64_t columns) {
  return up(up(columns, kernels.lanes), kernels.panel_vectors);
}

Panels::Panel Panels::nth(const Kernels& kernels, int64_t columns, int64_t index) {
  const int64_t lanes = kernels.lanes, vectors = up(columns, lanes);
  const int64_t of = count(kernels, columns), low = vectors / of, wider = vectors % of;
  Panel panel = {};
  panel.vectors = low + (index < wider ? 1 : 0);
  panel.at = index * low + std::min(index, wider);
  panel.column = panel.at * lanes;
  panel.last = (panel.vectors - 1) * lanes;
  panel.last_channels = lanes;
  if (index == of - 1) {
    panel.last = std::max<int64_t>(0, columns - lanes) - panel.column;
    panel.last_channels = std::min(lanes, columns);
  }
  return panel;
}

void Panels::cut(const Kernels& kernels, int64_t columns) {
  for (int64_t i = 0; i < count(kernels, columns); i++) panels_.push_back(nth(kernels, columns, i));
  const Panel& last = panels_.back();
  const int64_t row = (last.at + last.vectors) * lanes_;
  reserve_aligned(memory_, row * (matrices_ * depth_ + 1));
  elements_ = aligned(memory_.data());
  bias_ = elements_ + row * matrices_ * depth_;
}

}  // namespace flowline
