package dev.flowline.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairThresholdTest {
  @Test
  void leavesOnePixelAnImageOnAverage() {
    Random random = new Random(3);
    FairThreshold fair = new FairThreshold();
    int images = 40;
    float[] all = new float[images * 65536];
    for (int image = 0; image < images; image++) {
      float[] map = new float[65536];
      for (int i = 0; i < map.length; i++) {
        map[i] = random.nextFloat();
      }
      System.arraycopy(map, 0, all, image * 65536, 65536);
      fair.add(map);
    }
    Arrays.sort(all);
    assertEquals(all[all.length - 1 - images], fair.value());
  }

  @Test
  void neverLeavesMoreWhereScoresAreEqual() {
    FairThreshold fair = new FairThreshold();
    float[] map = new float[65536];
    Arrays.fill(map, 0, 100, 0.5f);
    fair.add(map);
    assertEquals(0.5, fair.value(), "above it no pixel, below it a hundred");
  }

  @Test
  void ofFewPixelsIsTheHighest() {
    FairThreshold fair = new FairThreshold();
    assertEquals(Double.NaN, fair.value());
    fair.add(new float[] {0.25f, 0.75f, 0.5f});
    assertEquals(0.75, fair.value());
    fair.add(new float[] {0.875f});
    assertEquals(0.875, fair.value());
  }
}
