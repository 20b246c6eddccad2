package dev.flowline.extractor;

import dev.flowline.nn.Ops;
import java.util.List;

/**
 * A map cut into square windows, after it was rolled up and to the left; maps are (N, H, W, C).
 *
 * @param height of the map
 * @param width of the map
 * @param size of a window
 * @param wanted shift; none along a side that one window covers
 */
record Windows(long height, long width, int size, int wanted) {
  /** The windows as token sequences, (N·windows, size², C), row by row. */
  <V> V partition(Ops<V> ops, V x) {
    long[] s = ops.shape(x);
    V y = paddedHeight() > height ? ops.padZeros(x, 1, 0, paddedHeight() - height) : x;
    y = paddedWidth() > width ? ops.padZeros(y, 2, 0, paddedWidth() - width) : y;
    y = roll(ops, roll(ops, y, 1, shiftDown()), 2, shiftRight());
    y = ops.reshape(y, s[0], rows(), size, columns(), size, s[3]);
    y = ops.transpose(y, 0, 1, 3, 2, 4, 5);
    return ops.reshape(y, s[0] * count(), (long) size * size, s[3]);
  }

  /** The map again; the inverse of {@link #partition}. */
  <V> V join(Ops<V> ops, V tokens, long batch) {
    long channels = ops.shape(tokens)[2];
    V x = ops.reshape(tokens, batch, rows(), columns(), size, size, channels);
    x = ops.transpose(x, 0, 1, 3, 2, 4, 5);
    x = ops.reshape(x, batch, paddedHeight(), paddedWidth(), channels);
    x = roll(ops, x, 2, shiftRight() == 0 ? 0 : paddedWidth() - shiftRight());
    x = roll(ops, x, 1, shiftDown() == 0 ? 0 : paddedHeight() - shiftDown());
    return ops.slice(ops.slice(x, 1, 0, height), 2, 0, width);
  }

  long count() {
    return rows() * columns();
  }

  boolean shifted() {
    return shiftDown() > 0 || shiftRight() > 0;
  }

  /**
   * Returns what is added to the logits of each window, (windows, size², size²): 0 between
   * positions that were neighbours before the map was rolled, {@code forbidden} between others.
   */
  float[] mask(float forbidden) {
    int tokens = size * size;
    float[] mask = new float[Math.toIntExact(count() * tokens * tokens)];
    long[] region = new long[tokens];
    for (int window = 0; window < count(); window++) {
      for (int i = 0; i < tokens; i++) {
        long row = window / columns() * size + i / size;
        long column = window % columns() * size + i % size;
        boolean fromTop = row >= paddedHeight() - shiftDown();
        boolean fromLeft = column >= paddedWidth() - shiftRight();
        region[i] = (fromTop ? 2 : 0) + (fromLeft ? 1 : 0);
      }
      for (int i = 0; i < tokens; i++) {
        for (int j = 0; j < tokens; j++) {
          mask[(window * tokens + i) * tokens + j] = region[i] == region[j] ? 0 : forbidden;
        }
      }
    }
    return mask;
  }

  private long rows() {
    return (height + size - 1) / size;
  }

  private long columns() {
    return (width + size - 1) / size;
  }

  private long paddedHeight() {
    return rows() * size;
  }

  private long paddedWidth() {
    return columns() * size;
  }

  private long shiftDown() {
    return rows() > 1 ? wanted : 0;
  }

  private long shiftRight() {
    return columns() > 1 ? wanted : 0;
  }

  /** Moves the first positions along a dimension behind the rest. */
  private static <V> V roll(Ops<V> ops, V x, int dim, long first) {
    if (first == 0) {
      return x;
    }
    long all = ops.shape(x)[dim];
    return ops.concat(List.of(ops.slice(x, dim, first, all), ops.slice(x, dim, 0, first)), dim);
  }
}
