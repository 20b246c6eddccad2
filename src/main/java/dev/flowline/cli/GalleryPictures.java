package dev.flowline.cli;

import dev.flowline.io.Images;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The pictures of a report's gallery. */
final class GalleryPictures {
  /** The description of the option that counts them. */
  static final String SHOWN =
      "Images that each report shows, the worst first; 0 for none (default: ${DEFAULT-VALUE}).";

  private GalleryPictures() {}

  /** Reads an image file. */
  static BufferedImage read(Path file) {
    try {
      return Images.toBufferedImage(Images.read(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
