package dev.flowline.calibration;

import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * A binomial confidence interval: the exact interval of a share of which some out of n trials are
 * known (Clopper and Pearson 1934).
 *
 * @param low at least 0
 * @param high at most 1
 */
public record BinomialInterval(double low, double high) {
  private static final double TAIL = 0.025;

  /**
   * Returns the 95 % interval of the share that {@code count} of {@code trials} suggest.
   *
   * @param count 0 to trials
   * @param trials at least 1
   * @throws IllegalArgumentException if one is out of its bounds
   */
  public static BinomialInterval of(int count, int trials) {
    return withTails(count, trials, TAIL);
  }

  /**
   * Returns the two-sided interval of the share that {@code count} of {@code trials} suggest.
   *
   * @param count 0 to trials
   * @param trials at least 1
   * @param confidence in (0, 1), such as 0.95
   * @throws IllegalArgumentException if one is out of its bounds
   */
  public static BinomialInterval of(int count, int trials, double confidence) {
    requireConfidence(confidence);
    return withTails(count, trials, (1 - confidence) / 2);
  }

  /**
   * Returns the one-sided upper bound: with the confidence, the share is at most that. None of 200
   * is at most 1.5 % at 95 %.
   *
   * @param count 0 to trials
   * @param trials at least 1
   * @param confidence in (0, 1), such as 0.95
   * @throws IllegalArgumentException if one is out of its bounds
   */
  public static double upperBound(int count, int trials, double confidence) {
    requireConfidence(confidence);
    return withTails(count, trials, 1 - confidence).high;
  }

  private static void requireConfidence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence must be between 0 and 1, got " + confidence);
    }
  }

  private static BinomialInterval withTails(int count, int trials, double tail) {
    if (trials < 1 || count < 0 || count > trials) {
      throw new IllegalArgumentException(
          "trials must be at least 1 and count 0 to trials, got %s and %s"
              .formatted(trials, count));
    }
    double low =
        count == 0
            ? 0
            : BetaDistribution.of(count, trials - count + 1.0).inverseCumulativeProbability(tail);
    double high =
        count == trials
            ? 1
            : BetaDistribution.of(count + 1.0, trials - count).inverseSurvivalProbability(tail);
    return new BinomialInterval(low, high);
  }

  /** Returns whether a share lies in the interval, its ends included. */
  public boolean contains(double share) {
    return share >= low && share <= high;
  }
}
