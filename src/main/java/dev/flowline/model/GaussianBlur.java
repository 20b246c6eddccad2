package dev.flowline.model;

import dev.flowline.nn.Ops;

/**
 * A Gaussian filter of maps, cut off at four standard deviations, or where the map ends if it is
 * smaller than that; the map is mirrored at its borders.
 *
 * @param sigma standard deviation in pixels, at least 0
 */
record GaussianBlur(double sigma) {
  private static final int STANDARD_DEVIATIONS = 4;

  /**
   * Blurs the rows, then the columns.
   *
   * @param map (N, 1, H, W)
   */
  <V> V apply(Ops<V> ops, V map) {
    long[] shape = ops.shape(map);
    long fitting = Math.min(shape[2], shape[3]) - 1;
    int radius = (int) Math.min(fitting, (long) (STANDARD_DEVIATIONS * sigma));
    if (radius < 1) {
      return map;
    }
    float[] weights = weights(radius);
    V column = ops.constant(weights, 1, 1, weights.length, 1);
    V row = ops.constant(weights, 1, 1, 1, weights.length);
    V padded = ops.padReflect(map, radius);
    return ops.conv2d(ops.conv2d(padded, column, null, 1, 0), row, null, 1, 0);
  }

  private float[] weights(int radius) {
    float[] weights = new float[2 * radius + 1];
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      sum += Math.exp(-0.5 * i * i / (sigma * sigma));
    }
    for (int i = -radius; i <= radius; i++) {
      weights[i + radius] = (float) (Math.exp(-0.5 * i * i / (sigma * sigma)) / sum);
    }
    return weights;
  }
}
