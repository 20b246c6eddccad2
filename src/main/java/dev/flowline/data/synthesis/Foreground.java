package dev.flowline.data.synthesis;

import dev.flowline.io.Image;

/** Where the object is in an image that shows one before a plain background. */
final class Foreground {
  private Foreground() {}

  /** (H·W), or null if there is no such object: then everything is surface. */
  static boolean[] of(Image image) {
    return null;
  }
}
