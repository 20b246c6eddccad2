package dev.flowline.io;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** The tags of the first page of a TIFF or BigTIFF file, and which kinds are read. */
final class TiffHeader {
  private static final int SUBFILE = 254;
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES = 277;
  private static final int X_RESOLUTION = 282;
  private static final int Y_RESOLUTION = 283;
  private static final int PLANAR = 284;
  private static final int TRANSFER_FUNCTION = 301;
  private static final int PREDICTOR = 317;
  private static final int EXTRA_SAMPLES = 338;
  private static final int TILE_WIDTH = 322;
  private static final int SAMPLE_FORMAT = 339;
  private static final int ICC_PROFILE = 34675;

  private static final int FILL_ORDER = 266;

  private static final int NONE = 1;
  static final int WHITE_IS_0 = 0;
  private static final int BLACK_IS_0 = 1;
  private static final int RGB = 2;
  static final int INDEXED = 3;

  private final TiffDirectory tags;
  private final Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
  private final int photometric;
  private final int bits;
  private final int stored; // samples per pixel in the file
  private final boolean planar;
  private final boolean tiled;
  private final long scheme; // of compression
  private final ImageHeader header;

  private TiffHeader(TiffDirectory tags) throws IOException {
    this.tags = tags;
    photometric = (int) tags.value(PHOTOMETRIC, -1);
    stored = (int) tags.value(SAMPLES, 1);
    bits = (int) tags.value(BITS, 1);
    planar = tags.value(PLANAR, 1) == 2 && stored > 1;
    tiled = tags.has(TILE_WIDTH);
    scheme = tags.value(COMPRESSION, 1);
    noteTags();
    int channels = Math.max(isGreyOrColour() ? channels() : 3, Math.min(stored, 4));
    long width = tags.value(WIDTH, 0);
    header = ImageHeader.of(width, tags.value(HEIGHT, 0), channels, bits > 8 ? 16 : 8, notes);
    if (isGreyOrColour()) {
      requireKind();
    } else {
      requireOther();
    }
  }

  /**
   * Reads the tags.
   *
   * @throws IOException with the reason, if the file is truncated, corrupt, too large, or of a kind
   *     that is not read
   */
  static TiffHeader read(byte[] file) throws IOException {
    return new TiffHeader(TiffDirectory.first(file, 0, file.length));
  }

  TiffDirectory tags() {
    return tags;
  }

  /** Returns whether the page is lossless grey, RGB or palette: OpenCV reads the other kinds. */
  boolean isGreyOrColour() {
    return isLossless() && photometric >= WHITE_IS_0 && photometric <= INDEXED;
  }

  /**
   * Returns whether the compression is lossless: none, LZW, Deflate by both of its numbers,
   * PackBits.
   */
  private boolean isLossless() {
    return scheme == NONE || scheme == 5 || scheme == 8 || scheme == 32946 || scheme == 32773;
  }

  /**
   * Returns whether the page is uncompressed grey or RGB of 8 or 16 bits, without further samples,
   * in strips, its samples together.
   */
  boolean isRaw() throws IOException {
    return scheme == NONE
        && (photometric == BLACK_IS_0 || photometric == RGB)
        && stored == channels()
        && (bits == 8 || bits == 16)
        && !planar
        && !tiled
        && isGreyOrColour()
        && tags.value(FILL_ORDER, 1) == 1;
  }

  /** Returns 0 for grey whose 0 is white, 1 for grey, 2 for RGB, 3 for a palette. */
  int photometric() {
    return photometric;
  }

  /** Returns the bits per stored sample. */
  int bits() {
    return bits;
  }

  /** Returns the channels of the image, 1 or 3. */
  int channels() {
    return photometric == RGB || photometric == INDEXED ? 3 : 1;
  }

  /** Returns whether a sample behind the channels is transparency. */
  boolean hasAlpha() throws IOException {
    long kind = tags.value(EXTRA_SAMPLES, 0);
    return stored > channels() && (kind == 1 || kind == 2);
  }

