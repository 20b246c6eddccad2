package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.internal.LibFlowline;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FalseAlarmRateTest {
  @ParameterizedTest
  @CsvSource({"0.05, 18, 0", "0.05, 19, 1", "0.05, 38, 1", "0.05, 39, 2", "0.02, 48, 0"})
  void conformalRanks(double rate, int images, int rank) {
    assertEquals(rank, new FalseAlarmRate(rate, null).rank(images));
  }

  /** Wilks: 1 − (1 − rate)^n ≥ confidence takes 59 images at 5 % and 95 %, 299 at 1 %. */
  @ParameterizedTest
  @CsvSource({"0.05, 0.95, 59", "0.01, 0.95, 299", "0.1, 0.9, 22"})
  void imagesThatAToleranceLimitNeeds(double rate, double confidence, int images) {
    FalseAlarmRate asked = new FalseAlarmRate(rate, confidence);
    assertEquals(images, asked.imagesNeeded());
    assertEquals(0, asked.rank(images - 1));
    assertEquals(1, asked.rank(images));
  }

  /** The binomial's tail as a plain sum. */
  @Test
  void toleranceRanksAreTheLargestThatHold() {
    for (int n : new int[] {1, 30, 59, 200}) {
      for (double rate : new double[] {0.02, 0.1, 0.5}) {
        FalseAlarmRate asked = new FalseAlarmRate(rate, 0.9);
        int rank = asked.rank(n);
        assertTrue(rank == 0 || atLeast(rank, n, rate) >= 0.9, n + " " + rate);
        assertTrue(rank == n || atLeast(rank + 1, n, rate) < 0.9, n + " " + rate);
        if (rank > 0) {
          double promised = asked.guaranteedRate(rank, n);
          assertTrue(promised <= rate + 1e-12);
          assertEquals(0.9, atLeast(rank, n, promised), 1e-9);
        }
      }
    }
  }

  private static double atLeast(int successes, int n, double p) {
    double sum = 0;
    double term = Math.pow(1 - p, n);
    for (int k = 0; k <= n; k++) {
      sum += k >= successes ? term : 0;
      term *= (n - k) / (k + 1.0) * p / (1 - p);
    }
    return sum;
  }

  @Test
  void whatIsPromisedIsKept() {
    long seed = 20261128;
    Random random = new Random(seed);
    int trials = 20000;
    FalseAlarmRate onAverage = new FalseAlarmRate(0.1, null);
    FalseAlarmRate confident = new FalseAlarmRate(0.1, 0.9);
    int n = 47;
    double alarms = 0;
    int broken = 0;
    for (int trial = 0; trial < trials; trial++) {
      double[] scores = random.doubles(n).sorted().toArray(); // uniform: a threshold is its rate
      alarms += scores[onAverage.rank(n) - 1];
      broken += scores[confident.rank(n) - 1] > 0.1 ? 1 : 0;
    }
    String with = "seed " + seed;
    assertEquals(onAverage.guaranteedRate(onAverage.rank(n), n), alarms / trials, 0.002, with);
    assertTrue(broken < 0.1 * trials + 4 * Math.sqrt(0.09 * trials), with);
    assertTrue(broken > 0.01 * trials, "not needlessly careful, " + with);
  }

  @Test
  void refusesWhatIsNoShare() {
    for (double wrong : new double[] {0, 1, -0.1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new FalseAlarmRate(wrong, null));
      assertThrows(IllegalArgumentException.class, () -> new FalseAlarmRate(0.1, wrong));
    }
    int[] ranks = {0, 11};
    Arrays.stream(ranks)
        .forEach(
            rank ->
                assertThrows(
                    IllegalArgumentException.class,
                    () -> new FalseAlarmRate(0.1, null).guaranteedRate(rank, 10)));
  }

  /** libflowline has the same, by sums of its own. */
  @Test
  void theNativeThresholdIsTheSame() {
    Random random = new Random(20261129);
    for (int round = 0; round < 2000; round++) {
      int n = 1 + random.nextInt(round % 10 == 0 ? 5000 : 200);
      double asked = Math.pow(10, -3 * random.nextDouble()) * 0.999;
      Double confidence = random.nextBoolean() ? null : 0.5 + 0.499 * random.nextDouble();
      FalseAlarmRate rate = new FalseAlarmRate(asked, confidence);
      float[] smallest = new float[n];
      for (int i = 0; i < n; i++) {
        smallest[i] = i - n; // the j-th smallest is j − 1 − n
      }
      float[] log10Epsilon = new float[1];
      double[] promised = new double[1];
      int status =
          LibFlowline.flowline_log10_epsilon(
              smallest, n, asked, confidence == null ? 0 : confidence, log10Epsilon, promised);
      assertEquals(
          rate.rank(n) == 0 ? LibFlowline.FLOWLINE_TOO_FEW_IMAGES : LibFlowline.FLOWLINE_OK,
          status);
      int rank = Math.max(1, rate.rank(n));
      assertEquals(rank - 1 - n, log10Epsilon[0], rate + " of " + n);
      assertEquals(rate.guaranteedRate(rank, n), promised[0], 1e-10, rate + " of " + n);
    }
  }
}
