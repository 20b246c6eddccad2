package dev.flowline.page;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** An overlay of masks on a picture: one filled with an outline, one as outline only. */
public final class MaskOverlay {
  static final int DETECTED = 0xff3b1f;
  static final int TRUTH = 0x00e5ff;
  private static final int LONGEST_SIDE = 320;

  private MaskOverlay() {}

  /** Returns a picture in colour, scaled down to at most 320 pixels per side, its shape kept. */
  public static BufferedImage thumbnail(BufferedImage picture) {
    double scale =
        Math.min(1, LONGEST_SIDE / (double) Math.max(picture.getWidth(), picture.getHeight()));
    BufferedImage current = picture;
    while (scale < 0.5) { // halving keeps fine structure, which one big step would alias
      current = scaled(current, (current.getWidth() + 1) / 2, (current.getHeight() + 1) / 2);
      scale *= 2;
    }
    return scaled(
        current,
        (int) Math.max(1, Math.round(current.getWidth() * scale)),
        (int) Math.max(1, Math.round(current.getHeight() * scale)));
  }

  private static BufferedImage scaled(BufferedImage picture, int width, int height) {
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, 0, 0, width, height, null);
    graphics.dispose();
    return scaled;
  }

  /**
   * Returns a copy of a picture with a mask and, if it is known, the ground truth.
   *
   * @param detected (H·W), row-major, stretched over the picture
   * @param truth of the same size as {@code detected}; null if it is not known
   * @param columns of the masks
   */
  public static BufferedImage draw(
      BufferedImage picture, boolean[] detected, boolean[] truth, int columns) {
    BufferedImage drawn = scaled(picture, picture.getWidth(), picture.getHeight());
    int width = drawn.getWidth();
    int height = drawn.getHeight();
    boolean[] fill = stretched(detected, columns, width, height);
    for (int i = 0; i < fill.length; i++) {
      if (fill[i]) {
        blend(drawn, i % width, i / width, DETECTED, 0.28);
      }
    }
    outline(drawn, fill, DETECTED);
    if (truth != null) {
      outline(drawn, stretched(truth, columns, width, height), TRUTH);
    }
    return drawn;
  }

  /**
   * Returns a mask at another size; the mask itself if it has that size. Each of its pixels becomes
   * a rectangle where it grows. Where it shrinks, a pixel of the result is set if any pixel of the
   * mask that it covers is: a small region must not vanish.
   *
   * @param columns of the mask
   * @param width columns of the result
   * @param height rows of the result
   */
  public static boolean[] stretched(boolean[] mask, int columns, int width, int height) {
    int rows = mask.length / columns;
    if (rows == height && columns == width) {
      return mask;
    }
    boolean[] stretched = new boolean[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        boolean any = false;
        for (int row = first(y, height, rows); row < end(y, height, rows); row++) {
          for (int column = first(x, width, columns); column < end(x, width, columns); column++) {
            any |= mask[row * columns + column];
          }
        }
        stretched[y * width + x] = any;
      }
    }
    return stretched;
  }

  /** Returns the first of the mask's pixels for one of the result: where it grows, the only one. */
  private static int first(int pixel, int pixels, int maskPixels) {
    return pixels < maskPixels
        ? (int) ((long) pixel * maskPixels / pixels)
        : (int) ((pixel + 0.5) * maskPixels / pixels);
  }

  /** Returns the pixel after the last one of the mask for one of the result. */
  private static int end(int pixel, int pixels, int maskPixels) {
    return pixels < maskPixels
        ? (int) (((long) (pixel + 1) * maskPixels + pixels - 1) / pixels)
        : first(pixel, pixels, maskPixels) + 1;
  }

  private static void outline(BufferedImage image, boolean[] mask, int colour) {
    int width = image.getWidth();
    int height = image.getHeight();
    for (int i = 0; i < mask.length; i++) {
      int x = i % width;
      int y = i / width;
      boolean inside =
          x >= 2
              && x < width - 2
              && y >= 2
              && y < height - 2
              && mask[i - 2]
              && mask[i + 2]
              && mask[i - 2 * width]
              && mask[i + 2 * width];
      if (mask[i] && !inside) {
        blend(image, x, y, colour, 0.95);
      }
    }
  }

  private static void blend(BufferedImage image, int x, int y, int colour, double share) {
    int old = image.getRGB(x, y);
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = old >> shift & 0xff;
      int b = colour >> shift & 0xff;
      mixed |= (int) Math.round(a + (b - a) * share) << shift;
    }
    image.setRGB(x, y, mixed);
  }
}
