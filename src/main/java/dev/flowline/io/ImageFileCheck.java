package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Finds truncated image files before they are decoded: the decoders fill what is missing with grey
 * and call it a success, and a half-written frame of a camera would be judged.
 *
 * <p>Damage inside is found in PNG only, which has checksums. In a JPEG it is found up to the first
 * scan; behind that any bytes decode to something, and only the end marker is looked for. A BMP's
 * samples carry no redundancy at all.
 */
final class ImageFileCheck {
  private static final long PNG = 0x89504E470D0A1A0AL;
  private static final int PNG_END = 0x49454E44; // IEND
  private static final int TIFF_WIDTH = 256;
  private static final int TIFF_HEIGHT = 257;

  /** More than any camera has: a damaged or hostile header, and gigabytes if it were decoded. */
  private static final long MOST_PIXELS = 1L << 28;

  private ImageFileCheck() {}

  /**
   * @throws IOException if the file is empty, is none of JPEG, PNG, BMP, TIFF, ends early, or says
   *     that it has more than 2²⁸ pixels
   */
  static void requireComplete(byte[] file) throws IOException {
    if (file.length == 0) {
      throw new IOException("the file is empty");
    }
    if (file.length < 8) {
      throw new IOException("not a JPEG, PNG, BMP or TIFF file");
    }
    ByteBuffer bytes = ByteBuffer.wrap(file);
    boolean tiff = (file[0] == 'I' && file[1] == 'I') || (file[0] == 'M' && file[1] == 'M');
    if (bytes.getLong(0) == PNG) {
      requirePng(bytes);
    } else if (bytes.getShort(0) == (short) 0xFFD8) {
      requireJpeg(bytes);
    } else if (file[0] == 'B' && file[1] == 'M') {
      requireBmp(bytes.order(ByteOrder.LITTLE_ENDIAN));
    } else if (tiff) {
      requireTiff(bytes.order(file[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN));
    } else {
      throw new IOException("not a JPEG, PNG, BMP or TIFF file");
    }
  }

  private static void requirePng(ByteBuffer bytes) throws IOException {
    if (bytes.limit() >= 24) {
      requireSize(bytes.getInt(16) & 0xFFFFFFFFL, bytes.getInt(20) & 0xFFFFFFFFL);
    }
    CRC32 crc = new CRC32();
    for (long at = 8; at + 12 <= bytes.limit(); ) {
      int chunk = (int) at;
      long length = bytes.getInt(chunk) & 0xFFFFFFFFL;
      if (at + 12 + length > bytes.limit()) {
        break;
      }
      crc.reset();
      crc.update(bytes.array(), chunk + 4, (int) length + 4);
      if ((int) crc.getValue() != bytes.getInt(chunk + 8 + (int) length)) {
        throw new IOException("corrupt PNG: wrong checksum at byte " + chunk);
      }
      if (bytes.getInt(chunk + 4) == PNG_END) {
        return;
      }
      at += 12 + length;
    }
    throw new IOException("truncated PNG: it has no end");
  }

  private static void requireJpeg(ByteBuffer bytes) throws IOException {
    int at = 2;
    while (at + 4 <= bytes.limit()) { // segments, up to the first scan; a thumbnail lies inside one
      if (bytes.get(at) != (byte) 0xFF) {
        throw new IOException("corrupt JPEG: no marker at byte " + at);
      }
      int marker = bytes.get(at + 1) & 0xFF;
      if (marker == 0xFF) {
        at++; // a fill byte
        continue;
      }
      if (isFrame(marker) && at + 9 <= bytes.limit()) {
        requireSize(bytes.getShort(at + 7) & 0xFFFF, bytes.getShort(at + 5) & 0xFFFF);
      }
      at += 2 + (bytes.getShort(at + 2) & 0xFFFF);
      if (marker == 0xDA) {
        break;
      }
    }
    for (; at + 1 < bytes.limit(); at++) {
      if (bytes.get(at) == (byte) 0xFF && bytes.get(at + 1) == (byte) 0xD9) {
        return;
      }
    }
    throw new IOException("truncated JPEG: it has no end");
  }

  /** SOF0 to SOF15, but for the tables and the extension that have their numbers among them. */
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  /** The size in the first directory; whether a TIFF is complete, its decoder tells. */
  private static void requireTiff(ByteBuffer bytes) throws IOException {
    long directory = bytes.getInt(4) & 0xFFFFFFFFL;
    if (bytes.getShort(2) != 42 || directory + 2 > bytes.limit()) {
      return;
    }
    int entries = bytes.getShort((int) directory) & 0xFFFF;
    long width = 0;
    long height = 0;
    for (long at = directory + 2; entries > 0 && at + 12 <= bytes.limit(); entries--, at += 12) {
      int tag = bytes.getShort((int) at) & 0xFFFF;
      boolean isShort = bytes.getShort((int) at + 2) == 3;
      long value = isShort ? bytes.getShort((int) at + 8) & 0xFFFF : bytes.getInt((int) at + 8);
      width = tag == TIFF_WIDTH ? value & 0xFFFFFFFFL : width;
      height = tag == TIFF_HEIGHT ? value & 0xFFFFFFFFL : height;
    }
    requireSize(width, height);
  }

  private static void requireSize(long width, long height) throws IOException {
    if (height > 0 && width > MOST_PIXELS / height) {
      throw new IOException(
          "it has %d x %d pixels, at most %d are read".formatted(width, height, MOST_PIXELS));
    }
  }

  private static void requireBmp(ByteBuffer bytes) throws IOException {
    if (bytes.limit() < 54) {
      throw new IOException("truncated BMP: its header is incomplete");
    }
    long offset = bytes.getInt(10) & 0xFFFFFFFFL;
    long width = Math.abs((long) bytes.getInt(18));
    long height = Math.abs((long) bytes.getInt(22));
    requireSize(width, height);
    int bitsPerPixel = bytes.getShort(28) & 0xFFFF;
    boolean runLength = bytes.getInt(30) == 1 || bytes.getInt(30) == 2;
    long rowBytes = (width * bitsPerPixel + 31) / 32 * 4;
    long needed = offset + (runLength ? 2 : rowBytes * height);
    if (needed > bytes.limit()) {
      throw new IOException(
          "truncated BMP: %d bytes of %d are missing".formatted(needed - bytes.limit(), needed));
    }
  }
}
