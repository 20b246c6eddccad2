package dev.flowline.calibration;

import dev.flowline.io.Image;
import dev.flowline.random.SplitMix64;

/**
 * A synthetic repeat of an image: what the same part would look like if it was taken again, with a
 * part that lies up to a pixel elsewhere, light that is up to 5 % brighter or darker, and the noise
 * of a camera. What else differs between two images of a part, it does not know.
 */
public final class SyntheticRepeat {
  /** The largest shift along each axis, in whole pixels of the image. */
  static final int SHIFT = 1;

  /** The largest change of all samples, as a share of them. */
  static final double LIGHT = 0.05;

  /**
   * The standard deviation of a white sample, as a share of it. The variance is proportional to the
   * sample, as that of photons is: of a sensor that holds 10,000 electrons per pixel.
   */
  static final double NOISE = 0.01;

  private static final int UNIFORMS = 12; // their sum has the variance 1
  private static final int UNIFORM_BITS = 16;

  private SyntheticRepeat() {}

  /** Returns a repeat of an image, of the same size, channels and bits. */
  public static Image of(Image image, SplitMix64 random) {
    int down = random.below(2 * SHIFT + 1) - SHIFT;
    int right = random.below(2 * SHIFT + 1) - SHIFT;
    double light = 1 + random.around(LIGHT);
    int[] samples = new int[image.height() * image.width() * image.channels()];
    int at = 0;
    for (int y = 0; y < image.height(); y++) {
      int fromY = clamp(y + down, image.height());
      for (int x = 0; x < image.width(); x++) {
        int fromX = clamp(x + right, image.width());
        for (int channel = 0; channel < image.channels(); channel++) {
          double lit = image.sample(fromY, fromX, channel) * light;
          double deviation = NOISE * Math.sqrt(lit * image.maximum());
          long noisy = Math.round(lit + deviation * normal(random));
          samples[at++] = (int) Math.max(0, Math.min(image.maximum(), noisy));
        }
      }
    }
    return imageOf(image, samples);
  }

  private static int clamp(int position, int size) {
    return Math.max(0, Math.min(size - 1, position));
  }

  /** Draws from a distribution that is about normal: the sum of twelve uniform numbers. */
  private static double normal(SplitMix64 random) {
    long sum = 0;
    for (int i = 0; i < UNIFORMS * UNIFORM_BITS / Long.SIZE; i++) {
      long bits = random.nextLong();
      for (int shift = 0; shift < Long.SIZE; shift += UNIFORM_BITS) {
        sum += bits >>> shift & 0xFFFF;
      }
    }
    return (sum + UNIFORMS / 2.0) / (1 << UNIFORM_BITS) - UNIFORMS / 2.0;
  }

  private static Image imageOf(Image like, int[] samples) {
    if (like.bits() == 8) {
      byte[] bytes = new byte[samples.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) samples[i];
      }
      return Image.of8(like.height(), like.width(), like.channels(), bytes);
    }
    short[] shorts = new short[samples.length];
    for (int i = 0; i < shorts.length; i++) {
      shorts[i] = (short) samples[i];
    }
    return Image.of16(like.height(), like.width(), like.channels(), shorts);
  }
}
