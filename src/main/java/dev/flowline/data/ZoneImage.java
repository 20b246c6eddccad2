package dev.flowline.data;

import dev.flowline.io.Image;
import dev.flowline.io.Images;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A grey image whose values name the zones of images.
 *
 * @param file its path, for messages
 * @param pixels of the shape of the images, with three equal channels or one
 */
public record ZoneImage(Path file, Image pixels) {
  /**
   * Reads an image of zones.
   *
   * @throws IOException naming the file, if it is no readable image
   * @throws IllegalArgumentException if it has colours
   */
  public static ZoneImage read(Path file) throws IOException {
    Image pixels = Images.read(file);
    for (int y = 0; y < pixels.height(); y++) {
      for (int x = 0; x < pixels.width(); x++) {
        for (int channel = 1; channel < pixels.channels(); channel++) {
          if (pixels.sample(y, x, channel) != pixels.sample(y, x, 0)) {
            throw new IllegalArgumentException(
                "%s has colours, here at x %s, y %s: zones are named by grey values"
                    .formatted(file, x, y));
          }
        }
      }
    }
    return new ZoneImage(file, pixels);
  }

  /**
   * Requires that the image has the shape of others: their size, or that scaled, to a pixel.
   *
   * @throws IllegalArgumentException if it has another one
   */
  public void requireShapeOf(int height, int width) {
    IgnoredPixels.requireShape(file.toString(), pixels, height, width);
  }

  /**
   * Requires that these are the image's values.
   *
   * @param values without duplicates
   * @throws IllegalArgumentException if it has others, or lacks one
   */
  public void requireValues(List<Integer> values) {
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int y = 0; y < pixels.height(); y++) {
      for (int x = 0; x < pixels.width(); x++) {
        counts.merge(pixels.sample(y, x, 0), 1, Integer::sum);
      }
    }
    for (int value : values) {
      if (!counts.containsKey(value)) {
        throw new IllegalArgumentException(
            "no pixel of %s has the value %s; it has %s".formatted(file, value, inWords(counts)));
      }
    }
    counts.keySet().removeAll(values);
    if (!counts.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has pixels of no zone, with the values %s".formatted(file, inWords(counts)));
    }
  }

  private String inWords(Map<Integer, Integer> counts) {
    StringBuilder words = new StringBuilder();
    int named = 0;
    for (Map.Entry<Integer, Integer> value : counts.entrySet()) {
      if (named == 4) {
        return words.append(", and %s more".formatted(counts.size() - named)).toString();
      }
      words.append(named == 0 ? "" : ", ").append(value.getKey());
      words.append(" (%s pixels)".formatted(value.getValue()));
      named++;
    }
    return words.toString();
  }

  /**
   * Returns which value each position of a map has: that of the pixel on which its centre falls.
   *
   * @return (height, width), row-major, indices of {@code values}
   * @param values all values that the image has
   */
  public int[] at(int height, int width, List<Integer> values) {
    int[] indices = new int[height * width];
    for (int i = 0; i < indices.length; i++) {
      int y = (int) ((2L * (i / width) + 1) * pixels.height() / (2L * height));
      int x = (int) ((2L * (i % width) + 1) * pixels.width() / (2L * width));
      indices[i] = values.indexOf(pixels.sample(y, x, 0));
    }
    return indices;
  }
}
