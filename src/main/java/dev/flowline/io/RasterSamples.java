package dev.flowline.io;

import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/** The samples that a reader of Java's ImageIO has stored, without any conversion of colours. */
final class RasterSamples {
  private RasterSamples() {}

  /**
   * Makes an image of the first one or three bands.
   *
   * @param bits of the image, 8 or 16
   * @param level of a stored sample, in the image; null if it is the sample
   */
  static Image image(Raster raster, int channels, int bits, IntUnaryOperator level) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    if (level == null && isInterleaved(raster, channels)) {
      return bits == 8
          ? Image.of8(height, width, channels, ((DataBufferByte) raster.getDataBuffer()).getData())
          : Image.of16(
              height, width, channels, ((DataBufferUShort) raster.getDataBuffer()).getData());
    }
    byte[] samples8 = bits == 8 ? new byte[width * height * channels] : null;
    short[] samples16 = bits == 8 ? null : new short[width * height * channels];
    int bands = raster.getNumBands();
    int[] row = new int[width * bands];
    for (int y = 0, out = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int i = 0; i < row.length; i += bands) {
        for (int c = 0; c < channels; c++, out++) {
          int value = level == null ? row[i + c] : level.applyAsInt(row[i + c]);
          if (samples8 != null) {
            samples8[out] = (byte) value;
          } else {
            samples16[out] = (short) value;
          }
        }
      }
    }
    return samples8 != null
        ? Image.of8(height, width, channels, samples8)
        : Image.of16(height, width, channels, samples16);
  }

  /** Makes an image of the colours of a palette. */
  static Image indexed(Raster raster, IndexColorModel palette) {
    int width = raster.getWidth();
    byte[] samples = new byte[width * raster.getHeight() * 3];
    int[] row = new int[width];
    for (int y = 0, out = 0; y < raster.getHeight(); y++) {
      for (int index : raster.getSamples(0, y, width, 1, 0, row)) {
        int colour = palette.getRGB(index);
        samples[out++] = (byte) (colour >> 16);
        samples[out++] = (byte) (colour >> 8);
        samples[out++] = (byte) colour;
      }
    }
    return Image.of8(raster.getHeight(), width, 3, samples);
  }

  /**
   * Requires the size that the file's header says.
   *
   * @throws IOException if it is another
   */
  static void requireSize(Raster raster, int width, int height) throws IOException {
    if (raster.getWidth() != width || raster.getHeight() != height) {
      throw new IOException(
          "corrupt: it says that it has %d x %d pixels and has %d x %d"
              .formatted(width, height, raster.getWidth(), raster.getHeight()));
    }
  }

  /** Returns whether the samples lie in their array as they lie in an image. */
  private static boolean isInterleaved(Raster raster, int channels) {
    int[] order = {0, 1, 2};
    return raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && raster.getNumBands() == channels
        && model.getScanlineStride() == raster.getWidth() * channels
        && Arrays.equals(model.getBandOffsets(), Arrays.copyOf(order, channels))
        && raster.getDataBuffer().getOffset() == 0
        && raster.getDataBuffer().getSize() == raster.getWidth() * raster.getHeight() * channels;
  }

  /** Returns whether a sample of a band passes a test. */
  static boolean any(Raster raster, int band, IntPredicate test) {
    int[] row = new int[raster.getWidth()];
    for (int y = 0; y < raster.getHeight(); y++) {
      if (Arrays.stream(raster.getSamples(0, y, row.length, 1, band, row)).anyMatch(test)) {
        return true;
      }
    }
    return false;
  }
}
