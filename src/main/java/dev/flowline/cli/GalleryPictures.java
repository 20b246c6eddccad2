package dev.flowline.cli;

import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
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

  /** Reads an image file as it is. */
  static BufferedImage read(Path file) {
    return read(file, null);
  }

  /** Reads an image file, with its samples scaled as a model takes them; null for no model. */
  static BufferedImage read(Path file, Preprocessing model) {
    try {
      Image image = Images.read(file);
      return Images.toBufferedImage(model == null ? image : model.visible(image));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
