package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.internal.LibFlowline;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PValueTest {
  private static Calibration calibration(float[] minima, FalseAlarmRate rate) {
    List<CalibrationImage> images =
        IntStream.range(0, minima.length)
            .mapToObj(i -> new CalibrationImage(minima[i], null, null))
            .toList();
    return Calibration.of(images, rate);
  }

  /** Scores of so few values that most are tied. */
  private static float[] scores(Random random, int n) {
    float[] scores = new float[n];
    for (int i = 0; i < n; i++) {
      scores[i] = random.nextInt(20) == 0 ? Float.NEGATIVE_INFINITY : random.nextInt(12) - 20.5f;
    }
    return scores;
  }

  /** Counted one by one, and by libflowline; the verdict of the threshold is p ≤ rank/(n + 1). */
  @Test
  void isACountAndDecidesAsTheThresholdDoes() {
    long seed = 20261130;
    Random random = new Random(seed);
    int ties = 0;
    for (int round = 0; round < 4000; round++) {
      int n = 1 + random.nextInt(60);
      float[] scores = scores(random, n);
      Double confidence = round % 3 == 0 ? 0.9 : null;
      FalseAlarmRate rate = new FalseAlarmRate(0.01 + 0.6 * random.nextDouble(), confidence);
      Calibration calibration = calibration(scores, rate);
      float value = round % 2 == 0 ? scores[random.nextInt(n)] : -22 + random.nextInt(30) / 2f;
      int asExtreme = 0;
      for (float score : scores) {
        asExtreme += score <= value ? 1 : 0;
      }
      double pValue = calibration.pValue(value);
      String with = "seed " + seed + ", round " + round;
      assertEquals((1.0 + asExtreme) / (1 + n), pValue, with);
      double[] nativeValue = new double[1];
      assertEquals(
          LibFlowline.FLOWLINE_OK,
          LibFlowline.flowline_p_value(scores, n, value, nativeValue),
          with);
      assertEquals(nativeValue[0], pValue, with);
      boolean defect = value < calibration.log10Epsilon();
      assertEquals(defect, pValue <= calibration.rank() / (n + 1.0), with);
      if (confidence == null) {
        assertEquals(defect, pValue <= calibration.guaranteed(), with);
      }
      ties += value == calibration.log10Epsilon() ? 1 : 0;
    }
    assertTrue(ties > 100, "ties with the threshold: " + ties);
  }

  @Test
  void endsAtOneAndAtItsSmallest() {
    Calibration calibration = calibration(new float[] {-3, -2, -2}, new FalseAlarmRate(0.5, null));
    assertEquals(0.25, calibration.pValue(-3.5));
    assertEquals(0.25, calibration.pValue(Double.NEGATIVE_INFINITY));
    assertEquals(0.5, calibration.pValue(-3));
    assertEquals(1, calibration.pValue(-2), "both ties count");
    assertEquals(1, calibration.pValue(Double.POSITIVE_INFINITY));
    assertThrows(IllegalArgumentException.class, () -> calibration.pValue(Double.NaN));
  }

  /** Good images that are exchangeable: P(p ≤ t) is t at every p-value, and less with ties. */
  @Test
  void isUniformForGoodImagesAndNeverTooSmallWithTies() {
    long seed = 20261201;
    Random random = new Random(seed);
    int n = 19;
    int rounds = 40_000;
    int[] untied = new int[n + 1];
    int[] tied = new int[n + 1];
    for (int round = 0; round < rounds; round++) {
      float[] scores = new float[n];
      float[] coarse = new float[n];
      for (int i = 0; i < n; i++) {
        scores[i] = (float) random.nextGaussian();
        coarse[i] = Math.round(2 * scores[i]);
      }
      float value = (float) random.nextGaussian();
      FalseAlarmRate rate = new FalseAlarmRate(0.1, null);
      untied[(int) Math.round(calibration(scores, rate).pValue(value) * (n + 1)) - 1]++;
      double fromCoarse = calibration(coarse, rate).pValue(Math.round(2 * value));
      tied[(int) Math.round(fromCoarse * (n + 1)) - 1]++;
    }
    double atMostUntied = 0;
    double atMostTied = 0;
    for (int k = 1; k <= n + 1; k++) {
      double t = k / (n + 1.0);
      atMostUntied += untied[k - 1] / (double) rounds;
      atMostTied += tied[k - 1] / (double) rounds;
      double band = 4 * Math.sqrt(t * (1 - t) / rounds) + 1e-12;
      assertEquals(t, atMostUntied, band, "seed " + seed + ", t " + t);
      assertTrue(atMostTied <= t + band, "seed " + seed + ", t " + t + ": " + atMostTied);
    }
  }
}
