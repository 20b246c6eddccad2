package dev.flowline.io;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/**
 * The reader of JPEG files: the libjpeg of the JDK, whose first warning is damage here. It makes
 * red, green and blue of brightness and colour differences; those of inks are made here, with the
 * same arithmetic. The pixels are OpenCV's to the bit.
 */
final class JpegReader {
  private static final Pattern SURPLUS =
      Pattern.compile(".*: (\\d+) extraneous bytes before marker 0xd9");

  private static final ColorModel SRGB =
      new ComponentColorModel(
          ColorSpace.getInstance(ColorSpace.CS_sRGB),
          false,
          false,
          Transparency.OPAQUE,
          DataBuffer.TYPE_BYTE);

  private JpegReader() {}

  /**
   * Reads a file.
   *
   * @throws IOException with the reason, if the file is truncated, damaged, too large or of a kind
   *     that is not read
   */
  static Image read(byte[] file) throws IOException {
    JpegHeader jpeg = JpegHeader.read(file);
    ImageReader reader = ImageIoReaders.ofJdk("jpeg");
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    Raster raster = ImageIoReaders.read("JPEG", reader, jpeg.bare(), r -> raster(r, jpeg));
    RasterSamples.requireSize(raster, jpeg.header().width(), jpeg.header().height());
    for (String warning : warnings) {
      if (!isPadding(warning, jpeg)) {
        throw new IOException("corrupt JPEG: " + warning.replace("Corrupt JPEG data: ", ""));
      }
    }
    if (jpeg.isHalfHeight() && warnings.isEmpty()) { // which JDKs scale up in two ways
      return OpenCvCodec.decode(file, jpeg.header(), false);
    }
    return image(raster, jpeg.isYCbCr()).with(jpeg.header().notes());
  }

  /** Returns red, green and blue of brightness and two colour differences, else what is stored. */
  private static Raster raster(ImageReader reader, JpegHeader jpeg) throws IOException {
    if (!jpeg.isYCbCr() || jpeg.header().channels() != 3) {
      return reader.readRaster(0, null);
    }
    WritableRaster rgb =
        Raster.createInterleavedRaster(
            DataBuffer.TYPE_BYTE, jpeg.header().width(), jpeg.header().height(), 3, null);
    ImageReadParam into = reader.getDefaultReadParam();
    into.setDestination(new BufferedImage(SRGB, rgb, false, null));
    return reader.read(0, into).getRaster();
  }

  /** Returns whether what is too much are the zeros that some cameras put before the end. */
  private static boolean isPadding(String warning, JpegHeader jpeg) {
    Matcher surplus = SURPLUS.matcher(warning);
    boolean zeros = surplus.matches();
    for (int i = 1; zeros && i <= Integer.parseInt(surplus.group(1)); i++) {
      zeros = i <= jpeg.end() && jpeg.bare()[jpeg.end() - i] == 0;
    }
    return zeros;
  }

  private static Image image(Raster raster, boolean isYCbCr) throws IOException {
    byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
    int width = raster.getWidth();
    int height = raster.getHeight();
    int components = raster.getNumBands();
    if (components == 2) {
      throw new IOException("a JPEG of 2 components is not read");
    }
    if (components < 4) {
      return Image.of8(height, width, components, samples);
    }
    if (isYCbCr) {
      toRgb(samples);
    }
    return Image.of8(height, width, 3, ofCmyk(samples, isYCbCr));
  }

  /** Replaces brightness and colour differences by red, green and blue, in 1/65536. */
  private static void toRgb(byte[] samples) {
    for (int i = 0; i < samples.length; i += 4) {
      int y = (samples[i] & 0xFF) << 16 | 0x8000; // rounded
      int cb = (samples[i + 1] & 0xFF) - 128;
      int cr = (samples[i + 2] & 0xFF) - 128;
      samples[i] = clamped(y + 91_881 * cr >> 16);
      samples[i + 1] = clamped(y - 22_554 * cb - 46_802 * cr >> 16);
      samples[i + 2] = clamped(y + 116_130 * cb >> 16);
    }
  }

  private static byte clamped(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }

  /** Returns red, green and blue of inks that are stored inverted, as Adobe does. */
  private static byte[] ofCmyk(byte[] samples, boolean negative) {
    byte[] rgb = new byte[samples.length / 4 * 3];
    for (int i = 0, out = 0; i < samples.length; i += 4) {
      int black = samples[i + 3] & 0xFF;
      for (int c = 0; c < 3; c++, out++) {
        int ink = negative ? 255 - (samples[i + c] & 0xFF) : samples[i + c] & 0xFF;
        rgb[out] = (byte) (black - ((255 - ink) * black >> 8));
      }
    }
    return rgb;
  }
}
