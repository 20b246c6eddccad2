package dev.flowline.eval;

import dev.flowline.metrics.ConnectedComponents;
import java.awt.image.BufferedImage;

/**
 * A part of an image, in shares of its width and height, so that it is the same part at any size.
 *
 * @param x left end, in [0, 1)
 * @param y top, in [0, 1)
 * @param share of the width and of the height that it takes, in (0, 1]
 */
record Crop(double x, double y, double share) {
  private static final double SURROUNDINGS = 1.8;
  private static final double SMALLEST = 0.08;

  /**
   * Returns the surroundings of the largest spot of a mask, of the image's shape; the whole image
   * if the mask marks nothing.
   *
   * @param mask (H·W), row-major
   */
  static Crop around(boolean[] mask, int width) {
    int height = mask.length / width;
    int left = width;
    int right = -1;
    int top = height;
    int bottom = -1;
    ConnectedComponents spots = ConnectedComponents.of(mask, width, 8);
    int largest = largest(spots);
    for (int i = 0; i < mask.length; i++) {
      if (largest > 0 && spots.labels()[i] == largest) {
        left = Math.min(left, i % width);
        right = Math.max(right, i % width);
        top = Math.min(top, i / width);
        bottom = i / width;
      }
    }
    if (right < 0) {
      return new Crop(0, 0, 1);
    }
    double across = (right - left + 1.0) / width;
    double down = (bottom - top + 1.0) / height;
    double share = Math.min(1, Math.max(SMALLEST, SURROUNDINGS * Math.max(across, down)));
    return new Crop(
        start((left + right + 1.0) / 2 / width, share),
        start((top + bottom + 1.0) / 2 / height, share),
        share);
  }

  /** Returns the label of the largest component, the first of several; 0 if there is none. */
  private static int largest(ConnectedComponents spots) {
    int largest = 0;
    for (int label = 1; label <= spots.count(); label++) {
      if (largest == 0 || spots.areas()[label - 1] > spots.areas()[largest - 1]) {
        largest = label;
      }
    }
    return largest;
  }

  private static double start(double centre, double share) {
    return Math.min(Math.max(0, centre - share / 2), 1 - share);
  }

  /** Returns this part of an image, at least a pixel. */
  BufferedImage of(BufferedImage image) {
    int width = (int) Math.max(1, Math.round(share * image.getWidth()));
    int height = (int) Math.max(1, Math.round(share * image.getHeight()));
    return image.getSubimage(
        (int) Math.min(Math.round(x * image.getWidth()), image.getWidth() - width),
        (int) Math.min(Math.round(y * image.getHeight()), image.getHeight() - height),
        width,
        height);
  }
}
