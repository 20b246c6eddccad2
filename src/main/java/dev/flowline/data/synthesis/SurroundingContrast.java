package dev.flowline.data.synthesis;

import dev.flowline.io.Image;

/**
 * The contrast of a defect whose good image is not known: the difference between the mean of its
 * pixels and that of its surroundings. For a made-up defect on an even surface it is the contrast
 * of {@link PlacedDefect}; a defect that differs by its texture or shape alone has less.
 */
public final class SurroundingContrast {
  /** The surroundings reach so far, as a share of the square root of the defect's area. */
  private static final double REACH = 0.5;

  private static final int LEAST_REACH = 3; // pixels

  private SurroundingContrast() {}

  /**
   * Returns the contrast, of the channel that differs most, as a share of the span of the image's
   * samples; NaN if the mask marks nothing or leaves no surroundings.
   *
   * @param mask (H·W) of the image, row-major, true where defective
   * @throws IllegalArgumentException if the mask has another size
   */
  public static double of(Image image, boolean[] mask) {
    if (mask.length != image.height() * image.width()) {
      throw new IllegalArgumentException(
          "mask must have the %s pixels of the image, got %s"
              .formatted(image.height() * image.width(), mask.length));
    }
    int area = 0;
    for (boolean in : mask) {
      area += in ? 1 : 0;
    }
    int reach = Math.max(LEAST_REACH, (int) Math.round(REACH * Math.sqrt(area)));
    boolean[] near = widened(mask, image.height(), image.width(), reach);
    double largest = Double.NaN;
    for (int channel = 0; channel < image.channels(); channel++) {
      double difference = difference(image, channel, mask, near);
      largest = difference > largest || Double.isNaN(largest) ? difference : largest;
    }
    return largest / Levels.of(image).span();
  }

  private static double difference(Image image, int channel, boolean[] mask, boolean[] near) {
    double inside = 0;
    double outside = 0;
    int countInside = 0;
    int countOutside = 0;
    for (int i = 0; i < mask.length; i++) {
      if (near[i]) {
        int sample = image.sample(i / image.width(), i % image.width(), channel);
        inside += mask[i] ? sample : 0;
        outside += mask[i] ? 0 : sample;
        countInside += mask[i] ? 1 : 0;
        countOutside += mask[i] ? 0 : 1;
      }
    }
    return Math.abs(inside / countInside - outside / countOutside);
  }

  /** Returns a mask with all pixels within so many rows and columns of it. */
  private static boolean[] widened(boolean[] mask, int height, int width, int reach) {
    boolean[] across = new boolean[mask.length];
    for (int y = 0; y < height; y++) {
      widen(mask, across, y * width, 1, width, reach);
    }
    boolean[] both = new boolean[mask.length];
    for (int x = 0; x < width; x++) {
      widen(across, both, x, width, height, reach);
    }
    return both;
  }

  private static void widen(
      boolean[] from, boolean[] to, int start, int step, int count, int reach) {
    int until = -1; // the last place that a pixel before reaches
    for (int i = 0; i < count; i++) {
      until = from[start + i * step] ? i + reach : until;
      to[start + i * step] |= i <= until;
    }
    until = count;
    for (int i = count - 1; i >= 0; i--) {
      until = from[start + i * step] ? i - reach : until;
      to[start + i * step] |= i >= until;
    }
  }
}
