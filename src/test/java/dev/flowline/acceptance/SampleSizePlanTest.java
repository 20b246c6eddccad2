package dev.flowline.acceptance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.calibration.BinomialInterval;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleSizePlanTest {
  private static int[] parts(double rate, double confidence) {
    return SampleSizePlan.of("rate", rate, confidence).rows().stream()
        .mapToInt(SampleSizePlan.Row::parts)
        .toArray();
  }

  /** Least n with scipy.stats.binom.cdf(wrong, n, rate) at most 1 - confidence, scipy 1.17.1. */
  @Test
  void thePlanIsThatOfScipy() {
    assertArrayEquals(new int[] {149, 236, 313, 386, 456, 523}, parts(0.02, 0.95));
    assertArrayEquals(new int[] {59, 93, 124, 153, 181, 208}, parts(0.05, 0.95));
    assertArrayEquals(new int[] {230, 388, 531, 667, 798, 926}, parts(0.01, 0.9));
    assertArrayEquals(new int[] {4603, 6636, 8403, 10042, 11601, 13105}, parts(0.001, 0.99));
    assertArrayEquals(new int[] {29, 46, 61, 76, 89, 103}, parts(0.1, 0.95));
    assertArrayEquals(new int[] {5, 9, 14, 18, 21, 25}, parts(0.3, 0.8));
  }

  /** So many parts have the bound of Clopper and Pearson, and one part fewer has not. */
  @Test
  void thePlanIsTheLeastWhoseBoundIsTheRate() {
    for (double rate : new double[] {0.5, 0.1, 0.02, 0.004, 1e-6}) {
      for (SampleSizePlan.Row row : SampleSizePlan.of("rate", rate, 0.95).rows()) {
        assertTrue(BinomialInterval.upperBound(row.wrong(), row.parts(), 0.95) <= rate + 1e-12);
        int fewer = row.parts() - 1;
        assertTrue(
            fewer <= row.wrong()
                || BinomialInterval.upperBound(row.wrong(), fewer, 0.95) > rate - 1e-12);
      }
    }
  }

  @Test
  void ratesThatNoNumberOfPartsShowsAreRefused() {
    for (double rate : new double[] {0, 1, -0.1, 1e-7, Double.NaN}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> SampleSizePlan.of("the rate", rate, 0.95))
              .getMessage();
      assertTrue(message.startsWith("the rate must be at least 0.000001 and below 1"), message);
    }
    for (double confidence : new double[] {0, 1, 1.5, Double.NaN}) {
      assertTrue(
          assertThrows(
                  IllegalArgumentException.class,
                  () -> SampleSizePlan.of("the rate", 0.02, confidence))
              .getMessage()
              .startsWith("confidence must be between 0 and 1"));
    }
  }

  @Test
  void thePlanInWords() {
    List<String> words = AcceptancePlan.of(Requested.USUAL).inWords();
    assertEquals(
        "miss rate ≤ 2 % at 95 %: 149 defective parts with none missed, or 236 with 1 missed, 313 with 2, 386 with 3, 456 with 4, 523 with 5",
        words.get(0));
    String good =
        "false-alarm rate ≤ 5 % at 95 %: 59 good parts with no false alarm, or 93 with 1 ";
    assertTrue(words.get(1).startsWith(good), words.get(1));
  }
}
