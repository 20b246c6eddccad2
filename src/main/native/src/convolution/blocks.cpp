#include "convolution/blocks.hpp"

#include <algorithm>

#include "kernels/convolution.hpp"

namespace flowline {
namespace {

constexpr int64_t TILES_ACROSS = 32;    // of a block, at most
constexpr int64_t TILES_OF_BLOCK = 24;  // about as many, or a row of them

int64_t up(int64_t count, int64_t of) { return (count + of - 1) / of; }

}  // namespace

Blocks::Blocks(int64_t height, int64_t width, int workers)
    : height_(height),
      width_(width),
      tiles_across_(up(width, TILE)),
      tiles_down_(up(height, TILE)),
      across_(up(tiles_across_, TILES_ACROSS)) {
  const int64_t wide = up(tiles_across_, across_);
  const int64_t most = std::max<int64_t>(1, TILES_OF_BLOCK / wide);
  const int64_t wanted = up(up(tiles_down_, most) * across_, workers) * workers;
  down_ = std::min(tiles_down_, up(wanted, across_));
}

int64_t Blocks::most_tiles(int64_t height, int64_t width) {
  return std::min(up(height, TILE) * up(width, TILE), std::max(TILES_ACROSS, TILES_OF_BLOCK));
}

Block Blocks::operator[](int64_t index) const {
  const int64_t row = index / across_, column = index % across_;
  const int64_t y = row * tiles_down_ / down_ * TILE;
  const int64_t x = column * tiles_across_ / across_ * TILE;
  const int64_t bottom = std::min(height_, (row + 1) * tiles_down_ / down_ * TILE);
  const int64_t right = std::min(width_, (column + 1) * tiles_across_ / across_ * TILE);
  return {y, x, bottom - y, right - x};
}

}  // namespace flowline
