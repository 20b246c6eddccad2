package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * The segments of a JPEG file up to its first scan, and its end.
 *
 * @param header what it says of its pixels
 * @param frame where the content of its SOF segment begins
 * @param progressive whether its scans refine each other
 */
record JpegHeader(ImageHeader header, int frame, boolean progressive) {

  /**
   * Reads the header.
   *
   * @throws IOException if the file has none, ends early, is too large or of a kind that is not
   *     read
   */
  static JpegHeader read(byte[] file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
    int frame = -1;
    boolean progressive = false;
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
      if (isFrame(marker) && length >= 8 + 3 * (file[at + 9] & 0xFF)) {
        requireKind(marker, file[at + 4]);
        frame = at + 4;
        progressive = marker == 0xC2;
      }
      note(bytes, marker, at + 4, length - 2, notes);
      at += 2 + length;
      if (marker == 0xDA) {
        break;
      }
    }
    requireEnd(file, at);
    if (frame < 0) {
      throw new IOException("corrupt JPEG: it has no frame");
    }
    int components = file[frame + 5] & 0xFF;
    ImageHeader header =
        ImageHeader.of(
            bytes.getShort(frame + 3) & 0xFFFF,
            bytes.getShort(frame + 1) & 0xFFFF,
            components == 1 ? 1 : 3,
            8,
            notes);
    return new JpegHeader(header, frame, progressive);
  }

  /** SOF0 to SOF15, but for the tables and the extension that have their numbers among them. */
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static void requireKind(int marker, int bits) throws IOException {
    if (marker > 0xC2 || bits != 8) { // arithmetic codes are beyond JpegScans, and nobody's
      throw new IOException(
          "this kind of JPEG is not read (SOF%d, %d bits)".formatted(marker - 0xC0, bits));
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
      if (PngReader.isOblong(
          bytes.getShort(from + 8) & 0xFFFF, bytes.getShort(from + 10) & 0xFFFF)) {
        notes.add(ImageNote.PIXEL_ASPECT);
      }
    }
  }

  private static void requireEnd(byte[] file, int from) throws IOException {
    for (int at = from; at + 1 < file.length; at++) {
      if (file[at] == (byte) 0xFF && file[at + 1] == (byte) 0xD9) {
        return;
      }
    }
    throw new IOException("truncated JPEG: it has no end");
  }
}
