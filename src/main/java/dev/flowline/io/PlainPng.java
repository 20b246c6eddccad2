package dev.flowline.io;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The fast reader of plain PNG files: grey or RGB of 8 or 16 bits, neither interlaced nor with a
 * transparent colour. It returns a picture only of a file without any fault: {@link PngReader}
 * decides about the others with the JDK's decoder, which takes up to twice the time.
 */
final class PlainPng {
  private final byte[] file;
  private final PngHeader png;
  private final Inflater inflater;
  private int piece; // of the compressed pixels: the next one

  private PlainPng(byte[] file, PngHeader png, Inflater inflater) {
    this.file = file;
    this.png = png;
    this.inflater = inflater;
  }

  /** Returns the picture without its notes; empty if the file is not plain, or has a fault. */
  static Optional<Image> read(byte[] file, PngHeader png) {
    if (!png.isPlain()) {
      return Optional.empty();
    }
    Inflater inflater = new Inflater();
    try {
      return new PlainPng(file, png, inflater).read();
    } catch (DataFormatException e) {
      return Optional.empty(); // the other reader says what is wrong
    } finally {
      inflater.end();
    }
  }

  private Optional<Image> read() throws DataFormatException {
    int channels = png.channels();
    int width = png.width();
    int height = png.height();
    boolean eight = png.bits() == 8;
    int by = channels * png.bits() / 8; // bytes per pixel
    int length = width * by;
    byte[] samples8 = eight ? new byte[height * length] : null;
    short[] samples16 = eight ? null : new short[height * width * channels];
    byte[] above = new byte[by + length]; // a pixel of zeros stands to the left of a row
    byte[] row = new byte[by + length];
    for (int y = 0; y < height; y++) {
      if (!inflate(row, by - 1, 1 + length)) {
        return Optional.empty();
      }
      int filter = row[by - 1];
      row[by - 1] = 0;
      if (filter < 0 || filter > 4) {
        return Optional.empty();
      }
      unfilter(filter, row, above, by);
      if (eight) {
        System.arraycopy(row, by, samples8, y * length, length);
      } else {
        int samples = width * channels;
        ByteBuffer.wrap(row, by, length).asShortBuffer().get(samples16, y * samples, samples);
      }
      byte[] free = above;
      above = row;
      row = free;
    }
    if (!isAtEnd()) {
      return Optional.empty();
    }
    return Optional.of(
        eight
            ? Image.of8(height, width, channels, samples8)
            : Image.of16(height, width, channels, samples16));
  }

  /** Fills a part of an array; returns false if the pixels end before. */
  private boolean inflate(byte[] into, int from, int length) throws DataFormatException {
    int end = from + length;
    for (int at = from; at < end; ) {
      int inflated = inflater.inflate(into, at, end - at);
      at += inflated;
      if (inflated == 0 && !(inflater.needsInput() && hasNextPiece())) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether nothing but the checksum follows, and is right. */
  private boolean isAtEnd() throws DataFormatException {
    byte[] more = new byte[1];
    while (inflater.inflate(more) == 0 && inflater.needsInput() && hasNextPiece()) {
      // A checksum may begin in one piece and end in the next.
    }
    return inflater.finished() && inflater.getTotalOut() == png.rawBytes();
  }

  private boolean hasNextPiece() {
    if (piece == png.pieces().size()) {
      return false;
    }
    PngHeader.Piece next = png.pieces().get(piece++);
    inflater.setInput(file, next.from(), next.length());
    return true;
  }

  /** Replaces differences by bytes, as section 9 of the specification says. */
  private static void unfilter(int filter, byte[] row, byte[] above, int by) {
    if (filter == 2) {
      for (int i = by; i < row.length; i++) {
        row[i] += above[i];
      }
      return;
    }
    for (int first = by; filter > 0 && first < 2 * by; first++) { // a byte of each pixel in turn
      int left = 0;
      int corner = 0;
      for (int i = first; i < row.length; i += by) {
        int up = above[i] & 0xFF;
        int foreseen =
            switch (filter) {
              case 1 -> left;
              case 3 -> left + up >> 1;
              default -> nearest(left, up, corner);
            };
        left = row[i] + foreseen & 0xFF;
        corner = up;
        row[i] = (byte) left;
      }
    }
  }

  /** Returns the neighbour that is nearest to left + up - corner (Paeth's predictor). */
  private static int nearest(int left, int up, int corner) {
    int fromLeft = up - corner;
    int fromUp = left - corner;
    int fromCorner = Math.abs(fromLeft + fromUp);
    fromLeft = Math.abs(fromLeft);
    fromUp = Math.abs(fromUp);
    if (fromLeft <= fromUp && fromLeft <= fromCorner) {
      return left;
    }
    return fromUp <= fromCorner ? up : corner;
  }
}
