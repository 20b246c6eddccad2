#include "convolution/blocks.hpp"

#include <algorithm>

#include "kernels/convolution.hpp"

namespace flowline {
namespace {

constexpr int64_t TILES_ACROSS = 32;    // of a block, at most
constexpr int64_t TILES_OF_BLOCK = 24;  // about as many, or a row of them

int64_t up(int64_t count, int64_t of) { return (count + of - 1) / of; }

}  // namespace

Blocks::Blocks(int64_t height, int64_t width, int workers) : height_(height), width_(width) {
  const int64_t tiles_across = up(width, TILE), tiles_down = up(height, TILE);
  wide_ = up(tiles_across, up(tiles_across, TILES_ACROSS));
  across_ = up(tiles_across, wide_);
  const int64_t most = std::max<int64_t>(1, TILES_OF_BLOCK / wide_);
  const int64_t wanted = up(up(tiles_down, most) * across_, workers) * workers;
  high_ = up(tiles_down, std::min(tiles_down, up(wanted, across_)));
  down_ = up(tiles_down, high_);
}

Block Blocks::operator[](int64_t index) const {
  const int64_t y = index / across_ * high_ * TILE;
  const int64_t x = index % across_ * wide_ * TILE;
  return {y, x, std::min(high_ * TILE, height_ - y), std::min(wide_ * TILE, width_ - x)};
}

}  // namespace flowline
