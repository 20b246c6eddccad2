package dev.flowline.io;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import javax.imageio.ImageReader;

/**
 * The reader of the first page of TIFF and BigTIFF files (TIFF 6.0). {@link RawTiff} copies the
 * uncompressed samples of cameras; TwelveMonkeys decodes all other grey, RGB and palettes with
 * extra samples, in strips or tiles, interleaved or planar. OpenCV reads planar files of 16 bits as
 * interleaved ones, forgets to invert 16-bit files whose 0 is white, and multiplies 8-bit colours
 * by their alpha; every one of these as a success. It decodes the rest.
 *
 * <p>Samples of fewer bits than 8 are scaled to 0 … 255; of 9 to 15 bits they are shifted to the
 * upper bits of 16. The orientation is followed. Alpha is dropped.
 */
final class TiffReader {
  /** The tags that say where the pixels are and how they lie: the decoder is given no others. */
  private static final int[] OF_PIXELS = {
    256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339
  };

  private TiffReader() {}

  /**
   * Reads the first page.
   *
   * @throws IOException with the reason, if the file is truncated, corrupt, too large, or of a kind
   *     that is not read
   */
  static Image read(byte[] file) throws IOException {
    TiffHeader tiff = TiffHeader.read(file);
    if (!tiff.isGreyOrColour()) {
      return OpenCvCodec.decode(file, tiff.turned(), false);
    }
    return tiff.isRaw()
        ? Orientation.upright(RawTiff.read(file, tiff), tiff.orientation())
            .with(tiff.stored().notes())
        : withTwelveMonkeys(tiff);
  }

  /** Reads a page of any grey, RGB or palette kind. */
  static Image withTwelveMonkeys(TiffHeader tiff) throws IOException {
    Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
    notes.addAll(tiff.stored().notes());
    byte[] page = tiff.tags().only(OF_PIXELS);
    ImageReader reader = new TIFFImageReaderSpi().createReaderInstance();
    Image stored =
        tiff.photometric() == TiffHeader.INDEXED
            ? indexed(ImageIoReaders.picture("TIFF", reader, page))
            : image(
                ImageIoReaders.read("TIFF", reader, page, r -> r.readRaster(0, null)), tiff, notes);
    return Orientation.upright(stored, tiff.orientation()).with(notes);
  }

  private static Image indexed(BufferedImage picture) {
    return RasterSamples.indexed(picture.getRaster(), (IndexColorModel) picture.getColorModel());
  }

  private static Image image(Raster raster, TiffHeader tiff, Set<ImageNote> notes)
      throws IOException {
    RasterSamples.requireSize(raster, tiff.stored().width(), tiff.stored().height());
    int bits = tiff.bits();
    int most = (1 << bits) - 1;
    int channels = tiff.channels();
    if (tiff.hasAlpha() && RasterSamples.any(raster, channels, sample -> sample != most)) {
      notes.add(ImageNote.TRANSPARENCY);
    }
    boolean inverted = tiff.photometric() == TiffHeader.WHITE_IS_0;
    IntUnaryOperator level =
        sample -> {
          int bright = inverted ? most - sample : sample;
          return bits > 8 ? bright << 16 - bits : bright * 255 / most;
        };
    boolean asStored = !inverted && (bits == 8 || bits == 16);
    return RasterSamples.image(raster, channels, bits > 8 ? 16 : 8, asStored ? null : level);
  }
}
