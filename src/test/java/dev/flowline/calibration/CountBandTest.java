package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class CountBandTest {
  private static BigInteger choose(int n, int k) {
    BigInteger of = BigInteger.ONE;
    for (int i = 1; i <= k; i++) {
      of = of.multiply(BigInteger.valueOf(n - k + i)).divide(BigInteger.valueOf(i));
    }
    return of;
  }

  /** The first count that, with all below, has a probability of at least that. */
  private static int first(IntFunction<BigDecimal> probability, int n, String atLeast) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int k = 0; k <= n; k++) {
      sum = sum.add(probability.apply(k));
      if (sum.compareTo(new BigDecimal(atLeast)) >= 0) {
        return k;
      }
    }
    throw new AssertionError("probabilities do not add up");
  }

  @Test
  void ofAKnownShareItIsBinomial() {
    for (int n : new int[] {1, 7, 60, 200}) {
      for (String share : new String[] {"0.01", "0.1", "0.5", "0.93"}) {
        BigDecimal p = new BigDecimal(share);
        IntFunction<BigDecimal> exact =
            k ->
                new BigDecimal(choose(n, k))
                    .multiply(p.pow(k))
                    .multiply(BigDecimal.ONE.subtract(p).pow(n - k));
        CountBand band = CountBand.of(p.doubleValue(), n);
        assertEquals(first(exact, n, "0.025"), band.low(), n + " " + share);
        assertEquals(first(exact, n, "0.975"), band.high(), n + " " + share);
      }
    }
  }

  /**
   * Of m + n exchangeable images, dealt in any order, k of the n lie beyond the j-th of the m in
   * C(k + j − 1, k)·C(n − k + m − j, n − k) of C(m + n, n) orders.
   */
  @Test
  void ofAnEstimatedShareItCountsTheOrdersOfAllImages() {
    for (int m : new int[] {9, 30, 104}) {
      for (int n : new int[] {1, 20, 60}) {
        for (int j = 1; j <= m; j += 4) {
          int rank = j;
          IntFunction<BigDecimal> exact =
              k ->
                  new BigDecimal(choose(k + rank - 1, k).multiply(choose(n - k + m - rank, n - k)))
                      .divide(new BigDecimal(choose(m + n, n)), MathContext.DECIMAL128);
          CountBand band = CountBand.of(j / (m + 1.0), n, m);
          assertEquals(first(exact, n, "0.025"), band.low(), j + " of " + m + ", " + n);
          assertEquals(first(exact, n, "0.975"), band.high(), j + " of " + m + ", " + n);
        }
      }
    }
  }

  @Test
  void whatIsCertainHasNoRoom() {
    assertEquals(new CountBand(0, 0), CountBand.of(0, 10));
    assertEquals(new CountBand(10, 10), CountBand.of(1, 10, 30));
  }

  @Test
  void moreImagesMeasuredMakeItNarrower() {
    CountBand few = CountBand.of(0.1, 60, 9);
    CountBand many = CountBand.of(0.1, 60, 999);
    assertTrue(few.high() > many.high());
    assertEquals(CountBand.of(0.1, 60), CountBand.of(0.1, 60, 1e9));
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThrows(IllegalArgumentException.class, () -> CountBand.of(1.1, 10));
    assertThrows(IllegalArgumentException.class, () -> CountBand.of(Double.NaN, 10));
    assertThrows(IllegalArgumentException.class, () -> CountBand.of(0.5, 0));
  }
}
