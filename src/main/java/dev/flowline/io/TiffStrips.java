package dev.flowline.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The places of the strips or tiles of a TIFF page, checked before anything is decoded. */
final class TiffStrips {
  private static final int STRIP_OFFSETS = 273;
  private static final int ROWS_PER_STRIP = 278;
  private static final int STRIP_BYTES = 279;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;

  /** A bound above the ratio of any compression that is read. */
  private static final int MOST_INFLATED = 1500;

  /** A strip: its first row, its rows, and where its bytes are. */
  record Strip(int top, int rows, int offset, int bytes) {}

  private TiffStrips() {}

  /**
   * Returns the strips of a page whose samples lie together, from its top.
   *
   * @param header as stored, of a page that {@link #require} has accepted
   */
  static List<Strip> of(TiffDirectory tags, ImageHeader header) throws IOException {
    long[] offsets = tags.values(STRIP_OFFSETS);
    long[] bytes = tags.values(STRIP_BYTES);
    int rows = (int) Math.min(tags.value(ROWS_PER_STRIP, header.height()), header.height());
    List<Strip> strips = new ArrayList<>();
    for (int top = 0; top < header.height(); top += rows) {
      int i = strips.size();
      int own = Math.min(rows, header.height() - top);
      strips.add(new Strip(top, own, (int) offsets[i], (int) bytes[i]));
    }
    return strips;
  }

  /**
   * Requires that all strips or tiles lie in the file, and can hold the pixels.
   *
   * @param header as stored
   * @param planes 1 if the samples of a pixel lie together
   * @param bits per pixel
   * @throws IOException if they do not
   */
  static void require(
      TiffDirectory tags, ImageHeader header, int planes, int bits, boolean uncompressed)
      throws IOException {
    boolean tiled = tags.has(TILE_WIDTH);
    long across = tiled ? tags.value(TILE_WIDTH, 0) : header.width();
    long rows = tags.value(tiled ? TILE_HEIGHT : ROWS_PER_STRIP, header.height());
    long down = tiled ? rows : Math.min(rows, header.height());
    long rowBytes = (across * bits / planes + 7) / 8;
    if (across < 1 || down < 1 || rowBytes * down > Math.min(Images.maxBytes(), 1 << 30)) {
      throw new IOException("a TIFF of strips of %s x %s is not read".formatted(across, down));
    }
    long columns = (header.width() + across - 1) / across;
    long needed = columns * ((header.height() + down - 1) / down) * planes;
    long all = rowBytes * columns * planes * header.height();
    int length = tags.file().limit();
    if (all / (uncompressed ? 1 : MOST_INFLATED) > length) {
      throw new IOException(
          "truncated TIFF: a file of %s bytes cannot hold its pixels".formatted(length));
    }
    int where = tiled && tags.has(TILE_OFFSETS) ? TILE_OFFSETS : STRIP_OFFSETS;
    int size = tiled && tags.has(TILE_BYTES) ? TILE_BYTES : STRIP_BYTES;
    if (!tags.has(where) || !tags.has(size)) {
      throw new IOException("corrupt TIFF: it does not say where its pixels are");
    }
    long[] offsets = tags.values(where);
    long[] counts = tags.values(size);
    if (offsets.length < needed || counts.length < needed) {
      throw new IOException(
          "truncated TIFF: %s strips of %s are missing".formatted(needed - offsets.length, needed));
    }
    long perPlane = needed / planes;
    for (int i = 0; i < needed; i++) {
      long top = i % perPlane / columns * down;
      long least = rowBytes * (tiled ? down : Math.min(down, header.height() - top));
      if (uncompressed && counts[i] < least) {
        throw new IOException(
            "truncated TIFF: strip %s has %s bytes, %s are needed".formatted(i, counts[i], least));
      }
      if (offsets[i] < 1 || counts[i] < 1 || counts[i] > length - offsets[i]) {
        throw new IOException("truncated TIFF: strip %s lies outside of it".formatted(i));
      }
    }
  }
}
