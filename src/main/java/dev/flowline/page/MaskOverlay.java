package dev.flowline.page;

import dev.flowline.segmentation.Zones;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/** An overlay of masks on a picture: one filled with an outline, one as outline only. */
public final class MaskOverlay {
  static final int DETECTED = 0xff3b1f;
  static final int TRUTH = 0x00e5ff;
  static final int VIEW = 0xffd600;
  private static final int LONGEST_SIDE = 448;

  /** A picture's longer side holds so many widths of an outline, unless that is too thin to see. */
  private static final int OUTLINES_PER_SIDE = 240;

  private static final int THINNEST_OUTLINE = 2;

  /** The length of a dash over its width. */
  private static final int DASH = 3;

  private MaskOverlay() {}

  /** Returns a picture in colour, scaled down to at most 448 pixels per side, its shape kept. */
  public static BufferedImage thumbnail(BufferedImage picture) {
    double scale =
        Math.min(1, LONGEST_SIDE / (double) Math.max(picture.getWidth(), picture.getHeight()));
    int width = (int) Math.max(1, Math.round(picture.getWidth() * scale));
    int height = (int) Math.max(1, Math.round(picture.getHeight() * scale));
    BufferedImage current = picture;
    for (;
        scale < 0.5;
        scale *= 2) { // halving keeps fine structure, which one big step would alias
      current = scaled(current, (current.getWidth() + 1) / 2, (current.getHeight() + 1) / 2);
    }
    return scaled(current, width, height);
  }

  static BufferedImage scaled(BufferedImage picture, int width, int height) {
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, 0, 0, width, height, null);
    graphics.dispose();
    return scaled;
  }

  /**
   * Returns a copy of a picture with a mask and, if it is known, the ground truth. Outlines lie
   * within the masks, {@link #thickness} wide.
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
   * Draws the outline of a field of view on a picture in colour.
   *
   * @param inView (H·W), row-major, stretched over the picture
   * @param columns of {@code inView}
   */
  public static void outlineView(BufferedImage picture, boolean[] inView, int columns) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    outline(picture, stretched(inView, columns, width, height), VIEW);
  }

  /**
   * Draws the borders between zones on a picture in colour, as dashed lines.
   *
   * @param zones stretched over the picture
   */
  public static void zoneBorders(BufferedImage picture, Zones zones) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] zoneOf = zones.ofMaps(height, width);
    int thickness = thickness(picture);
    int dash = DASH * thickness;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int zone = zoneOf[y * width + x];
        int back = Math.max(0, x - thickness);
        int up = Math.max(0, y - thickness);
        boolean border = zoneOf[y * width + back] != zone || zoneOf[up * width + x] != zone;
        if (border && (x + y) / dash % 2 == 0) {
          blend(picture, x, y, VIEW, 0.95);
        }
      }
    }
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

  /** Returns the width of outlines on a picture, in pixels: larger pictures have wider ones. */
  static int thickness(BufferedImage picture) {
    int longest = Math.max(picture.getWidth(), picture.getHeight());
    return Math.max(THINNEST_OUTLINE, longest / OUTLINES_PER_SIDE);
  }

  private static void outline(BufferedImage image, boolean[] mask, int colour) {
    int width = image.getWidth();
    int height = image.getHeight();
    int thickness = thickness(image);
    int[] toEdge = new int[mask.length]; // steps to a pixel outside, in the row or the column
    Arrays.fill(toEdge, Integer.MAX_VALUE);
    for (int y = 0; y < height; y++) {
      edges(mask, toEdge, y * width, 1, width);
    }
    for (int x = 0; x < width; x++) {
      edges(mask, toEdge, x, width, height);
    }
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] && toEdge[i] <= thickness) {
        blend(image, i % width, i / width, colour, 0.95);
      }
    }
  }

  /** Lowers the steps to an edge by those along a row or a column. */
  private static void edges(boolean[] mask, int[] toEdge, int start, int step, int count) {
    int there = 0;
    int back = 0;
    for (int i = 0; i < count; i++) {
      int forward = start + i * step;
      int backward = start + (count - 1 - i) * step;
      there = mask[forward] ? there + 1 : 0;
      back = mask[backward] ? back + 1 : 0;
      toEdge[forward] = Math.min(toEdge[forward], there);
      toEdge[backward] = Math.min(toEdge[backward], back);
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
