package dev.flowline.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskOverlayTest {
  private static final int GREY = 0x646464;
  private static final int OUTLINE_WIDTH = 2;

  /** Every pixel's colour, of a slow and obvious implementation, over masks of any shape. */
  /** A small region of a large map is seen on a small image, too. */
  @Test
  void nothingVanishesWhereAMaskShrinks() {
    for (int pixel = 0; pixel < 16 * 12; pixel++) {
      boolean[] mask = new boolean[16 * 12];
      mask[pixel] = true;
      boolean[] small = MaskOverlay.stretched(mask, 16, 5, 7);
      int set = 0;
      for (boolean value : small) {
        set += value ? 1 : 0;
      }
      assertTrue(set >= 1 && set <= 4, set + " pixels of pixel " + pixel);
      int x = pixel % 16 * 5 / 16;
      int y = pixel / 16 * 7 / 12;
      assertTrue(small[y * 5 + x], "pixel " + pixel);
    }
  }

  @Test
  void detectedIsFilledAndOutlinedAndTruthIsOutlined() {
    Random random = new Random(1);
    for (int trial = 0; trial < 40; trial++) {
      int width = 1 + random.nextInt(24);
      int height = 1 + random.nextInt(24);
      boolean[] detected = blob(random, width, height);
      boolean[] truth = trial % 3 == 0 ? null : blob(random, width, height);
      BufferedImage drawn = MaskOverlay.draw(grey(width, height), detected, truth, width);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int wanted = GREY;
          if (at(detected, width, x, y)) {
            wanted = mixed(wanted, MaskOverlay.DETECTED, 0.28);
          }
          if (isOutline(detected, width, height, x, y)) {
            wanted = mixed(wanted, MaskOverlay.DETECTED, 0.95);
          }
          if (truth != null && isOutline(truth, width, height, x, y)) {
            wanted = mixed(wanted, MaskOverlay.TRUTH, 0.95);
          }
          assertEquals(
              Integer.toHexString(wanted),
              Integer.toHexString(drawn.getRGB(x, y) & 0xffffff),
              "trial %d, (%d, %d) of %d x %d".formatted(trial, x, y, width, height));
        }
      }
    }
  }

  /** A square's outline is as wide on each of its four sides. */
  @Test
  void anOutlineIsTwoPixelsWideOnEverySide() {
    int side = 20;
    boolean[] square = new boolean[side * side];
    for (int y = 5; y < 15; y++) {
      for (int x = 5; x < 15; x++) {
        square[y * side + x] = true;
      }
    }
    BufferedImage drawn =
        MaskOverlay.draw(grey(side, side), new boolean[side * side], square, side);
    String row = "";
    String column = "";
    for (int i = 0; i < side; i++) {
      row += (drawn.getRGB(i, 10) & 0xffffff) == GREY ? "." : "#";
      column += (drawn.getRGB(10, i) & 0xffffff) == GREY ? "." : "#";
    }
    assertEquals(".....##......##.....", row);
    assertEquals(".....##......##.....", column);
  }

  /** On a picture of 2,400 pixels, two of them could not be seen. */
  @Test
  void aLargerPictureHasWiderOutlines() {
    boolean[] detected = new boolean[24 * 12];
    for (int x = 8; x < 16; x++) {
      for (int y = 4; y < 8; y++) {
        detected[y * 24 + x] = true;
      }
    }
    BufferedImage drawn = MaskOverlay.draw(grey(2400, 1200), detected, null, 24);
    int outline = mixed(mixed(GREY, MaskOverlay.DETECTED, 0.28), MaskOverlay.DETECTED, 0.95);
    int wide = 0;
    while ((drawn.getRGB(800 + wide, 600) & 0xffffff) == outline) {
      wide++;
    }
    assertEquals(10, wide);
  }

  @Test
  void thePictureItselfIsLeftAsItIs() {
    BufferedImage picture = grey(4, 4);
    boolean[] all = new boolean[16];
    java.util.Arrays.fill(all, true);
    MaskOverlay.draw(picture, all, all, 4);
    for (int i = 0; i < 16; i++) {
      assertEquals(GREY, picture.getRGB(i % 4, i / 4) & 0xffffff);
    }
  }

  /** A pixel of the larger picture has the value of the mask pixel that holds its centre. */
  @Test
  void aMaskIsStretchedByTheCentresOfPixels() {
    boolean[] mask = {true, false, false, false, false, true};
    assertArrayEquals(mask, MaskOverlay.stretched(mask, 3, 3, 2));
    boolean[] wide = MaskOverlay.stretched(mask, 3, 7, 4);
    String[] wanted = {"##.....", "##.....", ".....##", ".....##"};
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 7; x++) {
        assertEquals(wanted[y].charAt(x) == '#', wide[y * 7 + x], x + ", " + y);
      }
    }
  }

  @Test
  void aThumbnailKeepsTheShapeAndIsNeverEnlarged() {
    BufferedImage wide = MaskOverlay.thumbnail(grey(3000, 30));
    assertEquals(448, wide.getWidth());
    assertEquals(4, wide.getHeight());
    assertEquals(GREY, wide.getRGB(160, 1) & 0xffffff);
    BufferedImage small = MaskOverlay.thumbnail(grey(7, 9));
    assertEquals(7, small.getWidth());
    assertEquals(9, small.getHeight());
    assertEquals(1, MaskOverlay.thumbnail(grey(1, 4000)).getWidth());
  }

  /** A pixel of the mask with one of another kind, or the picture's end, within two steps. */
  private static boolean isOutline(boolean[] mask, int width, int height, int x, int y) {
    if (!at(mask, width, x, y)) {
      return false;
    }
    int[][] steps = {{0, -1}, {0, 1}, {-1, 0}, {1, 0}};
    for (int[] step : steps) {
      for (int far = 1; far <= OUTLINE_WIDTH; far++) {
        int otherX = x + far * step[0];
        int otherY = y + far * step[1];
        boolean outside = otherX < 0 || otherY < 0 || otherX >= width || otherY >= height;
        if (outside || !at(mask, width, otherX, otherY)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean at(boolean[] mask, int width, int x, int y) {
    return mask[y * width + x];
  }

  /** Of each colour the share of the second, rounded. */
  private static int mixed(int first, int second, double share) {
    int mixed = 0;
    for (int shift : new int[] {0, 8, 16}) {
      double a = first >> shift & 0xff;
      double b = second >> shift & 0xff;
      mixed |= (int) Math.round(a * (1 - share) + b * share) << shift;
    }
    return mixed;
  }

  private static boolean[] blob(Random random, int width, int height) {
    double x = random.nextDouble() * width;
    double y = random.nextDouble() * height;
    double radius = random.nextDouble() * (width + height) / 2;
    boolean[] mask = new boolean[width * height];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = Math.hypot(i % width - x, i / width - y) < radius && random.nextInt(20) > 0;
    }
    return mask;
  }

  private static BufferedImage grey(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, GREY);
      }
    }
    return image;
  }
}
