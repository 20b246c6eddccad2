package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class LotReviewTest {
  private static BigInteger choose(int n, int k) {
    BigInteger result = k < 0 || k > n ? BigInteger.ZERO : BigInteger.ONE;
    for (int i = 0; i < k && result.signum() > 0; i++) {
      result = result.multiply(BigInteger.valueOf(n - i)).divide(BigInteger.valueOf(i + 1));
    }
    return result;
  }

  /** P(at least d of k drawn are defective) if that many of all are, as a sum of whole numbers. */
  private static double atLeast(int rejects, int defective, int k, int d) {
    BigInteger ways = BigInteger.ZERO;
    for (int x = d; x <= k; x++) {
      ways = ways.add(choose(defective, x).multiply(choose(rejects - defective, k - x)));
    }
    return ways.doubleValue() / choose(rejects, k).doubleValue();
  }

  @Test
  void theBoundIsTheLeastNumberThatIsPlausible() {
    for (int rejects = 1; rejects <= 24; rejects++) {
      for (int k = 0; k <= rejects; k++) {
        for (int d = 0; d <= k; d++) {
          int least = 0;
          while (atLeast(rejects, least, k, d) <= 0.05) {
            least++;
          }
          LotReview review = LotReview.of(rejects, k, d);
          assertEquals(Math.max(least, d), review.defectiveAtLeast(), rejects + " " + k + " " + d);
        }
      }
    }
    assertEquals(13, LotReview.of(14, 11, 11).defectiveAtLeast());
    assertEquals(14, LotReview.of(14, 14, 14).defectiveAtLeast());
  }

  @Test
  void theSmallestReviewThatShowsAShare() {
    assertEquals(11, LotReview.showing(14, 0.9).lookedAt());
    for (int rejects = 1; rejects <= 60; rejects++) {
      for (double share : new double[] {0.5, 0.9, 0.95, 1}) {
        LotReview review = LotReview.showing(rejects, share);
        assertEquals(review.lookedAt(), review.defective());
        assertTrue(review.defectiveAtLeast() >= share * rejects - 1e-9, review.toString());
        int fewer = review.lookedAt() - 1;
        assertTrue(
            fewer < 1 || LotReview.of(rejects, fewer, fewer).defectiveAtLeast() < share * rejects,
            review.toString());
      }
    }
    assertTrue(LotReview.showing(100_000, 0.9).lookedAt() < 40, "as of an endless population: 29");
  }

  @Test
  void refusesWhatIsNoReview() {
    for (int[] wrong : new int[][] {{0, 0, 0}, {3, 4, 0}, {3, -1, 0}, {3, 2, 3}, {3, 2, -1}}) {
      assertThrows(
          IllegalArgumentException.class, () -> LotReview.of(wrong[0], wrong[1], wrong[2]));
    }
    for (double wrong : new double[] {0, 1.1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> LotReview.showing(3, wrong));
    }
  }
}
