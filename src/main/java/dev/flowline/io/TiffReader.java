package dev.flowline.io;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import javax.imageio.ImageReader;

/**
 * The reader of the first page of TIFF and BigTIFF files (TIFF 6.0): grey, RGB and palette with
 * extra samples, in strips or tiles, interleaved or planar, decoded by TwelveMonkeys. OpenCV reads
 * planar files of 16 bits as interleaved ones, forgets to invert 16-bit files whose 0 is white, and
 * multiplies 8-bit colours by their alpha; every one of these as a success.
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
  private static final int X_RESOLUTION = 282;
  private static final int Y_RESOLUTION = 283;
  private static final int PLANAR = 284;
  private static final int TRANSFER_FUNCTION = 301;
  private static final int PREDICTOR = 317;
  private static final int EXTRA_SAMPLES = 338;
  private static final int TILE_WIDTH = 322;
  private static final int SAMPLE_FORMAT = 339;
  private static final int ICC_PROFILE = 34675;

  private static final int WHITE_IS_0 = 0;
  private static final int RGB = 2;
  private static final int INDEXED = 3;

  /** The tags that the decoder is given. */
  private static final Set<Integer> OF_PIXELS =
      Set.of(
          WIDTH,
          HEIGHT,
          BITS,
          COMPRESSION,
          PHOTOMETRIC,
          266,
          273,
          SAMPLES,
          278,
          279,
          PLANAR,
          PREDICTOR,
          320,
          TILE_WIDTH,
          323,
          324,
          325,
          EXTRA_SAMPLES,
          SAMPLE_FORMAT);

  private final TiffDirectory tags;
  private final Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
  private final int photometric;
  private final int bits;
  private final int stored; // samples per pixel in the file
  private final boolean planar;
  private final boolean tiled;
  private final int orientation;
  private final long scheme; // of compression
  private final ImageHeader header; // as stored, not yet turned

  private TiffReader(TiffDirectory tags) throws IOException {
    this.tags = tags;
    photometric = (int) tags.value(PHOTOMETRIC, -1);
    stored = (int) tags.value(SAMPLES, 1);
    bits = (int) tags.value(BITS, 1);
    planar = tags.value(PLANAR, 1) == 2 && stored > 1;
    tiled = tags.has(TILE_WIDTH);
    scheme = tags.value(COMPRESSION, 1);
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
      tiff.requireKind();
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
    return isLossless() && photometric >= WHITE_IS_0 && photometric <= INDEXED;
  }

  /** None, LZW, Deflate by both of its numbers, PackBits. */
  private boolean isLossless() {
    return scheme == 1 || scheme == 5 || scheme == 8 || scheme == 32946 || scheme == 32773;
  }

  private int channels() {
    return photometric == RGB || photometric == INDEXED ? 3 : 1;
  }

  /** CCITT, JPEG, CMYK and YCbCr: what OpenCV was seen to read rightly. */
  private void requireOther() throws IOException {
    boolean fax = scheme >= 2 && scheme <= 4 && stored == 1 && bits == 1 && photometric <= 1;
    boolean jpeg = scheme == 7 && bits == 8 && (photometric <= 2 || photometric == 6);
    boolean cmyk = isLossless() && photometric == 5 && stored == 4 && bits == 8;
    boolean yCbCr = isLossless() && photometric == 6 && stored == 3 && bits == 8;
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
    long predictor = scheme == 1 ? 1 : tags.value(PREDICTOR, 1);
    boolean whole = bits == 8 || bits == 16;
    boolean readRightly = // as TiffReaderTest has tried
        whole
            || stored == 1 && bits < 8 && bits != 6
            || stored == 1 && !tiled && bits % 2 == 0
            || stored == 3 && !tiled && bits > 8 && bits % 2 == 0;
    if (!readRightly || predictor > (whole ? 2 : 1)) {
      throw new IOException(
          ("a TIFF of %d samples of %d bits%s, predictor %d, is not read: save it with 8 or 16 bits"
                  + " per sample, or as PNG")
              .formatted(stored, bits, tiled ? " in tiles" : "", predictor));
    }
    TiffStrips.require(tags, header, planar ? stored : 1, stored * bits, scheme == 1);
  }

  private Image pixels() throws IOException {
    byte[] file = tags.only(OF_PIXELS);
    ImageReader reader = new TIFFImageReaderSpi().createReaderInstance();
    if (photometric == INDEXED) {
      BufferedImage picture = ImageIoReaders.picture("TIFF", reader, file);
      IndexColorModel palette = (IndexColorModel) picture.getColorModel();
      return upright(RasterSamples.indexed(picture.getRaster(), palette));
    }
    Raster raster = ImageIoReaders.read("TIFF", reader, file, r -> r.readRaster(0, null));
    RasterSamples.requireSize(raster, header.width(), header.height());
    int most = (1 << bits) - 1;
    int channels = channels();
    long extra = tags.value(EXTRA_SAMPLES, 0);
    boolean alpha = stored > channels && (extra == 1 || extra == 2);
    if (alpha && RasterSamples.any(raster, channels, sample -> sample != most)) {
      notes.add(ImageNote.TRANSPARENCY);
    }
    boolean inverted = photometric == WHITE_IS_0;
    IntUnaryOperator level =
        sample -> {
          int bright = inverted ? most - sample : sample;
          return bits > 8 ? bright << 16 - bits : bright * 255 / most;
        };
    boolean asStored = !inverted && (bits == 8 || bits == 16);
    return upright(RasterSamples.image(raster, channels, header.bits(), asStored ? null : level));
  }

  private Image upright(Image stored) {
    return Orientation.upright(stored, orientation).with(notes);
  }
}
