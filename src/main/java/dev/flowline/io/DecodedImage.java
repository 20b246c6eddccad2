package dev.flowline.io;

import java.io.IOException;
import java.nio.file.Path;

/**
 * An image with the time that decoding took.
 *
 * @param decodeMillis milliseconds; 0 for an image that was handed in decoded
 */
public record DecodedImage(Image image, double decodeMillis) {
  /**
   * Reads an image file.
   *
   * @throws IOException naming the file, if it is no readable image
   */
  public static DecodedImage read(Path file) throws IOException {
    long start = System.nanoTime();
    Image image = Images.read(file);
    return new DecodedImage(image, (System.nanoTime() - start) / 1e6);
  }

  /** An image that was handed in decoded. */
  public static DecodedImage of(Image image) {
    return new DecodedImage(image, 0);
  }
}
