package dev.flowline.eval;

import dev.flowline.line.StageTimings;
import dev.flowline.metrics.NanAsNull;
import java.util.Arrays;

/**
 * How long a stage of the inspection takes for one image.
 *
 * @param medianMillis half of the images take no longer
 * @param p99Millis 99 % of the images take no longer
 */
public record StageTiming(@NanAsNull double medianMillis, @NanAsNull double p99Millis) {
  /** The stage that is all of them together. */
  public static final String TOTAL = StageTimings.TOTAL;

  /** Of the times of single images, at least one, by nearest rank. */
  public static StageTiming of(double[] millis) {
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    return new StageTiming(rank(sorted, 0.5), rank(sorted, 0.99));
  }

  private static double rank(double[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
