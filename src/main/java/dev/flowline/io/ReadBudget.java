package dev.flowline.io;

import java.io.IOException;

/**
 * The memory that reading one file may take: a few times its size. A file of a few kilobytes cannot
 * make the reader take gigabytes.
 */
final class ReadBudget {
  /** The most tensors in a file: hundreds of times as many as the largest known network has. */
  static final int MOST_TENSORS = 100_000;

  /** The most dimensions of a tensor, as in NumPy. */
  static final int MOST_DIMENSIONS = 64;

  private static final int TIMES_THE_SIZE = 4;
  private static final long LEAST = 64L << 20;

  private final long whole;
  private long left;

  ReadBudget(long fileSize) {
    whole = Math.max(LEAST, TIMES_THE_SIZE * fileSize);
    left = whole;
  }

  /**
   * Takes memory before it is allocated.
   *
   * @throws IOException if that is more than is left
   */
  void take(long bytes) throws IOException {
    if (bytes > left) {
      throw new IOException(
          "it asks for more than %s MB of memory, which no file of its size needs"
              .formatted(whole >> 20));
    }
    left -= bytes;
  }

  /**
   * Refuses too many tensors.
   *
   * @throws IOException if there are more than {@link #MOST_TENSORS}
   */
  static void requireTensors(long count) throws IOException {
    if (count > MOST_TENSORS) {
      throw new IOException("it holds more than %s tensors".formatted(MOST_TENSORS));
    }
  }

  /** Returns the beginning of a text from a file, to quote it in the one line of a message. */
  static String quoted(Object text) {
    String whole = OneLine.of(String.valueOf(text));
    return whole.length() <= 200 ? whole : whole.substring(0, 200) + "…";
  }
}
