package dev.flowline.data.demo;

import dev.flowline.io.Image;
import dev.flowline.random.SplitMix64;
import java.util.Arrays;

/**
 * A picture of one part, and where it is defective.
 *
 * @param image RGB, 8 bits
 * @param defective (height, width); the picture differs from that of the same part without its
 *     defect in these pixels only
 */
public record Part(Image image, boolean[] defective) {
  private static final long SCENE = 1;
  private static final long DEFECT = 2;
  private static final long SENSOR = 3;
  private static final int SMALLEST = 64;

  /** A good part; the same for the same size and seed. */
  public static Part good(Product product, int size, long seed) {
    return of(product, null, size, seed);
  }

  /**
   * The same part as {@link #good} makes of this seed, with one defect.
   *
   * @throws IllegalArgumentException if the product cannot have this defect
   */
  public static Part defective(Product product, Defect defect, int size, long seed) {
    if (!product.defects().contains(defect)) {
      throw new IllegalArgumentException(
          "defect of %s must be one of %s, got %s"
              .formatted(product.label(), product.defects(), defect));
    }
    return of(product, defect, size, seed);
  }

  private static Part of(Product product, Defect defect, int size, long seed) {
    if (size < SMALLEST) {
      throw new IllegalArgumentException("size must be at least " + SMALLEST + ", got " + size);
    }
    Scene scene = product.paint(size, SplitMix64.of(seed, SCENE));
    if (defect != null) {
      defect.apply(scene, SplitMix64.of(seed, DEFECT, defect.ordinal()));
    }
    Image image = scene.canvas().expose(SplitMix64.of(seed, SENSOR));
    return new Part(image, scene.canvas().defective());
  }

  /** The mask as a picture: 255 where defective, else 0. */
  public Image mask() {
    byte[] levels = new byte[defective.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (byte) (defective[i] ? 255 : 0);
    }
    return Image.of8(image.height(), image.width(), 1, levels);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Part part
        && Arrays.equals(image.samples8(), part.image.samples8())
        && Arrays.equals(defective, part.defective);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(image.samples8());
  }
}
