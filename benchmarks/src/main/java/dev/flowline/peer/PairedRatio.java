package dev.flowline.peer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How many times as fast one program is as another, by the ratios of the same rounds.
 *
 * @param median of the ratios
 * @param low of the interval that has the median with a confidence of at least 95 %
 * @param high of it
 */
record PairedRatio(double median, double low, double high) {
  /** The fewest rounds that have such an interval. */
  static final int FEWEST_ROUNDS = 6;

  private static final double OUTSIDE = 0.05;

  /**
   * Compares the times of two programs. The interval is that of the sign test, between two of the
   * sorted ratios: it holds for any distribution, and a round that another program disturbed counts
   * as one round only.
   *
   * @param slower milliseconds by round, of the program in the numerator
   * @param faster milliseconds by round, of the program in the denominator
   * @throws IllegalArgumentException if they have not as many rounds, or fewer than 6
   */
  static PairedRatio of(List<Double> slower, List<Double> faster) {
    int rounds = slower.size();
    if (faster.size() != rounds || rounds < FEWEST_ROUNDS) {
      throw new IllegalArgumentException(
          "rounds must be the same number and at least %s, got %s and %s"
              .formatted(FEWEST_ROUNDS, rounds, faster.size()));
    }
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      ratios.add(slower.get(round) / faster.get(round));
    }
    Collections.sort(ratios);
    int left = leftOut(rounds);
    return new PairedRatio(median(ratios), ratios.get(left), ratios.get(rounds - 1 - left));
  }

  /** Returns the median of values. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /** Returns how many ratios at either end are outside the interval. */
  private static int leftOut(int rounds) {
    double probability = Math.pow(0.5, rounds); // of exactly k ratios below the true median
    double tail = probability;
    int k = 0;
    while (2 * tail <= OUTSIDE) {
      probability *= (double) (rounds - k) / (k + 1);
      k++;
      tail += probability;
    }
    return k - 1; // so that fewer than k + 1 below has at most 2.5 %
  }
}
