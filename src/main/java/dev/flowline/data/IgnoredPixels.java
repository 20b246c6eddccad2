package dev.flowline.data;

import dev.flowline.io.ContentDigest;
import dev.flowline.io.Image;
import dev.flowline.io.OneLine;
import dev.flowline.io.Preprocessing;
import dev.flowline.segmentation.IgnoreMask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The pixels of images that a mask file says not to look at: white, or drawn as in a {@link
 * Mask.File} of a defect.
 *
 * @param mask its name and digest
 * @param pixels the mask, of the shape of the images
 */
public record IgnoredPixels(IgnoreMask mask, Image pixels) {
  /** The size at which oddities are looked for: small, but no detail that matters is lost. */
  private static final int CHECKED = 256;

  private static final double NEARLY_ALL = 0.95;

  /**
   * Reads a mask file.
   *
   * @throws IOException naming the file, if it is no readable image
   */
  public static IgnoredPixels read(Path file) throws IOException {
    Image pixels = new Mask.File(file).read();
    String name = String.valueOf(file.getFileName());
    return new IgnoredPixels(new IgnoreMask(OneLine.of(name), ContentDigest.of(file)), pixels);
  }

  /**
   * Requires that the mask has the shape of images: their size, or that scaled, to a pixel.
   *
   * @param height of the images
   * @param width of the images
   * @throws IllegalArgumentException if it has another one
   */
  public void requireShapeOf(int height, int width) {
    requireShape("mask " + mask.file(), pixels, height, width);
  }

  static void requireShape(String name, Image pixels, int height, int width) {
    long difference = Math.abs((long) pixels.width() * height - (long) pixels.height() * width);
    if (difference > Math.max(height, width)) {
      throw new IllegalArgumentException(
          "%s has %s x %s pixels (width x height), which is another shape than the %s x %s of the images"
              .formatted(name, pixels.width(), pixels.height(), width, height));
    }
  }

  /**
   * Returns which positions of a map are ignored: those of which the mask, resized as an image is,
   * is mostly white.
   *
   * @return (height, width), row-major
   */
  public boolean[] at(int height, int width) {
    return Preprocessing.resizeMask(pixels, height, width);
  }

  /** Returns what is odd about the mask, in a sentence without a full stop; empty if nothing is. */
  public Optional<String> oddity() {
    boolean[] ignored = at(CHECKED, CHECKED);
    int all = 0;
    int ofBorder = 0;
    int border = 0;
    for (int i = 0; i < ignored.length; i++) {
      int x = i % CHECKED;
      int y = i / CHECKED;
      boolean isBorder = x == 0 || y == 0 || x == CHECKED - 1 || y == CHECKED - 1;
      border += isBorder ? 1 : 0;
      ofBorder += isBorder && ignored[i] ? 1 : 0;
      all += ignored[i] ? 1 : 0;
    }
    if (all == 0) {
      return odd("marks nothing, so nothing is ignored");
    }
    if (2 * all > ignored.length && ofBorder <= (1 - NEARLY_ALL) * border) {
      return odd(
          "ignores the inside of the image and not its border, so looks inverted: white is what is not looked at");
    }
    return all >= NEARLY_ALL * ignored.length
        ? odd("ignores nearly the whole image: white is what is not looked at")
        : Optional.empty();
  }

  private Optional<String> odd(String how) {
    return Optional.of("mask %s %s".formatted(mask.file(), how));
  }
}
