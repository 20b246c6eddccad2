package dev.flowline.bench;

import dev.flowline.io.Image;
import java.util.List;
import java.util.Locale;

/**
 * The images of a measurement, which are all in memory and inspected in turn.
 *
 * @param source {@code patterns}, or {@code images} of a folder
 * @param count at least 1
 * @param megapixels of all images together
 */
public record MeasuredImages(String source, int count, double megapixels) {
  /** Returns what a measurement says of images. */
  public static MeasuredImages of(boolean patterns, List<Image> images) {
    double pixels = images.stream().mapToDouble(i -> (double) i.height() * i.width()).sum();
    return new MeasuredImages(patterns ? "patterns" : "images", images.size(), pixels / 1e6);
  }

  /** Returns the images in words. */
  public String inWords() {
    return String.format(Locale.ROOT, "%s %s, %.2f megapixels", count, source, megapixels);
  }
}
