package dev.flowline.detectability;

import java.util.List;

/** The distribution of the number of successes in independent trials of different probabilities. */
final class PoissonBinomial {
  private PoissonBinomial() {}

  /** Returns the probability of at most so many successes. */
  static double atMost(int count, List<Double> probabilities) {
    double[] exactly = new double[probabilities.size() + 1];
    exactly[0] = 1;
    int trials = 0;
    for (double p : probabilities) {
      trials++;
      for (int k = trials; k > 0; k--) {
        exactly[k] = exactly[k] * (1 - p) + exactly[k - 1] * p;
      }
      exactly[0] *= 1 - p;
    }
    double sum = 0;
    for (int k = 0; k <= Math.min(count, trials); k++) {
      sum += exactly[k];
    }
    return Math.min(1, sum);
  }
}
