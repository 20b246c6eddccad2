package dev.flowline.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.segmentation.Region;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapScaleTest {
  /** The smallest box over every image pixel whose area overlaps one of the region's map pixels. */
  @ParameterizedTest
  @CsvSource({
    "96, 120, 31, 17",
    "96, 120, 95, 119",
    "97, 121, 48, 80",
    "7, 41, 25, 47",
    "61, 7, 49, 41",
    "53, 200, 130, 77",
    "96, 120, 48, 40",
    "1, 3, 49, 94",
    "448, 448, 448, 448"
  })
  void aBoxCoversEveryImagePixelThatItsMapPixelsTouch(
      int height, int width, int mapHeight, int mapWidth) {
    MapScale scale = new MapScale(mapHeight, mapWidth, height, width);
    Random random = new Random(1);
    for (int trial = 0; trial < 300; trial++) {
      int x = random.nextInt(mapWidth);
      int y = random.nextInt(mapHeight);
      int across = trial % 3 == 0 ? mapWidth - x : 1 + random.nextInt(mapWidth - x);
      int along = trial % 3 == 0 ? mapHeight - y : 1 + random.nextInt(mapHeight - y);
      Region map = region(x, y, across, along);
      Region box = scale.inImage(map);
      int[] columns = touched(x, across, mapWidth, width);
      int[] rows = touched(y, along, mapHeight, height);
      assertEquals(
          List.of(columns[0], columns[1], rows[0], rows[1]),
          List.of(box.x(), box.x() + box.width() - 1, box.y(), box.y() + box.height() - 1),
          () -> map + " became " + box);
    }
  }

  /** Whatever the sizes, and the region: nothing of it lies outside the image. */
  @Test
  void aRegionLiesWithinTheImage() {
    for (int image = 1; image < 60; image++) {
      for (int map = 1; map < 60; map++) {
        for (int x = 0; x < map; x++) {
          Region box = new MapScale(map, map, image, image).inImage(region(x, 0, 1, map));
          assertTrue(box.width() >= 1 && box.x() + box.width() <= image, box.toString());
          assertEquals(image, box.height());
          assertTrue(box.peakX() >= box.x() && box.peakX() < box.x() + box.width());
          assertTrue(box.centroidX() > -0.5 && box.centroidX() < image - 0.5, box.toString());
        }
      }
    }
  }

  /** Of whole steps every value is plain. */
  @Test
  void everyMapPixelBecomesARectangle() {
    Region region = new MapScale(10, 20, 30, 40).inImage(region(3, 2, 5, 4));
    assertEquals(new Region(6, 6, 10, 12, 120, 10.5, 11.5, 7, 7, -9), region);
  }

  /** A full rectangle, with its peak in the first pixel. */
  private static Region region(int x, int y, int width, int height) {
    return new Region(
        x,
        y,
        width,
        height,
        width * height,
        x + (width - 1) / 2.0,
        y + (height - 1) / 2.0,
        x,
        y,
        -9);
  }

  /**
   * The first and the last of {@code pixels} image pixels that overlap one of {@code count} map
   * pixels: image pixel p covers p·mapPixels to (p + 1)·mapPixels, map pixel m covers m·pixels to
   * (m + 1)·pixels.
   */
  private static int[] touched(int from, int count, int mapPixels, int pixels) {
    int[] touched = {Integer.MAX_VALUE, -1};
    for (int m = from; m < from + count; m++) {
      for (int p = 0; p < pixels; p++) {
        if (p * mapPixels < (m + 1) * pixels && m * pixels < (p + 1) * mapPixels) {
          touched[0] = Math.min(touched[0], p);
          touched[1] = Math.max(touched[1], p);
        }
      }
    }
    return touched;
  }
}
