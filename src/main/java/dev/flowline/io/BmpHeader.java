package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;

/** The headers of a BMP file: OS/2's of 12 bytes and Windows' of 40 to 124. */
final class BmpHeader {
  private static final Set<Integer> WINDOWS = Set.of(40, 52, 56, 108, 124);
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int BIT_FIELDS = 3;
  private static final int ALPHA_BIT_FIELDS = 6;

  /** Two bytes of run-length code make at most 255 pixels. */
  private static final long PIXELS_OF_A_BYTE = 128;

  private BmpHeader() {}

  /**
   * Reads the headers.
   *
   * @throws IOException if they are incomplete, the file has fewer bytes than its pixels take, is
   *     too large or of a kind that is not read
   */
  static ImageHeader read(byte[] file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int size = file.length < 18 ? 0 : bytes.getInt(14);
    if (size == 0 || file.length < 14L + size) {
      throw new IOException("truncated BMP: its header is incomplete");
    }
    boolean os2 = size == 12;
    if (!os2 && !WINDOWS.contains(size)) {
      throw new IOException("a BMP with a header of %d bytes is not read".formatted(size));
    }
    long width = os2 ? bytes.getShort(18) & 0xFFFF : bytes.getInt(18);
    long height = os2 ? bytes.getShort(20) & 0xFFFF : Math.abs((long) bytes.getInt(22));
    int bits = bytes.getShort(os2 ? 24 : 28) & 0xFFFF;
    int compression = os2 ? 0 : bytes.getInt(30);
    requireKind(bits, compression);
    Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
    if (!os2 && ImageNote.isOblong(bytes.getInt(38), bytes.getInt(42))) {
      notes.add(ImageNote.PIXEL_ASPECT);
    }
    boolean alpha = bits == 32 && size >= 56 && bytes.getInt(66) != 0;
    if (alpha) {
      notes.add(ImageNote.TRANSPARENCY);
    }
    ImageHeader header = ImageHeader.of(width, height, bits == 32 ? 4 : 3, 8, notes);
    requireBytes(file.length, bytes.getInt(10) & 0xFFFFFFFFL, bits, compression, header);
    return header;
  }

  /**
   * Returns the same picture with the header of 40 bytes, if the file has that of 12: OpenCV makes
   * OS/2's colours grey.
   *
   * @param file whose header was {@linkplain #read read}
   */
  static byte[] asWindows(byte[] file) {
    ByteBuffer old = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (old.getInt(14) != 12) {
      return file;
    }
    int offset = old.getInt(10);
    int bits = old.getShort(24);
    int colours = bits > 8 ? 0 : Math.max(0, Math.min(1 << bits, (offset - 26) / 3));
    int start = 54 + 4 * colours;
    ByteBuffer out = ByteBuffer.allocate(start + file.length - offset).order(old.order());
    out.put(file, 0, 10).putInt(start).putInt(40);
    out.putInt(old.getShort(18) & 0xFFFF).putInt(old.getShort(20) & 0xFFFF);
    out.putShort((short) 1).putShort((short) bits).putInt(46, colours).position(54);
    for (int i = 0; i < colours; i++) {
      out.put(file, 26 + 3 * i, 3).put((byte) 0);
    }
    return out.put(file, offset, file.length - offset).array();
  }

  private static void requireKind(int bits, int compression) throws IOException {
    boolean known =
        switch (compression) {
          case 0 -> bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
          case RLE8 -> bits == 8;
          case RLE4 -> bits == 4;
          case BIT_FIELDS, ALPHA_BIT_FIELDS -> bits == 16 || bits == 32;
          default -> false;
        };
    if (!known) {
      throw new IOException(
          "this kind of BMP is not read (%d bits, compression %d)".formatted(bits, compression));
    }
  }

  private static void requireBytes(
      long length, long offset, int bits, int compression, ImageHeader header) throws IOException {
    long pixels = (long) header.width() * header.height();
    boolean runs = compression == RLE8 || compression == RLE4;
    long row = ((long) header.width() * bits + 31) / 32 * 4;
    long needed = offset + (runs ? pixels / PIXELS_OF_A_BYTE : row * header.height());
    if (needed > length) {
      throw new IOException(
          "truncated BMP: %d bytes of %d are missing".formatted(needed - length, needed));
    }
  }
}
