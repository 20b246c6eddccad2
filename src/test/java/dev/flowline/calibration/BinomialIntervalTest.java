package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BinomialIntervalTest {
  /** Clopper and Pearson: at each end so many or more, or so many or fewer, have 2.5 %. */
  @Test
  void theEndsHaveTheirTails() {
    for (int of : new int[] {1, 7, 60}) {
      for (int count = 0; count <= of; count += 1 + of / 9) {
        BinomialInterval interval = BinomialInterval.of(count, of);
        assertEquals(count == 0 ? 1 : 0.025, atLeast(count, of, interval.low()), 1e-9);
        assertEquals(count == of ? 0 : 0.975, atLeast(count + 1, of, interval.high()), 1e-9);
        assertTrue(interval.contains((double) count / of));
      }
    }
    assertEquals(0.0596, BinomialInterval.of(0, 60).high(), 1e-4);
  }

  private static double atLeast(int successes, int n, double p) {
    double sum = 0;
    double coefficient = 1;
    for (int k = 0; k <= n; k++) {
      sum += k >= successes ? coefficient * Math.pow(p, k) * Math.pow(1 - p, n - k) : 0;
      coefficient *= (n - k) / (k + 1.0);
    }
    return sum;
  }

  @Test
  void refusesWhatIsNoCount() {
    assertThrows(IllegalArgumentException.class, () -> BinomialInterval.of(0, 0));
    assertThrows(IllegalArgumentException.class, () -> BinomialInterval.of(3, 2));
  }

  /**
   * Values of scipy 1.17.1: beta.ppf(t, k, n - k + 1) and beta.isf(t, k + 1, n - k) of scipy.stats,
   * t half of 1 - confidence, and all of it for the one-sided bound.
   */
  @Test
  void theBoundsAreThoseOfScipy() {
    double[][] rows = { // k, n, confidence, low, high, one-sided
      {0, 200, 0.95, 0.0, 0.01827534035513624, 0.014867039231272054},
      {42, 50, 0.95, 0.7088736934048891, 0.9282992328167138, 0.9178149382614393},
      {39, 50, 0.95, 0.6403881114342106, 0.8847341739621514, 0.8714426211196615},
      {3, 48, 0.95, 0.013079244409552649, 0.17195993079057043, 0.1536889988733396},
      {5, 102, 0.95, 0.016105818843923626, 0.11069566263552737, 0.10030332779197823},
      {1, 1000, 0.99, 5.01252926077751e-06, 0.007406286938352937, 0.006619668395648625},
      {999, 1000, 0.9, 0.9952650064245002, 0.999948708021091, 0.9998946450345664},
      {7, 7, 0.95, 0.5903836027749967, 1.0, 1.0},
      {1, 2, 0.5, 0.13397459621556135, 0.8660254037844387, 0.7071067811865476},
      {12, 100000, 0.999, 3.726482478496022e-05, 0.00028201160152185173, 0.00027023950778348423},
    };
    for (double[] row : rows) {
      BinomialInterval interval = BinomialInterval.of((int) row[0], (int) row[1], row[2]);
      assertEquals(row[3], interval.low(), 1e-11 * Math.max(row[3], 1e-3));
      assertEquals(row[4], interval.high(), 1e-11 * Math.max(row[4], 1e-3));
      assertEquals(
          row[5], BinomialInterval.upperBound((int) row[0], (int) row[1], row[2]), 1e-11 * row[5]);
    }
  }

  /** Sums of binomial probabilities, and bisection: slow, and nothing of the beta distribution. */
  @Test
  void randomBoundsAreThoseOfSumsAndBisection() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      int n = 1 + random.nextInt(60);
      int k = random.nextInt(n + 1);
      double confidence = 0.5 + 0.499 * random.nextDouble();
      double tail = (1 - confidence) / 2;
      BinomialInterval interval = BinomialInterval.of(k, n, confidence);
      String of = "seed %s: %s of %s at %s".formatted(seed, k, n, confidence);
      assertEquals(k == 0 ? 0 : root(k, n, tail), interval.low(), 1e-9, of);
      assertEquals(k == n ? 1 : root(k + 1, n, 1 - tail), interval.high(), 1e-9, of);
      assertEquals(
          k == n ? 1 : root(k + 1, n, confidence),
          BinomialInterval.upperBound(k, n, confidence),
          1e-9,
          of);
    }
  }

  /** Returns the share at which so many or more have a probability. */
  private static double root(int atLeast, int n, double probability) {
    double low = 0;
    double high = 1;
    for (int step = 0; step < 60; step++) {
      double middle = (low + high) / 2;
      if (atLeast(atLeast, n, middle) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Test
  void refusesWhatIsNoConfidence() {
    for (double confidence : new double[] {0, 1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> BinomialInterval.of(1, 2, confidence));
      assertThrows(
          IllegalArgumentException.class, () -> BinomialInterval.upperBound(1, 2, confidence));
    }
  }
}
