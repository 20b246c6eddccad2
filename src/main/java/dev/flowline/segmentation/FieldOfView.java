package dev.flowline.segmentation;

import dev.flowline.io.ContentDigest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The field of view: the pixels of an image, or of its maps, in which defects are looked for. It is
 * a rectangle without the pixels of a mask. A position of a scale is tested if the pixel at its
 * centre is in the field of view; the number of tests counts those positions only.
 */
public final class FieldOfView {
  private final int height;
  private final int width;
  private final int x;
  private final int y;
  private final int roiHeight;
  private final int roiWidth;
  private final boolean[] ignore; // (height, width); null if no pixel is ignored

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
   * Returns the field of view that has all pixels.
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
   * Returns this field of view with another rectangle, the region of interest.
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
          "region of interest (x %s, y %s, %s wide, %s high) must lie inside %s x %s pixels"
              .formatted(x, y, width, height, this.height, this.width));
    }
    return new FieldOfView(this.height, this.width, x, y, height, width, ignore);
  }

  /**
   * Returns this field of view without the pixels at which a mask is true.
   *
   * @param mask (height, width), row-major; copied
   * @throws IllegalArgumentException if it has another size
   */
  public FieldOfView ignoring(boolean[] mask) {
    if (mask.length != height * width) {
      throw new IllegalArgumentException(
          "mask must have height * width = " + height * width + " values, got " + mask.length);
    }
    return new FieldOfView(height, width, x, y, roiHeight, roiWidth, mask.clone());
  }

  /**
   * Returns the same field of view for an image of another size. A pixel is in it if the pixel here
   * that its centre falls on is.
   */
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
            !contains(centre(row, toHeight, height), centre(column, toWidth, width));
      }
    }
    return whole.ignoring(mask);
  }

  /** Returns which of {@code targetPixels} the centre of one of {@code pixels} falls on. */
  private static int centre(int pixel, int pixels, int targetPixels) {
    return (int) ((2L * pixel + 1) * targetPixels / (2L * pixels));
  }

  /** Returns whether a pixel is in the field of view. */
  public boolean contains(int row, int column) {
    boolean inside = row >= y && row < y + roiHeight && column >= x && column < x + roiWidth;
    return inside && (ignore == null || !ignore[row * width + column]);
  }

  /** Returns whether every pixel is in it; false if there is a mask, even an empty one. */
  public boolean isWhole() {
    return ignore == null && roiHeight == height && roiWidth == width;
  }

  /** Returns the number of pixels in it. */
  public int count() {
    int count = 0;
    for (int row = y; row < y + roiHeight; row++) {
      for (int column = x; column < x + roiWidth; column++) {
        count += contains(row, column) ? 1 : 0;
      }
    }
    return count;
  }

  /** Returns which pixels are in it, (height, width), row-major. */
  public boolean[] mask() {
    boolean[] mask = new boolean[height * width];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = contains(i / width, i % width);
    }
    return mask;
  }

  /**
   * Returns the digest of which pixels are in it, 64 hexadecimal digits: the SHA-256 of a line of
   * the height, the width and the {@link #runs}, with a space after each number.
   */
  public String sha256() {
    StringBuilder line = new StringBuilder().append(height).append(' ').append(width).append(' ');
    for (int run : runs()) {
      line.append(run).append(' ');
    }
    return ContentDigest.of(ByteBuffer.wrap(line.toString().getBytes(StandardCharsets.US_ASCII)));
  }

  /** Returns the numbers of pixels, row by row: in it, then out of it, and so on. */
  int[] runs() {
    int[] runs = new int[height * width + 1];
    int last = 0;
    for (int i = 0; i < height * width; i++) {
      boolean isIn = contains(i / width, i % width);
      last += isIn == (last % 2 == 0) ? 0 : 1;
      runs[last]++;
    }
    return Arrays.copyOf(runs, last + 1);
  }

  /** Returns the number of rows of the image or map. */
  public int height() {
    return height;
  }

  /** Returns the number of columns of the image or map. */
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

  /** Returns the mask, 1 for a pixel to be ignored, else 0; null if there is none. */
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
