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

// As few panels as can be, the wider ones first, of widths that differ by 1 at most.
void Panels::cut(int64_t most_vectors, int64_t columns) {
  const int64_t vectors = (columns + lanes_ - 1) / lanes_;
  const int64_t count = (vectors + most_vectors - 1) / most_vectors;
  for (int64_t p = 0, at = 0; p < count; p++) {
    Panel panel = {};
    panel.vectors = vectors / count + (p < vectors % count ? 1 : 0);
    panel.at = at;
    panel.column = at * lanes_;
    panel.last = (panel.vectors - 1) * lanes_;
    panel.last_channels = lanes_;
    at += panel.vectors;
    if (at == vectors) {
      panel.last = std::max<int64_t>(0, columns - lanes_) - panel.column;
      panel.last_channels = std::min(lanes_, columns);
    }
    panels_.push_back(panel);
  }
  const int64_t row = vectors * lanes_;
  reserve_aligned(memory_, row * (matrices_ * depth_ + 1));
  elements_ = aligned(memory_.data());
  bias_ = elements_ + row * matrices_ * depth_;
}

}  // namespace flowline
