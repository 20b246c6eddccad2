package dev.flowline.io;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The weights of a one-dimensional antialiased bilinear resize, as PIL's {@code Resample.c} has
 * them: a triangle as wide as two output pixels when shrinking, two input pixels when enlarging,
 * cut at the borders and normalised. Immutable, shared.
 *
 * @param taps room for the weights of one output position
 * @param first input position of the first weight, by output position
 * @param count how many weights there are, by output position
 * @param weight (out, taps), each row summing to 1
 * @param fixed the same in units of 2⁻²², as PIL uses for 8-bit images
 */
record ResizeFilter(int taps, int[] first, int[] count, float[] weight, int[] fixed) {
  static final int FIXED_BITS = 22;
  private static final int CACHED = 512;
  private static final Map<Long, ResizeFilter> CACHE = new ConcurrentHashMap<>();

  /** The filter from a length of {@code in} to one of {@code out} samples. */
  static ResizeFilter of(int in, int out) {
    if (CACHE.size() > CACHED) {
      CACHE.clear();
    }
    return CACHE.computeIfAbsent((long) in << 32 | out, key -> build(in, out));
  }

  private static ResizeFilter build(int in, int out) {
    double scale = (double) in / out;
    double support = Math.max(scale, 1.0);
    int taps = (int) Math.ceil(support) * 2 + 1;
    int[] first = new int[out];
    int[] count = new int[out];
    float[] weight = new float[out * taps];
    int[] fixed = new int[out * taps];
    double[] row = new double[taps];
    for (int o = 0; o < out; o++) {
      double center = (o + 0.5) * scale;
      first[o] = Math.max(0, (int) (center - support + 0.5));
      count[o] = Math.min(in, (int) (center + support + 0.5)) - first[o];
      double sum = 0;
      for (int k = 0; k < count[o]; k++) {
        double distance = Math.abs((first[o] + k - center + 0.5) * (1.0 / support));
        row[k] = Math.max(0, 1 - distance);
        sum += row[k];
      }
      for (int k = 0; k < count[o]; k++) {
        double normalised = sum == 0 ? row[k] : row[k] * (1.0 / sum);
        weight[o * taps + k] = (float) normalised;
        fixed[o * taps + k] = (int) (normalised * (1 << FIXED_BITS) + 0.5);
      }
    }
    return new ResizeFilter(taps, first, count, weight, fixed);
  }
}
