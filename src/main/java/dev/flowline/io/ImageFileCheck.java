package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Finds truncated and damaged image files before they are decoded: the decoders fill what is
 * missing with grey and call it a success, and a half-written frame of a camera would be judged.
 */
final class ImageFileCheck {
  private static final long PNG = 0x89504E470D0A1A0AL;
  private static final int PNG_END = 0x49454E44; // IEND

  private ImageFileCheck() {}

  /**
   * @throws IOException if the file is empty, is none of JPEG, PNG, BMP, TIFF, or ends early
   */
  static void requireComplete(byte[] file) throws IOException {
    if (file.length == 0) {
      throw new IOException("the file is empty");
    }
    if (file.length < 8) {
      throw new IOException("not a JPEG, PNG, BMP or TIFF file");
    }
    ByteBuffer bytes = ByteBuffer.wrap(file);
    if (bytes.getLong(0) == PNG) {
      requirePng(bytes);
    } else if (bytes.getShort(0) == (short) 0xFFD8) {
      requireJpeg(bytes);
    } else if (file[0] == 'B' && file[1] == 'M') {
      requireBmp(bytes.order(ByteOrder.LITTLE_ENDIAN));
    } else if (!(file[0] == 'I' && file[1] == 'I') && !(file[0] == 'M' && file[1] == 'M')) {
      throw new IOException("not a JPEG, PNG, BMP or TIFF file");
    }
  }

  private static void requirePng(ByteBuffer bytes) throws IOException {
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

  private static void requireBmp(ByteBuffer bytes) throws IOException {
    if (bytes.limit() < 54) {
      throw new IOException("truncated BMP: its header is incomplete");
    }
    long offset = bytes.getInt(10) & 0xFFFFFFFFL;
    long width = Math.abs((long) bytes.getInt(18));
    long height = Math.abs((long) bytes.getInt(22));
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
