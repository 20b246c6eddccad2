package dev.flowline.train;

/**
 * How memory for features is divided among several caches: each image gets the same.
 *
 * @param bytes to be divided, at least 0
 * @param images of all caches together
 */
record MemoryShares(long bytes, int images) {
  MemoryShares {
    if (bytes < 0 || images < 0) {
      throw new IllegalArgumentException(
          "bytes and images must be at least 0, got %s and %s".formatted(bytes, images));
    }
  }

  /** Divides what is left of some bytes once others are taken; nothing if all are. */
  static MemoryShares left(long bytes, long taken, int images) {
    return new MemoryShares(Math.max(0, bytes - taken), images);
  }

  /** The share, in bytes, of a cache of some of the images. */
  long of(int some) {
    return (long) (bytes * (some / (double) Math.max(1, images)));
  }
}
