package dev.flowline.data.synthesis;

import dev.flowline.io.Image;

/** A copy of an image whose samples can be set. */
final class ImageCopy {
  private final Image original;
  private final byte[] samples8;
  private final short[] samples16;

  ImageCopy(Image original) {
    this.original = original;
    boolean eight = original.bits() == 8;
    samples8 = eight ? original.samples8().clone() : null;
    samples16 = eight ? null : original.samples16().clone();
  }

  /**
   * Sets a sample.
   *
   * @param at its place, channels interleaved
   */
  void set(int at, int sample) {
    if (samples8 != null) {
      samples8[at] = (byte) sample;
    } else {
      samples16[at] = (short) sample;
    }
  }

  /** Returns the image; nothing may be set afterwards. */
  Image image() {
    return samples8 != null
        ? Image.of8(original.height(), original.width(), original.channels(), samples8)
        : Image.of16(original.height(), original.width(), original.channels(), samples16);
  }
}
