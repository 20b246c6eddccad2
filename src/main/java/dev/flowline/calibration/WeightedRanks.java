package dev.flowline.calibration;

import java.util.Arrays;

/**
 * The ranks of weighted calibration images, see {@link GroupMix}. With n equal weights of 1 / n
 * they are those of {@link FalseAlarmRate}.
 */
final class WeightedRanks {
  private static final double ROUNDING = 1e-9;

  private final double[] below; // weight of the first j images, j = 0 … n
  private final double ofPart; // the largest weight, which a part has
  private final double squares;

  /**
   * Makes the ranks of images, the most anomalous first.
   *
   * @param weights above 0; their sum is 1
   */
  WeightedRanks(double[] weights) {
    below = new double[weights.length + 1];
    double sumOfSquares = 0;
    for (int i = 0; i < weights.length; i++) {
      below[i + 1] = below[i] + weights[i];
      sumOfSquares += weights[i] * weights[i];
    }
    ofPart = Arrays.stream(weights).max().orElse(1);
    squares = sumOfSquares;
  }

  /**
   * Returns the largest j such that a part below the j-th smallest number is rarer than a rate: 0
   * if the images cannot guarantee it.
   */
  int rank(double rate) {
    int rank = 0;
    while (rank + 1 < below.length && guaranteed(rank + 1) <= rate + ROUNDING) {
      rank++;
    }
    return rank;
  }

  /**
   * Returns the rate that the j-th smallest number guarantees, which is the p-value of a part that
   * j − 1 images are at most.
   *
   * @param rank j, from 1 to n + 1
   */
  double guaranteed(int rank) {
    return Math.min(1, (below[rank - 1] + ofPart) / (1 + ofPart)); // 1 but for rounding
  }

  /** Returns how many equal weights vary as little: 1 / Σ w² (Kish 1965). */
  double effectiveImages() {
    return 1 / squares;
  }
}
