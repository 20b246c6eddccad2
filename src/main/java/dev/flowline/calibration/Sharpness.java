package dev.flowline.calibration;

/**
 * The sharpness of an input, whatever its light: the mean absolute second difference of
 * neighbouring pixels (Laplacian of four neighbours) over the mean absolute first difference,
 * horizontal plus vertical. Blur lowers it, noise raises it; 0 if all pixels are alike. Focus
 * measures of cameras use the same differences (Pertuz, Puig, Garcia 2013).
 */
final class Sharpness {
  /**
   * A bound: a second difference sums four first ones, each in two of them, and three by three
   * pixels have four times as many first ones. A large chequerboard has 2.
   */
  static final double HIGHEST = 8;

  /** A mean first difference that rounding makes of an even input, of which white is 1. */
  private static final double ROUNDING = 1e-6;

  private final int width;
  private float[] above; // the row before the last one; null until two rows are known
  private float[] middle; // the last row; null until it is known
  private double first;
  private long firsts;
  private double second;
  private long seconds;

  Sharpness(int width) {
    this.width = width;
  }

  /** Adds the next row, from top to bottom. */
  void add(float[] row) {
    for (int x = 0; x < width; x++) {
      boolean inside = x > 0 && middle != null;
      if (inside) {
        first += Math.abs(row[x] - row[x - 1]) + Math.abs(row[x] - middle[x]);
        firsts++;
      }
      if (inside && above != null && x + 1 < width) {
        float neighbours = middle[x - 1] + middle[x + 1] + above[x] + row[x];
        second += Math.abs(4 * middle[x] - neighbours);
        seconds++;
      }
    }
    float[] next = above == null ? new float[width] : above;
    System.arraycopy(row, 0, next, 0, width);
    above = middle;
    middle = next;
  }

  /** Returns the sharpness; 0 of an input that is even, or smaller than three pixels. */
  double value() {
    return seconds == 0 || first / firsts < ROUNDING ? 0 : second / seconds / (first / firsts);
  }
}
