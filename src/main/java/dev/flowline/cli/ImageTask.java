package dev.flowline.cli;

import dev.flowline.io.ListedImage;
import java.io.IOException;

/** The work of a command on one of many images; the others go on if it fails. */
interface ImageTask {
  void run() throws IOException;

  /** Does the work on an image and returns what went wrong, in one line; null if nothing did. */
  static String tried(ListedImage image, ImageTask task) {
    if (image.error() != null) {
      return image.error();
    }
    try {
      task.run();
      return null;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      String message = Failures.describe(e);
      return message.contains(image.file().toString()) ? message : image.file() + ": " + message;
    }
  }
}
