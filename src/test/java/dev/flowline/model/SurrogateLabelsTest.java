package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.model.SurrogateLabels.DefectBox;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SurrogateLabelsTest {
  @Test
  void sharesAndBoxesAreThoseOfTheMask() {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      boolean[][] mask = new boolean[1 + random.nextInt(12)][1 + random.nextInt(12)];
      boolean[] flat = new boolean[mask.length * mask[0].length];
      double density = random.nextDouble() * 0.5;
      for (int i = 0; i < flat.length; i++) {
        flat[i] = random.nextDouble() < density;
        mask[i / mask[0].length][i % mask[0].length] = flat[i];
      }
      int rows = 1 + random.nextInt(15); // finer than the mask too
      int columns = 1 + random.nextInt(15);
      SurrogateLabels labels =
          SurrogateLabels.of(
              flat, mask.length, mask[0].length, List.of(new long[] {1, 3, rows, columns}));
      for (int i = 0; i < rows * columns; i++) {
        assertEquals(
            SlowContrast.share(mask, rows, columns, i / columns, i % columns),
            labels.defective().get(0)[i],
            1e-7,
            "seed " + seed);
      }
      var expected =
          SlowContrast.boxes(mask, rows, columns).stream()
              .map(b -> new DefectBox(b[0], b[1], b[2], b[3]))
              .collect(Collectors.toSet());
      List<DefectBox> boxes = labels.boxes().get(0);
      assertEquals(boxes.size(), new HashSet<>(boxes).size(), "seed " + seed);
      assertTrue(expected.containsAll(boxes), "seed " + seed);
      if (SlowContrast.boxes(mask, mask.length, mask[0].length).size() <= 12) {
        assertEquals(expected, new HashSet<>(boxes), "seed " + seed);
      }
    }
  }

  /** 40 specks and a blot: the blot is among the boxes. */
  @Test
  void onlyTheLargestComponentsHaveBoxes() {
    int width = 40;
    boolean[] mask = new boolean[width * 10];
    for (int i = 0; i < 20; i++) {
      mask[2 * i] = true;
      mask[2 * width + 2 * i] = true;
    }
    for (int y = 6; y < 9; y++) {
      Arrays.fill(mask, y * width + 10, y * width + 15, true);
    }
    List<DefectBox> boxes =
        SurrogateLabels.of(mask, 10, width, List.of(new long[] {1, 1, 10, width})).boxes().get(0);
    assertEquals(SurrogateLabels.MOST_BOXES, boxes.size());
    assertEquals(new DefectBox(6, 10, 9, 15), boxes.get(0));
  }

  @Test
  void aMaskOfAnotherSizeIsRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> SurrogateLabels.of(new boolean[5], 2, 3, List.of()))
            .getMessage();
    assertEquals("mask must have 6 pixels = 2·3, has 5", message);
  }
}
