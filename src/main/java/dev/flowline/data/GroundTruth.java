package dev.flowline.data;

import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
import java.io.IOException;

/** The defective pixels of an image, at the size at which maps are compared. */
public final class GroundTruth {
  private GroundTruth() {}

  /**
   * Reads the mask, and the image for its size: use {@link #of} where the image is at hand.
   *
   * @return (height, width), true where defective; all false for a good image
   * @throws IOException naming the files, if one cannot be read or the mask has another size than
   *     the image
   * @throws IllegalArgumentException if the sample is defective and has no mask
   */
  public static boolean[] read(Sample sample, int height, int width) throws IOException {
    if (sample.mask() instanceof Mask.None) {
      return none(sample, height, width);
    }
    return of(sample, Images.read(sample.image()), height, width);
  }

  /**
   * Reads the mask of an image that is already decoded.
   *
   * @return (height, width), true where defective; all false for a good image
   * @throws IOException naming the files, if the mask cannot be read or has another size than the
   *     image
   * @throws IllegalArgumentException if the sample is defective and has no mask
   */
  public static boolean[] of(Sample sample, Image image, int height, int width) throws IOException {
    if (sample.mask() instanceof Mask.None) {
      return none(sample, height, width);
    }
    Image mask = sample.mask().read();
    if (mask.height() != image.height() || mask.width() != image.width()) {
      throw new IOException(
          "mask %s is %sx%s, its image %s is %sx%s (height x width)"
              .formatted(
                  sample.mask().describe(),
                  mask.height(),
                  mask.width(),
                  sample.image(),
                  image.height(),
                  image.width()));
    }
    return Preprocessing.resizeMask(mask, height, width);
  }

  private static boolean[] none(Sample sample, int height, int width) {
    if (!sample.isGood()) {
      throw new IllegalArgumentException(
          "%s is defective (%s) and has no mask".formatted(sample.image(), sample.defectType()));
    }
    return new boolean[Math.multiplyExact(height, width)];
  }
}
