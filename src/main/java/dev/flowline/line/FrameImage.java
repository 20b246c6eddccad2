package dev.flowline.line;

import dev.flowline.io.DecodedImage;
import dev.flowline.io.Image;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The image of a frame. It is decoded by the worker that inspects the part, so that one that cannot
 * be read costs its own part only.
 */
@FunctionalInterface
public interface FrameImage {
  /**
   * Returns the image. It is called at most once, on a thread of the line: not if the part's
   * deadline passes before a worker takes it.
   *
   * @throws IOException saying what is wrong with it
   */
  DecodedImage decode() throws IOException;

  /** Returns an image that is decoded already. */
  static FrameImage of(Image image) {
    return () -> DecodedImage.of(image);
  }

  /** Returns the image in a file. */
  static FrameImage of(Path file) {
    return () -> DecodedImage.read(file);
  }
}
