package dev.flowline.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** The bounds and the memory of a batch of images, as each encoder has them. */
final class Batch {
  private Batch() {}

  /**
   * Requires the largest batch of an encoder to be at least 1.
   *
   * @throws IllegalArgumentException if it is not
   */
  static void requireLargest(int largestBatch) {
    if (largestBatch < 1) {
      throw new IllegalArgumentException("largestBatch must be at least 1, got " + largestBatch);
    }
  }

  /**
   * Requires a number of images that an encoder takes at once.
   *
   * @throws IllegalArgumentException if it is below 1 or above the largest batch
   */
  static void requireImages(int images, int largestBatch) {
    if (images < 1 || images > largestBatch) {
      throw new IllegalArgumentException("images must be 1 to " + largestBatch + ", got " + images);
    }
  }

  /** Returns the number of elements of a shape. */
  static int length(long... shape) {
    return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
  }

  /** Returns a buffer for a tensor of that shape, direct and in native byte order. */
  static FloatBuffer direct(long... shape) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(length(shape), Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
