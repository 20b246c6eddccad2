package dev.flowline.calibration;

import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * The share of good images that may raise an alarm, and which threshold promises it: no model of
 * the scores is taken for granted, only that new good images are exchangeable with n that were kept
 * for this. Scores are such that small ones alarm, and the threshold is the j-th smallest of the n:
 * what is strictly below it alarms.
 *
 * <p>Without a confidence the promise holds on average over the choice of the n images (split
 * conformal prediction, Vovk 2005): a new image is below the j-th smallest with a probability of at
 * most j/(n + 1). With one it holds for all but 1 − confidence of such choices (the tolerance limit
 * of Wilks 1941): the rate below the j-th smallest is at most Beta(j, n + 1 − j) distributed.
 *
 * @param rate asked for, in (0, 1)
 * @param confidence in (0, 1), or null
 */
public record FalseAlarmRate(double rate, Double confidence) {
  private static final double ROUNDING = 1e-9; // of rate · (n + 1), 0.05 · 20 being 1

  public FalseAlarmRate {
    requireShare("false-alarm rate", rate);
    if (confidence != null) {
      requireShare("confidence", confidence);
    }
  }

  private static void requireShare(String name, double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be between 0 and 1, got " + value);
    }
  }

  /**
   * j: the threshold is the j-th smallest of n scores; 0 if n are too few to promise the rate.
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
    while (rank < n && below.survivalProbability(rank) >= confidence) {
      rank++; // survivalProbability(j) is P(more than j), so that j + 1 holds
    }
    return rank;
  }

  /** How many images can promise the rate at all. */
  public int imagesNeeded() {
    if (confidence == null) {
      return (int) Math.ceil(1 / rate - 1 - ROUNDING);
    }
    return (int) Math.ceil(Math.log1p(-confidence) / Math.log1p(-rate) - ROUNDING);
  }

  /**
   * The rate that the j-th smallest of n scores promises.
   *
   * @param rank j, 1 to n
   */
  public double promised(int rank, int n) {
    if (rank < 1 || rank > n) {
      throw new IllegalArgumentException("rank must be 1 to " + n + ", got " + rank);
    }
    return confidence == null
        ? rank / (n + 1.0)
        : BetaDistribution.of(rank, n + 1.0 - rank).inverseCumulativeProbability(confidence);
  }
}
