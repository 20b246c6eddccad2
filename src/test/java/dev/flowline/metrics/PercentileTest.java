package dev.flowline.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PercentileTest {
  private static double of(double share, float[]... maps) {
    try (PixelSweep sweep = new PixelSweep()) {
      for (int i = 0; i < maps.length; i++) {
        sweep.add(i, maps[i], null, maps[i].length);
      }
      Percentile percentile = new Percentile(share);
      sweep.descend(percentile);
      return percentile.value();
    }
  }

  /** The values that numpy 2 gives: numpy.percentile([1, 2, 4, 8, 16], q). */
  @Test
  void byHand() {
    float[] scores = {16, 1, 4, 2, 8};
    assertEquals(1, of(0, scores));
    assertEquals(2, of(0.25, scores));
    assertEquals(4, of(0.5, scores));
    assertEquals(14.4, of(0.95, scores), 1e-12);
    assertEquals(16, of(1, scores));
  }

  @Test
  void ofOnePixelAndOfEqualOnes() {
    assertEquals(3, of(0.95, new float[] {3}));
    assertEquals(3, of(0.95, new float[] {3, 3, 3, 3}));
    assertEquals(Double.NaN, of(0.95));
  }

  @Test
  void allMapsTogetherAsOneSortedArray() {
    Random random = new Random(3);
    for (int trial = 0; trial < 50; trial++) {
      float[] all = new float[6 * (1 + random.nextInt(20))];
      for (int i = 0; i < all.length; i++) {
        all[i] = random.nextInt(9) - 4 + random.nextInt(2) * random.nextFloat();
      }
      double share = random.nextDouble();
      int cut = random.nextInt(all.length - 1) + 1;
      float[] sorted = all.clone();
      Arrays.sort(sorted);
      double position = share * (sorted.length - 1);
      int below = (int) position;
      double expected =
          sorted[below]
              + (position - below)
                  * ((double) sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
      assertEquals(
          expected,
          of(share, Arrays.copyOf(all, cut), Arrays.copyOfRange(all, cut, all.length)),
          1e-12);
    }
  }

  @Test
  void refusesSharesBeyondTheirBounds() {
    for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new Percentile(share));
    }
  }
}
