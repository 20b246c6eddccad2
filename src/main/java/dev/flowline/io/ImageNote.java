package dev.flowline.io;

import java.util.Optional;
import java.util.Set;

/**
 * A thing that an image file asks for or holds, that a viewer shows, and that Flowline leaves out:
 * it can change a verdict or a figure. {@code docs/data.md} has the tags of each format.
 */
public enum ImageNote {
  /** The EXIF orientation of JPEG, PNG and WebP; that of TIFF is followed. */
  ORIENTATION("asks to be turned or mirrored, but its pixels are taken as they are stored"),
  TRANSPARENCY("has transparent pixels, but transparency is dropped"),
  COLOUR_PROFILE("has a colour profile or gamma other than sRGB, which is not applied"),
  FURTHER_PICTURES("holds further pages or frames, but only the first is read"),
  PIXEL_ASPECT("has pixels that are not square, but they are taken as square"),
  AT_MOST_8_BITS(8),
  AT_MOST_10_BITS(10),
  AT_MOST_12_BITS(12),
  AT_MOST_14_BITS(14);

  /** The smallest sample that no note on unused bits goes with. */
  static final int LEAST_OF_ALL_BITS = 1 << AT_MOST_14_BITS.bits;

  private final String text;
  private final int bits;

  ImageNote(String text) {
    this.text = text;
    this.bits = 0;
  }

  ImageNote(int bits) {
    this.bits = bits;
    this.text =
        "has 16 bits per sample, but no sample exceeds %s: '--bits %s' would scale them"
            .formatted((1 << bits) - 1, bits);
  }

  /** Returns what is left out, as the rest of a sentence that begins with the file's name. */
  public String text() {
    return text;
  }

  /** Returns whether the samples of a 16-bit file have fewer bits. */
  public boolean isOfBits() {
    return bits > 0;
  }

  /**
   * Returns the note on samples that leave the upper bits of a 16-bit file unused.
   *
   * @param most the largest sample; none of an image that is all black
   */
  static Optional<ImageNote> ofLargest(int most) {
    for (ImageNote note : values()) {
      if (note.bits > 0 && most > 0 && most < 1 << note.bits) {
        return Optional.of(note);
      }
    }
    return Optional.empty();
  }

  /** Returns whether two resolutions, or sides of a pixel, differ by more than rounding. */
  static boolean isOblong(double x, double y) {
    return x > 0 && y > 0 && Math.abs(x - y) > 0.01 * Math.max(x, y);
  }

  /** Adds the notes of the EXIF block of a JPEG, PNG or WebP file. */
  static void ofExif(byte[] file, int from, int length, Set<ImageNote> notes) {
    int orientation = TiffDirectory.orientationOfExif(file, from, length);
    if (orientation > 1 && orientation <= 8) {
      notes.add(ORIENTATION);
    }
  }
}
