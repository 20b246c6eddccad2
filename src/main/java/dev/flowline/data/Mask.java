package dev.flowline.data;

import dev.flowline.io.Image;
import java.io.IOException;
import java.nio.file.Path;

/** The place of the ground truth of one image. */
public sealed interface Mask {
  /** The absence of a mask. */
  record None() implements Mask {}

  /**
   * An image file of the size of the image: black where good, bright, coloured, or a number of a
   * class where defective; or drawn in its alpha.
   */
  record File(Path path) implements Mask {}

  /** One frame of a NumPy array (frames, height, width): not 0 where defective. */
  record NpySlice(Path path, int frame) implements Mask {}

  /**
   * The mask's pixels, at the size at which it is stored.
   *
   * @throws IOException naming the file, if it cannot be read
   * @throws IllegalStateException if there is no mask
   */
  default Image read() throws IOException {
    if (this instanceof File file) {
      return MaskFile.read(file.path());
    }
    if (this instanceof NpySlice slice) {
      return Npy.open(slice.path()).readMask(slice.frame());
    }
    throw new IllegalStateException("there is no mask");
  }

  /** The mask's name in messages: the file, or the frame in it. */
  default String describe() {
    if (this instanceof File file) {
      return file.path().toString();
    }
    if (this instanceof NpySlice slice) {
      return slice.path() + " frame " + slice.frame();
    }
    return "no mask";
  }
}
