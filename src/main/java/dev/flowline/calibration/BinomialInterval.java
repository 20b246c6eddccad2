package dev.flowline.calibration;

import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * A binomial confidence interval: the 95 % interval of a share of which some out of n trials are
 * known (Clopper and Pearson 1934).
 *
 * @param low at least 0
 * @param high at most 1
 */
public record BinomialInterval(double low, double high) {
  private static final double TAIL = 0.025;

  /**
   * Returns the interval of the share that {@code count} of {@code trials} suggest.
   *
   * @param count 0 to trials
   * @param trials at least 1
   * @throws IllegalArgumentException if one is out of its bounds
   */
  public static BinomialInterval of(int count, int trials) {
    if (trials < 1 || count < 0 || count > trials) {
      throw new IllegalArgumentException(
          "trials must be at least 1 and count 0 to trials, got %s and %s"
              .formatted(trials, count));
    }
    double low =
        count == 0
            ? 0
            : BetaDistribution.of(count, trials - count + 1.0).inverseCumulativeProbability(TAIL);
    double high =
        count == trials
            ? 1
            : BetaDistribution.of(count + 1.0, trials - count).inverseSurvivalProbability(TAIL);
    return new BinomialInterval(low, high);
  }

  /** Returns whether a share lies in the interval, its ends included. */
  public boolean contains(double share) {
    return share >= low && share <= high;
  }
}
