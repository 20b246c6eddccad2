package dev.flowline.io;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** The reader of PNG files: the JDK's decoder, whose samples are taken as they are stored. */
final class PngReader {
  private PngReader() {}

  /**
   * Reads a file.
   *
   * @throws IOException with the reason, if the file is truncated, corrupt or too large
   */
  static Image read(byte[] file) throws IOException {
    PngHeader png = PngHeader.read(file);
    BufferedImage picture = ImageIoReaders.picture("PNG", ImageIoReaders.ofJdk("png"), file);
    Raster raster = picture.getRaster();
    Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
    notes.addAll(png.notes());
    if (png.isIndexed()) {
      IndexColorModel palette = (IndexColorModel) picture.getColorModel();
      if (RasterSamples.any(raster, 0, index -> index >= png.colours())) {
        throw new IOException("corrupt PNG: a pixel is outside of its palette");
      }
      if (RasterSamples.any(raster, 0, index -> palette.getAlpha(index) != 255)) {
        notes.add(ImageNote.TRANSPARENCY);
      }
      return RasterSamples.indexed(raster, palette).with(notes);
    }
    int channels = png.channels();
    int most = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
    boolean alpha = raster.getNumBands() > channels; // also made of a transparent colour
    if (alpha && RasterSamples.any(raster, channels, sample -> sample != most)) {
      notes.add(ImageNote.TRANSPARENCY);
    }
    IntUnaryOperator level = most < 255 ? sample -> sample * 255 / most : null;
    return RasterSamples.image(raster, channels, png.bits(), level).with(notes);
  }
}
