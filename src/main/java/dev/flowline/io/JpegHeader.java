package dev.flowline.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * The segments of a JPEG file up to its first scan, and its end.
 *
 * @param header what it says of its pixels
 * @param isYCbCr whether the first three components are brightness and colour differences
 * @param isHalfHeight whether a component has half the rows and all columns (4:4:0)
 * @param bare the file with the segment of JFIF as its only application segment
 * @param end where the marker of the end is in {@code bare}
 */
record JpegHeader(ImageHeader header, boolean isYCbCr, boolean isHalfHeight, byte[] bare, int end) {
  /**
   * The most scans that are read, more than any picture takes; each one costs a walk through all
   * blocks.
   */
  private static final int MOST_SCANS = 200;

  private static final byte[] JFIF = {
    -1, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
  };

  /**
   * Reads the header.
   *
   * @throws IOException if the file has none, ends early, is too large or of a kind that is not
   *     read
   */
  static JpegHeader read(byte[] file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
    ByteArrayOutputStream bare = new ByteArrayOutputStream(file.length);
    bare.write(file, 0, 2);
    bare.writeBytes(JFIF);
    int frame = -1;
    boolean jfif = false;
    int transform = -1; // as Adobe's segment says, -1 without it
    int at = 2;
    while (at + 4 <= file.length) { // a thumbnail lies inside a segment
      if (file[at] != (byte) 0xFF) {
        throw new IOException("corrupt JPEG: no marker at byte " + at);
      }
      int marker = file[at + 1] & 0xFF;
      if (marker == 0xFF) {
        at++; // a fill byte
        continue;
      }
      int length = bytes.getShort(at + 2) & 0xFFFF;
      if (length < 2 || at + 2 + length > file.length) {
        throw new IOException("truncated JPEG: a segment ends behind it");
      }
      if (isFrame(marker) && length >= 8 && length >= 8 + 3 * (file[at + 9] & 0xFF)) {
        requireKind(marker, file[at + 4]);
        frame = at + 4;
      }
      if (marker < 0xE0) {
        bare.write(file, at, 2 + length);
      } else if (marker == 0xEE && length >= 14 && file[at + 4] == 'A' && file[at + 5] == 'd') {
        transform = file[at + 15];
      } else if (marker == 0xE0 && length >= 16 && file[at + 4] == 'J' && file[at + 6] == 'I') {
        jfif = true;
      }
      note(bytes, marker, at + 4, length - 2, notes);
      at += 2 + length;
      if (marker == 0xDA) {
        break;
      }
    }
    int behind = file.length - end(file, at);
    if (frame < 0) {
      throw new IOException("corrupt JPEG: it has no frame");
    }
    bare.write(file, at, file.length - at);
    int components = file[frame + 5] & 0xFF;
    if (components < 1 || components > 4) {
      throw new IOException("a JPEG of %s components is not read".formatted(components));
    }
    ImageHeader header =
        ImageHeader.of(
            bytes.getShort(frame + 3) & 0xFFFF,
            bytes.getShort(frame + 1) & 0xFFFF,
            components,
            8,
            notes);
    boolean isYCbCr = isYCbCr(file, frame, components, jfif, transform);
    return new JpegHeader(
        header, isYCbCr, isHalfHeight(file, frame), bare.toByteArray(), bare.size() - behind);
  }

  /** The rule of libjpeg: JFIF, then Adobe's transform, then the names of the components. */
  private static boolean isYCbCr(
      byte[] file, int frame, int components, boolean jfif, int transform) {
    if (components == 4) {
      return transform > 0;
    }
    if (components != 3) {
      return false;
    }
    boolean named = file[frame + 6] == 'R' && file[frame + 9] == 'G' && file[frame + 12] == 'B';
    return jfif || transform > 0 || transform < 0 && !named;
  }

  private static boolean isHalfHeight(byte[] file, int frame) {
    int first = file[frame + 7];
    for (int i = 1; i < file[frame + 5]; i++) {
      int factors = file[frame + 7 + 3 * i];
      if (first >> 4 == factors >> 4 && (first & 15) == 2 * (factors & 15)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether a marker begins a frame: SOF0 to SOF15, but for the tables and the extension
   * that have their numbers among them.
   */
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static void requireKind(int marker, int bits) throws IOException {
    if (marker > 0xC2 || bits != 8) { // arithmetic codes are nobody's
      throw new IOException(
          "this kind of JPEG is not read (SOF%s, %s bits)".formatted(marker - 0xC0, bits));
    }
  }

  private static void note(
      ByteBuffer bytes, int marker, int from, int length, Set<ImageNote> notes) {
    byte[] file = bytes.array();
    int named = Math.min(length, 8192);
    String start = new String(file, from, named, StandardCharsets.ISO_8859_1);
    if (marker == 0xE1 && start.startsWith("Exif\0\0")) {
      ImageNote.ofExif(file, from, length, notes);
    } else if (marker == 0xE2 && start.startsWith("ICC_PROFILE\0\u0001")) {
      if (!start.replace("\0", "").contains("sRGB")) {
        notes.add(ImageNote.COLOUR_PROFILE);
      }
    } else if (marker == 0xE2 && start.startsWith("MPF\0")) {
      notes.add(ImageNote.FURTHER_PICTURES);
    } else if (marker == 0xE0 && start.startsWith("JFIF\0") && length >= 12) {
      if (ImageNote.isOblong(
          bytes.getShort(from + 8) & 0xFFFF, bytes.getShort(from + 10) & 0xFFFF)) {
        notes.add(ImageNote.PIXEL_ASPECT);
      }
    }
  }

  /** Returns where the marker of the end is. */
  private static int end(byte[] file, int from) throws IOException {
    int scans = 1;
    for (int at = from; at + 1 < file.length; at++) {
      if (file[at] == (byte) 0xFF && file[at + 1] == (byte) 0xD9) {
        return at;
      }
      if (file[at] == (byte) 0xFF && file[at + 1] == (byte) 0xDA && ++scans > MOST_SCANS) {
        throw new IOException("a JPEG of more than %s scans is not read".formatted(MOST_SCANS));
      }
    }
    throw new IOException("truncated JPEG: it has no end");
  }
}
