package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.*;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The threshold holds what it promises: at most ε false alarms an image on white noise. */
class WhiteNoiseTest {
  private static final int BATCHES = 40;
  private static final int BATCH = 50;
  private static final int IMAGES = BATCHES * BATCH;
  private static final double CERTAINTY = 1 - 1e-6;

  /**
   * By Markov's inequality an image has a false alarm with probability ε at most, so that among
   * 2,000 there are no more than a quantile of Bin(2000, ε). PUBLISHED pays for the largest
   * polyominoes of the map and detects nothing; BY_SIZE stays below by the unions that its bound
   * neglects.
   */
  @ParameterizedTest
  @CsvSource({
    "CHERNOFF, PUBLISHED, -1",
    "EXACT, PUBLISHED, -1",
    "CHERNOFF, BY_SIZE, -1",
    "EXACT, BY_SIZE, -1",
    "EXACT, BY_SIZE, -2",
  })
  void falseAlarms(PfaBound bound, NumberOfTests tests, double log10Epsilon) {
    SegmentationOptions options = new SegmentationOptions(bound, tests, log10Epsilon);
    Random random = new Random(20261121);
    int alarmed = 0;
    try (AContrario aContrario = new AContrario(options, 1)) {
      for (int batch = 0; batch < BATCHES; batch++) {
        try (NativeLatents latents = new NativeLatents()) {
          latents.add(noise(random, BATCH * 12 * 14 * 14), BATCH, 12, 14, 14);
          latents.add(noise(random, BATCH * 16 * 7 * 7), BATCH, 16, 7, 7);
          alarmed += below(aContrario.segment(latents.views(), 28, 28), log10Epsilon);
        }
      }
    }
    int most = binomialQuantile(IMAGES, Math.pow(10, log10Epsilon), CERTAINTY);
    assertTrue(alarmed <= most, options + ": " + alarmed + " images with a false alarm of " + most);
  }

  /**
   * One position is a test without unions and without a bound: EXACT by size detects it with
   * probability ε/N_T(l, 1) = ε/(α·β), no more and no less.
   */
  @ParameterizedTest
  @CsvSource({"1, 0", "1, -1", "1, -2", "12, 0", "12, -1", "12, -2", "64, 0", "64, -1", "64, -2"})
  void onePositionIsDetectedAtTheRateStated(int channels, double log10Epsilon) {
    int latentsInAll = 20_000;
    SegmentationOptions options =
        new SegmentationOptions(PfaBound.EXACT, NumberOfTests.BY_SIZE, log10Epsilon);
    Random random = new Random(20261122 + channels);
    int detected;
    try (AContrario aContrario = new AContrario(options, 1);
        NativeLatents latents = new NativeLatents()) {
      latents.add(noise(random, latentsInAll * channels), latentsInAll, channels, 1, 1);
      detected = below(aContrario.segment(latents.views(), 1, 1), log10Epsilon);
    }
    double probability = Math.pow(10, log10Epsilon) / (0.316915 * 4.062570);
    double expected = latentsInAll * probability;
    double sigma = Math.sqrt(expected * (1 - probability));
    assertEquals(expected, detected, 5 * sigma);
  }

  @Test
  void binomialQuantiles() {
    assertEquals(267, binomialQuantile(2000, 0.1, CERTAINTY));
    assertEquals(44, binomialQuantile(2000, 0.01, CERTAINTY));
    assertEquals(1, binomialQuantile(2, 0.5, 0.75));
    assertEquals(2000, binomialQuantile(2000, 1, CERTAINTY));
  }

  private static int below(List<NfaMap> maps, double log10Epsilon) {
    return (int) maps.stream().filter(map -> map.minLog10Nfa() < log10Epsilon).count();
  }

  /** The smallest k with P(Bin(n, p) ≤ k) ≥ certainty. */
  private static int binomialQuantile(int n, double p, double certainty) {
    if (p >= 1) {
      return n;
    }
    double logTerm = n * Math.log1p(-p);
    double sum = Math.exp(logTerm);
    int k = 0;
    while (sum < certainty && k < n) {
      logTerm += Math.log((double) (n - k) / (k + 1)) + Math.log(p) - Math.log1p(-p);
      k++;
      sum += Math.exp(logTerm);
    }
    return k;
  }

  private static float[] noise(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
