package dev.flowline.io;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/**
 * The facts that an image file states of itself, read before its pixels.
 *
 * @param channels as decoded, alpha included
 * @param bits per sample as decoded, 8 or 16
 */
record ImageHeader(int width, int height, int channels, int bits, Set<ImageNote> notes) {
  /**
   * Makes a header.
   *
   * @throws IOException if the size is 0, or decoding would take more than {@link
   *     Images#maxBytes()}
   */
  static ImageHeader of(long width, long height, int channels, int bits, Set<ImageNote> notes)
      throws IOException {
    if (width < 1 || height < 1) {
      throw new IOException("corrupt: its size is %s x %s pixels".formatted(width, height));
    }
    long most = Images.maxBytes();
    int bytesPerPixel = channels * (bits / 8);
    if (width > Math.min(most / bytesPerPixel, Integer.MAX_VALUE / channels) / height) {
      throw new IOException(
          "it has %s x %s pixels of %s bytes, at most %s bytes are read (--max-image-bytes)"
              .formatted(width, height, bytesPerPixel, most));
    }
    return new ImageHeader(
        (int) width,
        (int) height,
        channels,
        bits,
        notes.isEmpty() ? Set.of() : EnumSet.copyOf(notes));
  }

  /** The number of samples, which fits an array. */
  int samples() {
    return width * height * channels;
  }
}
