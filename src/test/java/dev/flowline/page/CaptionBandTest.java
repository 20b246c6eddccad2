package dev.flowline.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.segmentation.Region;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CaptionBandTest {
  private static final int BAND = 0xa31515;

  private static BufferedImage noise(int width, int height) {
    Random random = new Random(3);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      picture.setRGB(i % width, i / width, random.nextInt(0xf0f0f0));
    }
    return picture;
  }

  /** Whatever the picture's size, no pixel of it is hidden or moved. */
  @Test
  void thePictureStaysWhereItIs() {
    int[][] sizes = {{1, 1}, {7, 300}, {64, 48}, {500, 20}, {1300, 40}};
    for (int[] size : sizes) {
      BufferedImage picture = noise(size[0], size[1]);
      BufferedImage whole =
          CaptionBand.below(picture, BAND, List.of("DEFECT", "log10NFA −36.58, threshold −0.74"));
      assertTrue(whole.getHeight() > picture.getHeight() && whole.getWidth() >= picture.getWidth());
      for (int i = 0; i < size[0] * size[1]; i++) {
        int x = i % size[0];
        int y = i / size[0];
        assertEquals(picture.getRGB(x, y), whole.getRGB(x, y), "(%d, %d)".formatted(x, y));
      }
    }
  }

  @Test
  void theBandSaysWhatItWasGiven() throws IOException {
    List<String> words = List.of("Not inspected", "log10NFA −36.58, threshold −∞", "7 regions: 1");
    for (int width : new int[] {300, 640}) {
      BufferedImage whole = CaptionBand.below(noise(width, 4), BAND, words);
      BufferedImage band = whole.getSubimage(0, 4, whole.getWidth(), whole.getHeight() - 4);
      assertEquals(
          List.of("NOT INSPECTED", "LOG10NFA −36.58, THRESHOLD −∞", "7 REGIONS: 1"),
          BurntInText.read(band));
    }
  }

  /** On a narrow picture lines are broken between words, and none is cut off. */
  @Test
  void longLinesAreBroken() throws IOException {
    BufferedImage whole =
        CaptionBand.below(noise(90, 4), BAND, List.of("GOOD", "log10NFA 1.25, threshold −0.74"));
    BufferedImage band = whole.getSubimage(0, 4, whole.getWidth(), whole.getHeight() - 4);
    assertEquals(List.of("GOOD", "LOG10NFA 1.25,", "THRESHOLD", "−0.74"), BurntInText.read(band));
  }

  private static Region region(int x, int y, int width, int height) {
    return new Region(x, y, width, height, 1, x, y, x, y, -3);
  }

  @Test
  void regionsAreNumberedInTheirOrderAndTheFirstStandsOut() throws IOException {
    BufferedImage picture = new BufferedImage(480, 300, BufferedImage.TYPE_INT_RGB);
    RegionFrames.draw(picture, List.of(region(60, 60, 40, 30), region(200, 100, 50, 20)));
    assertEquals(4, wide(picture, 75, 60), "the region that decided");
    assertEquals(2, wide(picture, 110, 200), "another one");
    for (int y = 60; y < 90; y++) {
      for (int x = 60; x < 100; x++) {
        assertEquals(0, picture.getRGB(x, y) & 0xffffff, "the region itself is not covered");
      }
    }
    assertTrue(holds(picture, '1', 0xffffff), "the number of the first, white");
    assertTrue(holds(picture, '2', MaskOverlay.DETECTED), "the number of the second, red");
  }

  private static boolean holds(BufferedImage picture, char digit, int colour) throws IOException {
    List<String> glyphs = BurntInText.glyphs();
    int at = glyphs.indexOf(String.valueOf(digit));
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x + 5 < picture.getWidth(); x++) {
        if (BurntInText.stands(picture, glyphs.subList(at + 1, at + 8), x, y, 1, colour)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns the width of the frame to the left of a place. */
  private static int wide(BufferedImage picture, int y, int x) {
    int wide = 0;
    for (int left = 0; left < x; left++) {
      wide += (picture.getRGB(left, y) & 0xffffff) == MaskOverlay.DETECTED ? 1 : 0;
    }
    return wide;
  }

  /** A region at the picture's end, one that is all of it, and more regions than have frames. */
  @Test
  void framesAreCutAtThePicturesEnds() {
    BufferedImage picture = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    List<Region> regions = new ArrayList<>(List.of(region(0, 0, 40, 30), region(39, 29, 1, 1)));
    for (int i = 0; i < RegionFrames.MOST; i++) {
      regions.add(region(20, 15, 1, 1));
    }
    RegionFrames.draw(picture, regions);
    assertEquals(MaskOverlay.DETECTED, picture.getRGB(0, 29) & 0xffffff);
  }
}
