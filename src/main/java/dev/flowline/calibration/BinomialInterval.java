package dev.flowline.calibration;

import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * The shares that are not refuted at 95 % by so many out of so many (Clopper and Pearson 1934).
 *
 * @param low at least 0
 * @param high at most 1
 */
public record BinomialInterval(double low, double high) {
  private static final double TAIL = 0.025;

  /**
   * @param of at least 1
   */
  public static BinomialInterval of(int count, int of) {
    if (of < 1 || count < 0 || count > of) {
      throw new IllegalArgumentException(
          "count must be 0 to %d, of at least 1, got %d of %d".formatted(of, count, of));
    }
    double low =
        count == 0
            ? 0
            : BetaDistribution.of(count, of - count + 1.0).inverseCumulativeProbability(TAIL);
    double high =
        count == of
            ? 1
            : BetaDistribution.of(count + 1.0, of - count).inverseSurvivalProbability(TAIL);
    return new BinomialInterval(low, high);
  }

  public boolean holds(double share) {
    return share >= low && share <= high;
  }
}
