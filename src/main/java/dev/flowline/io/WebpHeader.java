package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/** The chunks of a WebP file (RFC 9649). */
final class WebpHeader {
  private WebpHeader() {}

  /**
   * Reads the chunks.
   *
   * @throws IOException if the file ends early, holds no picture or is too large
   */
  static ImageHeader read(byte[] file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long end = 8 + (bytes.getInt(4) & 0xFFFFFFFFL);
    if (end > file.length) {
      throw new IOException(
          "truncated WebP: %s bytes of %s are missing".formatted(end - file.length, end));
    }
    Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
    int width = 0;
    int height = 0;
    boolean alpha = false;
    for (long next = 12; next + 8 <= end; ) {
      int at = (int) next;
      String type = new String(file, at, 4, StandardCharsets.ISO_8859_1);
      long length = bytes.getInt(at + 4) & 0xFFFFFFFFL;
      if (next + 8 + length > end) {
        throw new IOException("truncated WebP: its chunk '%s' is incomplete".formatted(type));
      }
      int from = at + 8;
      if (type.equals("VP8X") && length >= 10) {
        alpha = (file[from] & 0x10) != 0;
        width = 1 + (bytes.getInt(from + 3) >>> 8);
        height = 1 + (bytes.getInt(from + 6) >>> 8);
      } else if (type.equals("VP8 ") && length >= 10 && width == 0) {
        width = bytes.getShort(from + 6) & 0x3FFF;
        height = bytes.getShort(from + 8) & 0x3FFF;
      } else if (type.equals("VP8L") && length >= 5 && width == 0) {
        int packed = bytes.getInt(from + 1);
        width = 1 + (packed & 0x3FFF);
        height = 1 + (packed >> 14 & 0x3FFF);
        alpha = (packed & 1 << 28) != 0;
      } else if (type.equals("ANIM")) {
        notes.add(ImageNote.FURTHER_PICTURES);
      } else if (type.equals("EXIF")) {
        ImageNote.ofExif(file, from, (int) length, notes);
      } else if (type.equals("ICCP")) {
        String profile = new String(file, from, (int) length, StandardCharsets.ISO_8859_1);
        if (!profile.replace("\0", "").contains("sRGB")) {
          notes.add(ImageNote.COLOUR_PROFILE);
        }
      }
      next += 8 + length + (length & 1);
    }
    return ImageHeader.of(width, height, alpha ? 4 : 3, 8, notes);
  }
}
