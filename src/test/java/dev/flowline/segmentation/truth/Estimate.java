package dev.flowline.segmentation.truth;

import dev.flowline.calibration.BinomialInterval;
import java.util.Arrays;

/**
 * A mean that was measured, and the values that are not refuted at 95 %.
 *
 * <p>Draws of law, calibration and test images are independent of each other, images of one draw
 * are not, for they share law and threshold: the interval is of the draws' means. Of fewer than ten
 * events it is Clopper and Pearson's.
 */
record Estimate(double mean, double low, double high) {
  private static final double NORMAL = 1.959964;
  private static final int FEW = 10;

  /**
   * @param events by draw
   * @param images of each draw
   */
  static Estimate of(int[] events, int images) {
    int all = Arrays.stream(events).sum();
    double mean = (double) all / events.length / images;
    if (all < FEW) {
      BinomialInterval interval = BinomialInterval.of(all, events.length * images);
      return new Estimate(mean, interval.low(), interval.high());
    }
    double margin = NORMAL * standardError(events, images);
    return new Estimate(mean, Math.max(0, mean - margin), mean + margin);
  }

  /** Of the mean, from what draws differ by. */
  static double standardError(int[] events, int images) {
    double mean = Arrays.stream(events).average().orElseThrow();
    double squares = Arrays.stream(events).mapToDouble(e -> (e - mean) * (e - mean)).sum();
    return Math.sqrt(squares / (events.length - 1) / events.length) / images;
  }

  /**
   * Whether a promise of at most so many is refuted: by twice the interval, for among hundred
   * promises that hold some lie beyond it.
   */
  boolean breaks(double promise) {
    return mean - 2 * (mean - low) > promise;
  }
}
