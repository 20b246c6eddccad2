package dev.flowline.cli;

import dev.flowline.io.Images;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Reads pictures for a report. */
final class GalleryPictures {
  private GalleryPictures() {}

  static BufferedImage read(Path file) {
    try {
      return Images.toBufferedImage(Images.read(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
