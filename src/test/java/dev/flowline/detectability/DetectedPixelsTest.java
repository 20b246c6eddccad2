package dev.flowline.detectability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DetectedPixelsTest {
  private static boolean[] only(int size, int at) {
    boolean[] mask = new boolean[size];
    mask[at] = true;
    return mask;
  }

  /** In fractions of the image, two pixels touch if their rectangles overlap. */
  @Test
  void pixelsTouchWhereTheirRectanglesOverlap() {
    int[][] sizes = {{6, 8, 6, 8}, {3, 4, 12, 16}, {12, 16, 3, 4}, {5, 7, 6, 9}, {9, 6, 7, 5}};
    for (int[] size : sizes) {
      int mapHeight = size[0];
      int mapWidth = size[1];
      int rows = size[2];
      int columns = size[3];
      for (int detected = 0; detected < mapHeight * mapWidth; detected++) {
        DetectedPixels pixels =
            new DetectedPixels(only(mapHeight * mapWidth, detected), mapHeight, mapWidth);
        for (int defect = 0; defect < rows * columns; defect++) {
          boolean overlap =
              overlap(detected / mapWidth, mapHeight, defect / columns, rows)
                  && overlap(detected % mapWidth, mapWidth, defect % columns, columns);
          assertEquals(overlap, pixels.touch(only(rows * columns, defect), columns));
        }
      }
    }
  }

  /** Whether [a/n, (a+1)/n) and [b/m, (b+1)/m) overlap, in whole numbers. */
  private static boolean overlap(int a, int n, int b, int m) {
    return a * m < (b + 1) * n && b * n < (a + 1) * m;
  }

  @Test
  void withoutAVerdictNothingIsTouched() {
    DetectedPixels none = new DetectedPixels(null, 4, 4);
    assertFalse(none.any() || none.touch(only(16, 3), 4));
    assertTrue(new DetectedPixels(new boolean[16], 4, 4).any());
    assertFalse(new DetectedPixels(new boolean[16], 4, 4).touch(only(16, 3), 4));
  }
}
