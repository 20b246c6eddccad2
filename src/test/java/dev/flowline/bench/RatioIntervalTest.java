package dev.flowline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Intervals hold the true ratio as often as they say, and are Student's. */
class RatioIntervalTest {
  private static final double EXACT = 1e-12;

  /** Logarithms 0, 0.1 and 0.2: mean 0.1, deviation 0.1; t of 2 degrees at 97.5 % is 4.30265. */
  @Test
  void isStudentsOfThePairs() {
    double[] first = {3, 5, 7};
    double[] second = {3, 5 * Math.exp(0.1), 7 * Math.exp(0.2)};
    RatioInterval got = RatioInterval.paired(first, second);
    double half = 4.302652729696142 * 0.1 / Math.sqrt(3);
    assertEquals(Math.exp(0.1), got.ratio(), EXACT);
    assertEquals(Math.exp(0.1 - half), got.low(), 1e-9);
    assertEquals(Math.exp(0.1 + half), got.high(), 1e-9);
    assertFalse(got.excludesOne());
  }

  /** Welch's degrees of freedom are 2n − 2 for equal sizes and variances: t of 4 is 2.77645. */
  @Test
  void isWelchsOfGroups() {
    double[] first = {1, Math.exp(0.1), Math.exp(0.2)};
    double[] second = {Math.exp(1.0), Math.exp(1.1), Math.exp(1.2)};
    RatioInterval got = RatioInterval.unpaired(first, second, 0.95);
    double half = 2.7764451051977987 * 0.1 * Math.sqrt(2.0 / 3);
    assertEquals(Math.E, got.ratio(), 1e-12);
    assertEquals(Math.exp(1 - half), got.low(), 1e-9);
    assertEquals(Math.exp(1 + half), got.high(), 1e-9);
    assertTrue(got.excludesOne());
  }

  @Test
  void equalValuesDoNotDiffer() {
    double[] same = {2, 2, 2};
    assertFalse(RatioInterval.paired(same, same).excludesOne());
    assertFalse(RatioInterval.unpaired(same, same, 0.99).excludesOne());
  }

  /** The truth is in 95 % of 4,000 intervals: in 94 to 96 % for almost every seed. */
  @Test
  void holdsTheTrueRatioAsOftenAsItSays() {
    Random random = new Random(7);
    int paired = 0;
    int unpaired = 0;
    int trials = 4000;
    for (int trial = 0; trial < trials; trial++) {
      double[] first = new double[6];
      double[] second = new double[6];
      double[] apart = new double[9];
      for (int i = 0; i < 6; i++) {
        double drift = Math.exp(random.nextGaussian()); // of both of a pair
        first[i] = drift * Math.exp(0.1 * random.nextGaussian());
        second[i] = 1.3 * drift * Math.exp(0.1 * random.nextGaussian());
      }
      Arrays.setAll(apart, i -> 1.3 * Math.exp(0.1 + 1.4 * random.nextGaussian()));
      RatioInterval ofPairs = RatioInterval.paired(first, second);
      RatioInterval ofGroups = RatioInterval.unpaired(first, apart, 0.95);
      paired += ofPairs.low() <= 1.3 && 1.3 <= ofPairs.high() ? 1 : 0;
      double ratio = 1.3 * Math.exp(0.1);
      unpaired += ofGroups.low() <= ratio && ratio <= ofGroups.high() ? 1 : 0;
    }
    assertEquals(0.95, (double) paired / trials, 0.01);
    assertEquals(0.95, (double) unpaired / trials, 0.01);
  }

  @Test
  void refusesWhatHasNoLogarithm() {
    double[] two = {1, 2};
    assertThrows(
        IllegalArgumentException.class, () -> RatioInterval.paired(two, new double[] {0, 1}));
    assertThrows(
        IllegalArgumentException.class,
        () -> RatioInterval.paired(two, new double[] {Double.NaN, 1}));
    assertThrows(
        IllegalArgumentException.class, () -> RatioInterval.paired(two, new double[] {1, 2, 3}));
    assertThrows(
        IllegalArgumentException.class, () -> RatioInterval.unpaired(new double[] {1}, two, 0.95));
  }
}
