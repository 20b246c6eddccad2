package dev.flowline.io;

import java.nio.FloatBuffer;

/**
 * Turns a preprocessed image about its centre, as torchvision's {@code RandomRotation} does by
 * default: each pixel is the nearest one of the image, the size stays, and what was outside is
 * black.
 */
public final class Rotation {
  private Rotation() {}

  /**
   * Writes the turned image, (3, height, width), from the buffer's position on, which it advances.
   *
   * @param image preprocessed, (3, height, width), from its position on, which stays
   * @param degrees counterclockwise
   */
  public static void apply(
      Preprocessing preprocessing, FloatBuffer image, double degrees, FloatBuffer out) {
    int height = preprocessing.height();
    int width = preprocessing.width();
    int[] source = source(height, width, degrees);
    int start = image.position();
    for (int c = 0; c < 3; c++) {
      float black = (float) (-preprocessing.mean().get(c) / preprocessing.std().get(c));
      for (int pixel : source) {
        out.put(pixel < 0 ? black : image.get(start + c * source.length + pixel));
      }
    }
  }

  /** The source of each pixel's value, row by row; −1 for outside. */
  private static int[] source(int height, int width, double degrees) {
    double cos = Math.cos(Math.toRadians(degrees));
    double sin = Math.sin(Math.toRadians(degrees));
    int[] source = new int[height * width];
    for (int y = 0; y < height; y++) {
      double down = y + 0.5 - height / 2.0;
      for (int x = 0; x < width; x++) {
        double right = x + 0.5 - width / 2.0;
        int column = (int) Math.floor(cos * right - sin * down + width / 2.0);
        int row = (int) Math.floor(sin * right + cos * down + height / 2.0);
        boolean inside = column >= 0 && column < width && row >= 0 && row < height;
        source[y * width + x] = inside ? row * width + column : -1;
      }
    }
    return source;
  }
}
