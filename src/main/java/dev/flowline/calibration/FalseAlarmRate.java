package dev.flowline.calibration;

import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * A requested false-alarm rate: the share of good images that may raise an alarm. It says which
 * threshold guarantees the rate. The guarantee assumes no model of the scores, only that new good
 * images are exchangeable with n good images that were held out for it. Small scores alarm; the
 * threshold is the j-th smallest of the n scores, and a score strictly below it alarms.
 *
 * <p>Without a confidence the guarantee holds on average over the choice of the n images (split
 * conformal prediction, Vovk 2005): a new image is below the j-th smallest with a probability of at
 * most j/(n + 1). With a confidence it holds for all but 1 − confidence of such choices (the
 * tolerance limit of Wilks 1941): the rate below the j-th smallest has at most the distribution
 * Beta(j, n + 1 − j).
 *
 * @param rate in (0, 1)
 * @param confidence in (0, 1); null for a guarantee on average
 */
public record FalseAlarmRate(double rate, Double confidence) {
  private static final double ROUNDING = 1e-9; // of rate · (n + 1), so that 0.05 · 20 is 1

  public FalseAlarmRate {
    requireShare("false-alarm rate", rate, "0.05 for 5 %");
    if (confidence != null) {
      requireShare("confidence", confidence, "0.95 for 95 %");
    }
  }

  private static void requireShare(String name, double value, String example) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(
          "%s must be between 0 and 1, such as %s, got %s".formatted(name, example, value));
    }
  }

  /**
   * Returns j: the threshold is the j-th smallest of n scores; 0 if n are too few to guarantee the
   * rate.
   *
   * @param n at least 0
   */
  public int rank(int n) {
    if (confidence == null) {
      return Math.min(n, (int) Math.floor(rate * (n + 1) + ROUNDING));
    }
    if (n == 0) {
      return 0;
    }
    BinomialDistribution below = BinomialDistribution.of(n, rate);
    int rank = 0;
    for (int above = n; rank < above; ) { // survivalProbability(j) is P(more than j), and falls
      int middle = (rank + above) >>> 1;
      if (below.survivalProbability(middle) >= confidence) {
        rank = middle + 1;
      } else {
        above = middle;
      }
    }
    return rank;
  }

  /** Returns the least number of images that can guarantee the rate. */
  public int imagesNeeded() {
    if (confidence == null) {
      return (int) Math.ceil(1 / rate - 1 - ROUNDING);
    }
    return (int) Math.ceil(Math.log1p(-confidence) / Math.log1p(-rate) - ROUNDING);
  }

  /**
   * Returns the rate that the j-th smallest of n scores guarantees, with the same confidence.
   *
   * @param rank j, 1 to n
   * @throws IllegalArgumentException if it is out of its bounds
   */
  public double guaranteedRate(int rank, int n) {
    if (rank < 1 || rank > n) {
      throw new IllegalArgumentException("rank must be 1 to " + n + ", got " + rank);
    }
    return confidence == null
        ? rank / (n + 1.0)
        : BetaDistribution.of(rank, n + 1.0 - rank).inverseCumulativeProbability(confidence);
  }
}
