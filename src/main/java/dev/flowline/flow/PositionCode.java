package dev.flowline.flow;

import dev.flowline.nn.Ops;

/**
 * The code of a position: sines and cosines of its column and row (CFlow-AD, section 4.2, after
 * Vaswani et al. 2017): half of the D dimensions for the column x, the other half for the row y,
 *
 * <pre>
 *   sin(x·f_k), cos(x·f_k), …, sin(y·f_k), cos(y·f_k), …,   f_k = 10000^(−k/(D/2)), k = 0, 2, 4 …
 * </pre>
 */
final class PositionCode {
  private static final double LONGEST = 10_000;

  /** A quarter of a gigabyte: 128 dimensions of 724 × 724 positions. */
  private static final long MOST_VALUES = 1L << 26;

  private PositionCode() {}

  /**
   * The codes of all positions of a map, (H·W, D), row by row.
   *
   * @param dimensions D, a multiple of 4
   */
  static <V> V of(Ops<V> ops, long height, long width, int dimensions) {
    if (height * width > MOST_VALUES / dimensions) {
      throw new IllegalArgumentException(
          "codeDimensions %d of %d x %d positions: at most %d values are coded"
              .formatted(dimensions, height, width, MOST_VALUES));
    }
    int half = dimensions / 2;
    float[][] columns = codes(Math.toIntExact(width), half);
    float[][] rows = codes(Math.toIntExact(height), half);
    float[] table = new float[Math.toIntExact(height * width * dimensions)];
    int at = 0;
    for (float[] row : rows) {
      for (float[] column : columns) {
        System.arraycopy(column, 0, table, at, half);
        System.arraycopy(row, 0, table, at + half, half);
        at += dimensions;
      }
    }
    return ops.constant(table, height * width, dimensions);
  }

  private static float[][] codes(int positions, int dimensions) {
    float[][] codes = new float[positions][dimensions];
    for (int k = 0; k < dimensions; k += 2) {
      double frequency = Math.pow(LONGEST, -(double) k / dimensions);
      for (int position = 0; position < positions; position++) {
        codes[position][k] = (float) Math.sin(position * frequency);
        codes[position][k + 1] = (float) Math.cos(position * frequency);
      }
    }
    return codes;
  }
}
