package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The reader of the first page of TIFF and BigTIFF files (TIFF 6.0): grey, RGB and palette with
 * extra samples, 1 to 16 bits per sample, in strips or tiles, interleaved or planar, uncompressed
 * or with a lossless {@link TiffCompression}. It is our own because OpenCV reads planar files of 16
 * bits as interleaved ones, forgets to invert 16-bit files whose 0 is white, and multiplies 8-bit
 * colours by their alpha; every one of these as a success.
 *
 * <p>Samples of fewer bits than 8 are scaled to 0 … 255; of 9 to 15 bits they are shifted to the
 * upper bits of 16. The orientation is followed. Alpha is dropped.
 */
final class TiffReader {
  private static final int SUBFILE = 254;
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES = 277;
  private static final int ROWS_PER_STRIP = 278;
  private static final int X_RESOLUTION = 282;
  private static final int Y_RESOLUTION = 283;
  private static final int PLANAR = 284;
  private static final int TRANSFER_FUNCTION = 301;
  private static final int PREDICTOR = 317;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int SAMPLE_FORMAT = 339;
  private static final int ICC_PROFILE = 34675;

  private static final int WHITE_IS_0 = 0;
  private static final int RGB = 2;
  private static final int INDEXED = 3;

  private final TiffDirectory tags;
  private final ByteBuffer file;
  private final Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
  private final int photometric;
  private final int bits;
  private final int stored; // samples per pixel in the file
  private final boolean planar;
  private final boolean tiled;
  private final boolean predicted;
  private final int orientation;
  private final TiffCompression compression;
  private final ImageHeader header; // as stored, not yet turned

  private TiffReader(TiffDirectory tags) throws IOException {
    this.tags = tags;
    file = tags.file();
    photometric = (int) tags.value(PHOTOMETRIC, -1);
    stored = (int) tags.value(SAMPLES, 1);
    bits = (int) tags.value(BITS, 1);
    planar = tags.value(PLANAR, 1) == 2 && stored > 1;
    tiled = tags.has(TILE_WIDTH);
    compression = TiffCompression.of(tags.value(COMPRESSION, 1));
    predicted = tags.value(PREDICTOR, 1) == 2 && compression != TiffCompression.NONE;
    long turned = tags.value(ORIENTATION, 1);
    orientation = turned >= 1 && turned <= 8 ? (int) turned : 1;
    noteTags();
    boolean own = isOwn();
    int channels = own ? channels() : Math.max(3, Math.min(stored, 4));
    header =
        ImageHeader.of(
            tags.value(WIDTH, 0), tags.value(HEIGHT, 0), channels, bits > 8 ? 16 : 8, notes);
  }

  /**
   * Reads the first page.
   *
   * @return empty if OpenCV is to read it, with the size that {@link #headerOfOther} says
   * @throws IOException with the reason, if the file is truncated, corrupt, too large, or of a kind
   *     that is not read
   */
  static Optional<Image> read(byte[] file) throws IOException {
    TiffReader tiff = new TiffReader(TiffDirectory.first(file, 0, file.length));
    if (tiff.isOwn()) {
      return Optional.of(tiff.pixels());
    }
    tiff.requireOther();
    return Optional.empty();
  }

  /** Returns the header of a file that another decoder reads, turned as its orientation says. */
  static ImageHeader headerOfOther(byte[] file) throws IOException {
    TiffReader tiff = new TiffReader(TiffDirectory.first(file, 0, file.length));
    ImageHeader stored = tiff.header;
    boolean upright = tiff.orientation <= 4;
    return ImageHeader.of(
        upright ? stored.width() : stored.height(),
        upright ? stored.height() : stored.width(),
        stored.channels(),
        8,
        stored.notes());
  }

  private boolean isOwn() {
    return compression != null && photometric >= WHITE_IS_0 && photometric <= INDEXED;
  }

  private int channels() {
    return photometric == RGB || photometric == INDEXED ? 3 : 1;
  }

  /** CCITT, JPEG, CMYK and YCbCr: what OpenCV was seen to read rightly. */
  private void requireOther() throws IOException {
    long scheme = tags.value(COMPRESSION, 1);
    boolean fax = scheme >= 2 && scheme <= 4 && stored == 1 && bits == 1 && photometric <= 1;
    boolean jpeg = scheme == 7 && bits == 8 && (photometric <= 2 || photometric == 6);
    boolean cmyk = compression != null && photometric == 5 && stored == 4 && bits == 8;
    boolean yCbCr = compression != null && photometric == 6 && stored == 3 && bits == 8;
    if (planar || !(fax || jpeg || cmyk || yCbCr)) {
      throw new IOException(
          "this kind of TIFF is not read (photometric %d, compression %d, %d samples of %d bits%s)"
              .formatted(photometric, scheme, stored, bits, planar ? ", planar" : ""));
    }
  }

