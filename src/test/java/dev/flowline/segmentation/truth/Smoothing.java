package dev.flowline.segmentation.truth;

/**
 * A Gaussian of one position's deviation along rows, then columns. Weights are such that
 * independent values of variance 1 have variance 1 after it, at the edges too.
 */
final class Smoothing {
  private static final int RADIUS = 3;

  private Smoothing() {}

  /**
   * @param maps (maps, height, width), in place
   */
  static void apply(float[] maps, int height, int width) {
    float[][] across = weights(width);
    float[][] down = weights(height);
    float[] line = new float[Math.max(height, width)];
    for (int first = 0; first < maps.length; first += height * width) {
      for (int y = 0; y < height; y++) {
        smooth(maps, first + y * width, 1, across, line);
      }
      for (int x = 0; x < width; x++) {
        smooth(maps, first + x, width, down, line);
      }
    }
  }

  private static void smooth(float[] maps, int from, int step, float[][] weights, float[] line) {
    int length = weights.length;
    for (int i = 0; i < length; i++) {
      line[i] = maps[from + i * step];
    }
    for (int i = 0; i < length; i++) {
      float sum = 0;
      for (int j = Math.max(0, i - RADIUS); j <= Math.min(length - 1, i + RADIUS); j++) {
        sum += weights[i][j - i + RADIUS] * line[j];
      }
      maps[from + i * step] = sum;
    }
  }

  /** By position of a line: of its neighbours, those outside 0, squares of sum 1. */
  private static float[][] weights(int length) {
    float[][] weights = new float[length][2 * RADIUS + 1];
    for (int i = 0; i < length; i++) {
      double squares = 0;
      for (int d = -RADIUS; d <= RADIUS; d++) {
        squares += i + d >= 0 && i + d < length ? Math.exp(-d * d) : 0;
      }
      for (int d = -RADIUS; d <= RADIUS; d++) {
        boolean inside = i + d >= 0 && i + d < length;
        weights[i][d + RADIUS] = inside ? (float) (Math.exp(-0.5 * d * d) / Math.sqrt(squares)) : 0;
      }
    }
    return weights;
  }
}
