#ifndef FLOWLINE_CONVOLUTION_BLOCKS_HPP
#define FLOWLINE_CONVOLUTION_BLOCKS_HPP

#include <cstdint>

namespace flowline {

/// A rectangle of an image.
struct Block {
  int64_t y, x, height, width;
};

/// The blocks that an image is cut into for convolutions. They cover it, consist of whole tiles but
/// for its right and lower border, and are small enough for what a convolution needs of them to stay
/// in the second-level cache. There are as many as divide evenly among the workers, if the image has
/// as many rows of tiles.
class Blocks {
 public:
  Blocks(int64_t height, int64_t width, int workers);

  /// No block of an image has more tiles, nor any of a smaller image.
  static int64_t most_tiles(int64_t height, int64_t width);

  int64_t count() const { return across_ * down_; }
  int64_t across() const { return across_; }  ///< beside each other, whatever the workers
  Block operator[](int64_t index) const;

 private:
  int64_t height_, width_;
  int64_t tiles_across_, tiles_down_;  // of the image
  int64_t across_, down_;              // blocks, whose tiles along a side differ by 1 at most
};

}  // namespace flowline
#endif