  /** Returns the orientation, 1 to 8. */
  int orientation() throws IOException {
    long turned = tags.value(ORIENTATION, 1);
    return turned >= 1 && turned <= 8 ? (int) turned : 1;
  }

  /** Returns the size as stored, not yet turned. */
  ImageHeader stored() {
    return header;
  }

  /** Returns the size turned as the orientation says. */
  ImageHeader turned() throws IOException {
    boolean turned = orientation() > 4;
    int width = turned ? header.height() : header.width();
    int height = turned ? header.width() : header.height();
    return ImageHeader.of(width, height, header.channels(), header.bits(), notes);
  }

  /** CCITT, JPEG, CMYK and YCbCr: what OpenCV was seen to read rightly. */
  private void requireOther() throws IOException {
    boolean fax = scheme >= 2 && scheme <= 4 && stored == 1 && bits == 1 && photometric <= 1;
    boolean jpeg = scheme == 7 && bits == 8 && (photometric <= 2 || photometric == 6);
    boolean cmyk = isLossless() && photometric == 5 && stored == 4 && bits == 8;
    boolean yCbCr = isLossless() && photometric == 6 && stored == 3 && bits == 8;
    if (planar || !(fax || jpeg || cmyk || yCbCr)) {
      throw new IOException(
          "this kind of TIFF is not read (photometric %s, compression %s, %s samples of %s bits%s)"
              .formatted(photometric, scheme, stored, bits, planar ? ", planar" : ""));
    }
  }

  private void noteTags() throws IOException {
    if (tags.has(ICC_PROFILE) && !isSrgb(tags.values(ICC_PROFILE, 8192))
        || tags.has(TRANSFER_FUNCTION)) {
      notes.add(ImageNote.COLOUR_PROFILE);
    }
    if (ImageNote.isOblong(tags.value(X_RESOLUTION, 0), tags.value(Y_RESOLUTION, 0))) {
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
    for (long character : profile) { // its description is at its beginning
      if (character != 0) {
        text.append((char) character);
      }
    }
    return text.indexOf("sRGB") >= 0;
  }

  private void requireKind() throws IOException {
    int least = photometric == RGB ? 3 : 1;
    if (stored < least || stored > 16) {
      throw new IOException("a TIFF of %s samples per pixel is not read".formatted(stored));
    }
    if (tags.has(BITS) && Arrays.stream(tags.values(BITS)).anyMatch(each -> each != bits)) {
      throw new IOException("a TIFF whose samples differ in bits is not read");
    }
    if (bits < 1 || bits > 16 || photometric == INDEXED && (bits > 8 || planar)) {
      throw new IOException("a TIFF of %s bits per sample is not read".formatted(bits));
    }
    if (tags.has(SAMPLE_FORMAT)) {
      for (long format : tags.values(SAMPLE_FORMAT)) {
        if (format != 1 && format != 4) {
          throw new IOException("its samples are neither 8 nor 16 bit unsigned integers");
        }
      }
    }
    long predictor = scheme == 1 ? 1 : tags.value(PREDICTOR, 1);
    boolean whole = bits == 8 || bits == 16;
    boolean readRightly = // as TiffReaderTest has tried
        whole
            || stored == 1 && bits < 8 && bits != 6
            || stored == 1 && !tiled && bits % 2 == 0
            || stored == 3 && !tiled && bits > 8 && bits % 2 == 0;
    if (!readRightly || predictor > (whole ? 2 : 1)) {
      throw new IOException(
          ("a TIFF of %s samples of %s bits%s, predictor %s, is not read: save it with 8 or 16 bits"
                  + " per sample, or as PNG")
              .formatted(stored, bits, tiled ? " in tiles" : "", predictor));
    }
    TiffStrips.require(tags, stored(), planar ? stored : 1, stored * bits, scheme == 1);
  }
}