  private void noteTags() throws IOException {
    if (tags.has(ICC_PROFILE) && !isSrgb(tags.values(ICC_PROFILE)) || tags.has(TRANSFER_FUNCTION)) {
      notes.add(ImageNote.COLOUR_PROFILE);
    }
    if (PngReader.isOblong(tags.value(X_RESOLUTION, 0), tags.value(Y_RESOLUTION, 0))) {
      notes.add(ImageNote.PIXEL_ASPECT);
    }
    boolean first = (tags.value(SUBFILE, 0) & 1) == 0; // and not a thumbnail before the picture
    TiffDirectory page = tags;
    for (int i = 0; i < 16 && page.hasNext(); i++) {
      page = page.next();
      if (!first || (page.value(SUBFILE, 0) & 5) == 0) { // neither thumbnail nor mask
        notes.add(ImageNote.FURTHER_PICTURES);
        return;
      }
    }
  }

  private static boolean isSrgb(long[] profile) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(8192, profile.length); i++) {
      if (profile[i] != 0) {
        text.append((char) profile[i]);
      }
    }
    return text.indexOf("sRGB") >= 0;
  }

  private void requireKind() throws IOException {
    int least = photometric == RGB ? 3 : 1;
    if (stored < least || stored > 16) {
      throw new IOException("a TIFF of %d samples per pixel is not read".formatted(stored));
    }
    if (tags.has(BITS)) {
      for (long each : tags.values(BITS)) {
        if (each != bits) {
          throw new IOException("a TIFF whose samples differ in bits is not read");
        }
      }
    }
    if (bits < 1 || bits > 16 || photometric == INDEXED && (bits > 8 || planar)) {
      throw new IOException("a TIFF of %d bits per sample is not read".formatted(bits));
    }
    if (tags.has(SAMPLE_FORMAT)) {
      for (long format : tags.values(SAMPLE_FORMAT)) {
        if (format != 1 && format != 4) {
          throw new IOException("its samples are neither 8 nor 16 bit unsigned integers");
        }
      }
    }
    long predictor = tags.value(PREDICTOR, 1);
    if (predicted && bits != 8 && bits != 16
        || predictor > 2 && compression != TiffCompression.NONE) {
      throw new IOException(
          "a TIFF of predictor %d and %d bits is not read".formatted(predictor, bits));
    }
  }

  private Image pixels() throws IOException {
    requireKind();
    long across = tiled ? tags.value(TILE_WIDTH, 0) : header.width();
    long down =
        tiled
            ? tags.value(TILE_HEIGHT, 0)
            : Math.min(header.height(), tags.value(ROWS_PER_STRIP, header.height()));
    int by = planar ? 1 : stored;
    long rowBytes = (across * by * bits + 7) / 8;
    if (across < 1
        || down < 1
        || rowBytes * down > Images.maxBytes()
        || rowBytes * down > 1 << 30) {
      throw new IOException("a TIFF of strips of %d x %d is not read".formatted(across, down));
    }
    int columns = (int) ((header.width() + across - 1) / across);
    int rows = (int) ((header.height() + down - 1) / down);
    int planes = planar ? stored : 1;
    long number = (long) columns * rows * planes;
    long all = rowBytes * columns * planes * (tiled ? rows * down : header.height());
    TiffStrips strips = new TiffStrips(tags, compression, tiled, number, all);
    TiffPicture picture = new TiffPicture(tags, header, photometric, bits, stored, orientation);
    int index = 0;
    for (int plane = 0; plane < planes; plane++) {
      for (int row = 0; row < rows; row++) {
        int top = (int) (row * down);
        int height = (int) Math.min(down, header.height() - top);
        for (int column = 0; column < columns; column++, index++) {
          byte[] bytes = strips.read(index, (int) (rowBytes * (tiled ? down : height)));
          int left = (int) (column * across);
          int width = (int) Math.min(across, header.width() - left);
          for (int y = 0; y < height; y++) {
            int at = (int) (y * rowBytes);
            if (predicted) {
              accumulate(bytes, at, (int) across * by, by);
            }
            picture.put(bytes, at, plane, by, left, top + y, width);
          }
        }
      }
    }
    return picture.image();
  }

  /** Adds to every sample of a row the one of the pixel before (predictor 2). */
  private void accumulate(byte[] bytes, int at, int samples, int by) {
    for (int i = by; i < samples; i++) {
      if (bits == 8) {
        bytes[at + i] += bytes[at + i - by];
      } else {
        int sum = deep(bytes, at + 2 * i) + deep(bytes, at + 2 * (i - by));
        boolean motorola = file.order() == ByteOrder.BIG_ENDIAN;
        bytes[at + 2 * i + (motorola ? 0 : 1)] = (byte) (sum >> 8);
        bytes[at + 2 * i + (motorola ? 1 : 0)] = (byte) sum;
      }
    }
  }

  private int deep(byte[] bytes, int at) {
    int first = bytes[at] & 0xFF;
    int second = bytes[at + 1] & 0xFF;
    return file.order() == ByteOrder.BIG_ENDIAN ? first << 8 | second : second << 8 | first;
  }
}
