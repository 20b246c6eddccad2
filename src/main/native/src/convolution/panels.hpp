#ifndef FLOWLINE_CONVOLUTION_PANELS_HPP
#define FLOWLINE_CONVOLUTION_PANELS_HPP

#include <algorithm>
#include <cstdint>
#include <vector>

#include "backend/worker_pool.hpp"
#include "kernels/kernels.hpp"
#include "tree/buffer.hpp"

namespace flowline {

/// Elements of the widest vector that there is.
constexpr int64_t MOST_LANES = 16;

/// Matrices of one shape, (depth, columns), cut into panels of a few vectors of columns as a
/// product takes them, and a bias by column.
///
/// If the columns do not fill the last vector, it covers the last ones there are, so that it
/// overlaps its neighbour: what is written twice is written with the same bits. Fewer columns than
/// a vector has are filled up with zeros.
class Panels {
 public:
  /// A run of columns.
  struct Panel {
    int64_t vectors;
    int64_t column;         ///< the first
    int64_t last;           ///< where the last vector begins, counted from `column`
    int64_t last_channels;  ///< columns that the last vector has: fewer than lanes only if all are
    int64_t at;             ///< where in a row of all panels it begins, in lanes
  };

  /// elements(row, column, count, to, stride): writes those of a row from a column on, of all
  /// matrices, which lie `stride` apart: `count` of them, and zeros up to a whole vector. It is called
  /// by several threads. bias: by column, or nullptr.
  template <class Elements>
  Panels(const Kernels& kernels, int64_t matrices, int64_t depth, int64_t columns,
         const float* bias, WorkerPool& pool, const Elements& elements)
      : lanes_(kernels.lanes), matrices_(matrices), depth_(depth) {
    cut(kernels, columns);
    auto each_vector = [&](const auto& body) {
      for (const Panel& panel : panels_) {
        for (int64_t i = 0; i < panel.vectors * lanes_; i += lanes_) {
          const int64_t column = column_of(panel, i);
          body(panel, i, column, std::min(lanes_, columns - column));
        }
      }
    };
    each_vector([&](const Panel& panel, int64_t i, int64_t column, int64_t count) {
      float* const to = bias_ + panel.at * lanes_ + i;
      std::fill_n(to, lanes_, 0.0f);
      if (bias != nullptr) std::copy_n(bias + column, count, to);
    });
    auto rows = [&](int64_t item, int) {
      const int64_t first = item * ROWS_OF_ITEM, end = std::min(depth, first + ROWS_OF_ITEM);
      each_vector([&](const Panel& panel, int64_t i, int64_t column, int64_t count) {
        const int64_t width = panel.vectors * lanes_;
        float* const to = elements_ + offset(panel, 0) + i;
        for (int64_t k = first; k < end; k++) {
          elements(k, column, count, to + k * width, width * depth);
        }
      });
    };
    pool.run((depth + ROWS_OF_ITEM - 1) / ROWS_OF_ITEM, rows);
  }

  /// How many panels so many columns are cut into: as few as can be.
  static int64_t count(const Kernels& kernels, int64_t columns);

  /// One of them; the wider ones come first, and widths differ by one vector at most.
  static Panel nth(const Kernels& kernels, int64_t columns, int64_t index);

  const std::vector<Panel>& all() const { return panels_; }
  int64_t widest() const { return panels_.front().vectors * lanes_; }
  int64_t lanes() const { return lanes_; }
  const float* of(const Panel& panel, int64_t matrix) const {
    return elements_ + offset(panel, matrix);
  }
  const float* bias(const Panel& panel) const { return bias_ + panel.at * lanes_; }
  int64_t bytes() const;

 private:
  void cut(const Kernels& kernels, int64_t columns);
  int64_t offset(const Panel& panel, int64_t matrix) const {
    return (matrices_ * panel.at + matrix * panel.vectors) * depth_ * lanes_;
  }
  int64_t column_of(const Panel& panel, int64_t i) const {
    return panel.column + (i / lanes_ == panel.vectors - 1 ? panel.last + i % lanes_ : i);
  }

  static constexpr int64_t ROWS_OF_ITEM = 8;  // that a thread packs: of weights, some cache lines

  int64_t lanes_, matrices_, depth_;
  std::vector<Panel> panels_;
  Buffer<float> memory_;
  float* elements_ = nullptr;  // aligned to a cache line, within memory_
  float* bias_ = nullptr;      // behind them
};

/// The first element from `data` on that begins a cache line.
constexpr int64_t CACHE_LINE = 16;  // elements
float* aligned(float* data);

/// Grows a buffer to so many elements from there on.
void reserve_aligned(Buffer<float>& buffer, int64_t elements);

}  // namespace flowline
#endif
