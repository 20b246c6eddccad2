package dev.flowline.detectability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.flowline.metrics.ConnectedComponents;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeretDiameterTest {
  @Test
  void aPixelIsAsLongAsItsDiagonal() {
    boolean[] mask = new boolean[12];
    assertEquals(0, FeretDiameter.largest(mask, 4));
    mask[5] = true;
    assertEquals(Math.sqrt(2), FeretDiameter.largest(mask, 4), 1e-12);
    mask[6] = true;
    assertEquals(Math.sqrt(5), FeretDiameter.largest(mask, 4), 1e-12);
    mask[8] = true; // touches at a corner: (0, 2) to (3, 1)
    assertEquals(Math.sqrt(9 + 4), FeretDiameter.largest(mask, 4), 1e-12);
  }

  /** All pairs of corners of all pixels of each part. */
  @Test
  void theDiameterIsThatOfAllPairs() {
    Random random = new Random(5);
    int width = 23;
    boolean[] mask = new boolean[width * 17];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = random.nextInt(100) < 35;
    }
    int[] labels = ConnectedComponents.of(mask, width, 8).labels();
    double largest = 0;
    for (int i = 0; i < mask.length; i++) {
      for (int j = 0; j < mask.length; j++) {
        if (labels[i] > 0 && labels[i] == labels[j]) {
          double dx = Math.abs(i % width - j % width) + 1;
          double dy = Math.abs(i / width - j / width) + 1;
          largest = Math.max(largest, Math.hypot(dx, dy));
        }
      }
    }
    assertEquals(largest, FeretDiameter.largest(mask, width), 1e-12);
  }
}
