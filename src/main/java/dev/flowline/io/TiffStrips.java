package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The strips or tiles of a page of a TIFF file. */
final class TiffStrips {
  private static final int FILL_ORDER = 266;
  private static final int STRIP_OFFSETS = 273;
  private static final int STRIP_BYTES = 279;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;

  /** More than the ratio of any compression here. */
  private static final int MOST_INFLATED = 1500;

  private final ByteBuffer file;
  private final TiffCompression compression;
  private final long[] offsets;
  private final long[] counts; // null if the file does not say: uncompressed ones may
  private final boolean reversed;

  /**
   * Finds the strips of a page.
   *
   * @param needed number of strips or tiles
   * @param bytes of all of them together, decompressed
   * @throws IOException if the file does not have so many, or cannot hold so much
   */
  TiffStrips(
      TiffDirectory tags, TiffCompression compression, boolean tiled, long needed, long bytes)
      throws IOException {
    this.compression = compression;
    file = tags.file();
    long ratio = compression == TiffCompression.NONE ? 1 : MOST_INFLATED;
    if (bytes / ratio > file.limit()) {
      throw new IOException(
          "truncated TIFF: a file of %d bytes cannot hold its pixels".formatted(file.limit()));
    }
    int where = tiled && tags.has(TILE_OFFSETS) ? TILE_OFFSETS : STRIP_OFFSETS;
    int size = tiled && tags.has(TILE_BYTES) ? TILE_BYTES : STRIP_BYTES;
    if (!tags.has(where) || !tags.has(size) && compression != TiffCompression.NONE) {
      throw new IOException("corrupt TIFF: it does not say where its pixels are");
    }
    offsets = tags.values(where);
    counts = tags.has(size) ? tags.values(size) : null;
    if (offsets.length < needed || counts != null && counts.length < needed) {
      throw new IOException(
          "truncated TIFF: %d strips of %d are missing".formatted(needed - offsets.length, needed));
    }
    reversed = tags.value(FILL_ORDER, 1) == 2;
  }

  /**
   * Reads one strip or tile and decompresses it.
   *
   * @param length of its bytes, decompressed
   * @throws IOException if it lies outside of the file, is corrupt or too short
   */
  byte[] read(int index, int length) throws IOException {
    long count = counts == null ? length : counts[index];
    if (compression == TiffCompression.NONE) {
      count = Math.max(count, length); // some writers count wrongly; the pixels' place is sure
    }
    if (offsets[index] < 1 || count < 1 || count > file.limit() - offsets[index]) {
      throw new IOException("truncated TIFF: strip %d lies outside of it".formatted(index));
    }
    if (length / MOST_INFLATED > count) { // before any memory
      throw new IOException("truncated TIFF: strip %d cannot hold its pixels".formatted(index));
    }
    ByteBuffer in = file.duplicate();
    in.position((int) offsets[index]).limit((int) (offsets[index] + count));
    if (reversed) {
      byte[] turned = new byte[in.remaining()];
      in.get(turned);
      for (int i = 0; i < turned.length; i++) {
        turned[i] = (byte) (Integer.reverse(turned[i]) >>> 24);
      }
      in = ByteBuffer.wrap(turned);
    }
    byte[] out = new byte[length];
    compression.decompress(in, out);
    return out;
  }
}
