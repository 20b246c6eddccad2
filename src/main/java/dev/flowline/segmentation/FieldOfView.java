package dev.flowline.segmentation;

import java.util.Arrays;

/**
 * Where to look for defects, in pixels of an image or of its maps: inside a rectangle, and where
 * nothing is to be ignored. A position of a scale is tested if the pixel at its centre is looked
 * at; the number of tests counts only those that are.
 */
public final class FieldOfView {
  private final int height;
  private final int width;
  private final int x;
  private final int y;
  private final int roiHeight;
  private final int roiWidth;
  private final boolean[] ignore; // (height, width); null: nothing

  private FieldOfView(
      int height, int width, int x, int y, int roiHeight, int roiWidth, boolean[] ignore) {
    this.height = height;
    this.width = width;
    this.x = x;
    this.y = y;
    this.roiHeight = roiHeight;
    this.roiWidth = roiWidth;
    this.ignore = ignore;
  }

  /**
   * Everywhere.
   *
   * @throws IllegalArgumentException if there is no pixel, or more than 2^28
   */
  public static FieldOfView whole(int height, int width) {
    if (height < 1 || width < 1 || (long) height * width > 1 << 28) {
      throw new IllegalArgumentException(
          "height and width must be at least 1 and their product at most "
              + (1 << 28)
              + ", got "
              + height
              + " x "
              + width);
    }
    return new FieldOfView(height, width, 0, 0, height, width, null);
  }

  /**
   * Only inside a rectangle, the region of interest.
   *
   * @throws IllegalArgumentException if it is empty or not inside the image
   */
  public FieldOfView within(int x, int y, int width, int height) {
    boolean inside =
        x >= 0
            && y >= 0
            && width >= 1
            && height >= 1
            && (long) x + width <= this.width
            && (long) y + height <= this.height;
    if (!inside) {
      throw new IllegalArgumentException(
          "region of interest (x %d, y %d, %d wide, %d high) must lie inside %d x %d pixels"
              .formatted(x, y, width, height, this.height, this.width));
    }
    return new FieldOfView(this.height, this.width, x, y, height, width, ignore);
  }

  /**
   * Not where the mask is true.
   *
   * @param mask (height, width), row-major; copied
   */
  public FieldOfView ignoring(boolean[] mask) {
    if (mask.length != height * width) {
      throw new IllegalArgumentException(
          "mask must have height * width = " + height * width + " values, got " + mask.length);
    }
    return new FieldOfView(height, width, x, y, roiHeight, roiWidth, mask.clone());
  }

  /** The same for an image of another size: what each pixel's centre falls on. */
  public FieldOfView resized(int toHeight, int toWidth) {
    if (toHeight == height && toWidth == width) {
      return this;
    }
    FieldOfView whole = whole(toHeight, toWidth);
    if (isWhole()) {
      return whole;
    }
    boolean[] mask = new boolean[toHeight * toWidth];
    for (int row = 0; row < toHeight; row++) {
      for (int column = 0; column < toWidth; column++) {
        mask[row * toWidth + column] =
            !looksAt(centre(row, toHeight, height), centre(column, toWidth, width));
      }
    }
    return whole.ignoring(mask);
  }

  /** The pixel of {@code size} that the centre of a pixel of {@code of} falls on. */
  private static int centre(int pixel, int of, int size) {
    return (int) ((2L * pixel + 1) * size / (2L * of));
  }

  /** Whether a pixel is looked at. */
  public boolean looksAt(int row, int column) {
    boolean inside = row >= y && row < y + roiHeight && column >= x && column < x + roiWidth;
    return inside && (ignore == null || !ignore[row * width + column]);
  }

  /** Whether every pixel is looked at; not if there is a mask, whatever it ignores. */
  public boolean isWhole() {
    return ignore == null && roiHeight == height && roiWidth == width;
  }

  /** Of the image or map. */
  public int height() {
    return height;
  }

  /** Of the image or map. */
  public int width() {
    return width;
  }

  int x() {
    return x;
  }

  int y() {
    return y;
  }

  int roiHeight() {
    return roiHeight;
  }

  int roiWidth() {
    return roiWidth;
  }

  /** 1 where a pixel is to be ignored, else 0; null for nothing. */
  byte[] ignored() {
    if (ignore == null) {
      return null;
    }
    byte[] bytes = new byte[ignore.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (ignore[i] ? 1 : 0);
    }
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FieldOfView that
        && height == that.height
        && width == that.width
        && x == that.x
        && y == that.y
        && roiHeight == that.roiHeight
        && roiWidth == that.roiWidth
        && Arrays.equals(ignore, that.ignore);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(new int[] {height, width, x, y, roiHeight, roiWidth})
        + Arrays.hashCode(ignore);
  }
}
