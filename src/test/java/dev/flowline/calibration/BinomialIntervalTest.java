package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
