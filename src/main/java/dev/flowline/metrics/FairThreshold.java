package dev.flowline.metrics;

import java.util.Arrays;

/**
 * The fair threshold of the U-Flow paper, which needs no defects: the lowest score above which lies
 * at most one in 256·256 pixels of the good training images, that is one pixel per image of this
 * size. It keeps the highest million of scores only.
 */
public final class FairThreshold {
  /** The share of pixels that may lie above the threshold. */
  public static final double RATE = 1.0 / (256 * 256);

  private static final int CAPACITY = 1 << 20;

  private float[] highest = new float[1 << 12];
  private int kept;
  private long pixels;
  private float floor = Float.NEGATIVE_INFINITY;

  /**
   * Adds the map of one good image.
   *
   * @param scores (H·W), high = anomalous
   * @throws IllegalArgumentException for a NaN score
   */
  public void add(float[] scores) {
    for (int i = 0; i < scores.length; i++) {
      float score = scores[i];
      if (Float.isNaN(score)) {
        throw new IllegalArgumentException("scores[" + i + "] must be a number, got NaN");
      }
      if (score > floor) {
        keep(score);
      }
    }
    pixels += scores.length;
  }

  private void keep(float score) {
    if (kept == highest.length) {
      if (kept < 2 * CAPACITY) {
        highest = Arrays.copyOf(highest, 2 * kept);
      } else {
        Arrays.sort(highest);
        System.arraycopy(highest, CAPACITY, highest, 0, CAPACITY);
        kept = CAPACITY;
        floor = highest[0];
      }
    }
    highest[kept++] = score;
  }

  /** Returns the threshold; NaN before any pixel. */
  public double value() {
    if (pixels == 0) {
      return Double.NaN;
    }
    Arrays.sort(highest, 0, kept);
    int above = (int) Math.min((long) Math.floor(pixels * RATE), kept - 1);
    return highest[kept - 1 - above];
  }
}
