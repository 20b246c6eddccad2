package dev.flowline.extractor;

/** The checks on an image's size that extractors share. */
final class InputSize {
  private InputSize() {}

  /** Refuses sides that are not positive multiples of the stride. */
  static void requireMultiple(String extractor, long height, long width, int stride) {
    if (height < stride || width < stride || height % stride != 0 || width % stride != 0) {
      throw new IllegalArgumentException(
          "input %s x %s: %s takes heights and widths that are multiples of %s"
              .formatted(height, width, extractor, stride));
    }
  }

  /** Refuses all images but those of size × size. */
  static void requireSquare(String extractor, long height, long width, int size) {
    if (height != size || width != size) {
      throw new IllegalArgumentException(
          "input %s x %s: the position embedding of %s is for %s x %s only"
              .formatted(height, width, extractor, size, size));
    }
  }
}
