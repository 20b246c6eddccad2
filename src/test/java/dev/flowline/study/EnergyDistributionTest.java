package dev.flowline.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnergyDistributionTest {
  @Test
  void isThatOfAllEnergiesSorted() {
    Random random = new Random(3);
    float[] values = new float[20_000];
    EnergyDistribution distribution = new EnergyDistribution();
    for (int from = 0; from < values.length; from += 1000) {
      float[] some = new float[1000];
      for (int i = 0; i < some.length; i++) {
        some[i] = (float) Math.exp(3 * random.nextGaussian());
        values[from + i] = some[i];
      }
      distribution.add(some);
    }
    Arrays.sort(values);
    int n = values.length;
    double mean = 0;
    for (float value : values) {
      mean += value / n;
    }
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean);
    }
    assertEquals(n, distribution.count());
    assertEquals(mean, distribution.mean(), 1e-9 * mean);
    assertEquals(Math.sqrt(squares / n), distribution.deviation(), 1e-6 * mean);
    assertEquals(values[n - 1], distribution.largest());
    for (int above : new int[] {2, 20, 1000, 10_000, 19_000, 19_990}) {
      double exact = values[n - above];
      double next = values[n - above - 1]; // the quantile lies between them, and a bin's width
      double quantile = distribution.quantileFromAbove((double) above / n);
      assertEquals((exact + next) / 2, quantile, (exact - next) / 2 + 0.0021 * exact);
      assertEquals((double) above / n, distribution.shareAbove(next), 0.002);
    }
  }

  @Test
  void whatIsOutOfAllBoundsIsCountedAtTheEnds() {
    EnergyDistribution distribution = new EnergyDistribution();
    distribution.add(new float[] {0, 1e-9f, 1, 1e20f});
    assertEquals(1e-6, distribution.quantileFromAbove(0.99), 1e-8);
    assertEquals(1, distribution.quantileFromAbove(0.4), 0.003);
    assertEquals(1e9, distribution.quantileFromAbove(0.01), 3e6);
    assertEquals(1e20f, distribution.largest());
    assertEquals(0.5, distribution.shareAbove(0.1));
  }
}
