package dev.flowline.eval;

import dev.flowline.line.StageTimings;
import dev.flowline.metrics.NanAsNull;
import java.util.Arrays;

/**
 * The time of a stage of the inspection for one image.
 *
 * @param medianMillis half of the images take no longer
 * @param p99Millis 99 % of the images take no longer
 */
public record StageTiming(@NanAsNull double medianMillis, @NanAsNull double p99Millis) {
  /** The name of the sum of all stages. */
  public static final String TOTAL = StageTimings.TOTAL;

  /**
   * Returns the quantiles of times of single images, by nearest rank.
   *
   * @param millis at least one
   */
  public static StageTiming of(double[] millis) {
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    return new StageTiming(rank(sorted, 0.5), rank(sorted, 0.99));
  }

  private static double rank(double[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
