package dev.flowline.io;

/** The orientations of TIFF 6.0 (tag 274): where the first row and column are to be shown. */
final class Orientation {
  private Orientation() {}

  /**
   * Returns the image as it is to be shown.
   *
   * @param orientation 1 to 8; 1 is how it is stored
   */
  static Image upright(Image stored, int orientation) {
    if (orientation == 1) {
      return stored;
    }
    int channels = stored.channels();
    int width = orientation <= 4 ? stored.width() : stored.height();
    int height = orientation <= 4 ? stored.height() : stored.width();
    boolean eight = stored.bits() == 8;
    Object from = eight ? stored.samples8() : stored.samples16();
    Object to = eight ? new byte[height * width * channels] : new short[height * width * channels];
    for (int y = 0, at = 0; y < stored.height(); y++) {
      for (int x = 0; x < stored.width(); x++, at += channels) {
        System.arraycopy(
            from, at, to, place(stored, x, y, width, orientation) * channels, channels);
      }
    }
    return eight
        ? Image.of8(height, width, channels, (byte[]) to)
        : Image.of16(height, width, channels, (short[]) to);
  }

  /** The pixel at which a stored pixel is shown. */
  private static int place(Image stored, int x, int y, int width, int orientation) {
    int right = stored.width() - 1 - x;
    int bottom = stored.height() - 1 - y;
    return switch (orientation) {
      case 2 -> y * width + right;
      case 3 -> bottom * width + right;
      case 4 -> bottom * width + x;
      case 5 -> x * width + y;
      case 6 -> x * width + bottom;
      case 7 -> right * width + bottom;
      default -> right * width + y;
    };
  }
}
