package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.*;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds TIFF files of every kind to the samples that they were written of. */
class TiffReaderTest {
  private static final int WHITE_IS_0 = 0;
  private static final int GREY = 1;
  private static final int RGB = 2;
  private static final int INDEXED = 3;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 6, 8, 10, 12, 14, 16})
  void readsEveryLayoutOfEveryDepth(int bits) throws IOException {
    int[][] kinds = {{1, WHITE_IS_0}, {1, GREY}, {2, GREY}, {3, RGB}, {4, RGB}, {5, RGB}};
    int held = 0;
    for (int[] kind : kinds) {
      for (int variant = 0; variant < 1 << 7; variant++) {
        TiffWriter tiff = new TiffWriter();
        tiff.bits = bits;
        tiff.samples = kind[0];
        tiff.photometric = kind[1];
        tiff.planar = (variant & 1) != 0;
        tiff.tiled = (variant & 2) != 0;
        tiff.big = (variant & 4) != 0;
        tiff.motorola = (variant & 8) != 0;
        tiff.compression =
            new int[] {
                  TiffWriter.NONE, TiffWriter.DEFLATE, TiffWriter.PACK_BITS, TiffWriter.DEFLATE
                }
                [variant >> 4 & 3];
        tiff.predictor = (variant >> 4 & 3) == 3;
        tiff.orientation = variant < 64 ? 1 : 1 + (variant * 5 + variant / 8) % 8;
        int colours = kind[1] == RGB ? 3 : 1;
        if (tiff.samples > colours) {
          long[] extra = new long[tiff.samples - colours];
          extra[0] = 2;
          tiff.more.put(338, extra);
        }
        if (tiff.predictor && bits != 8 && bits != 16) {
          continue;
        }
        int[] values = noise(tiff);
        Image image = Images.decode(tiff.write(values));
        assertEquals(bits > 8 ? 16 : 8, image.bits(), tiff::toString);
        assertHolds(tiff, values, image);
        assertEquals(tiff.samples > colours, image.notes().contains(ImageNote.TRANSPARENCY));
        held++;
      }
    }
    assertEquals(bits == 8 || bits == 16 ? 768 : 576, held);
  }

  private static int[] noise(TiffWriter tiff) {
    Random random = new Random(tiff.bits * 31L + tiff.samples);
    int[] values = new int[tiff.width * tiff.height * tiff.samples];
    Arrays.setAll(values, i -> random.nextInt(1 << tiff.bits));
    return values;
  }

  private static void assertHolds(TiffWriter tiff, int[] values, Image image) {
    boolean upright = tiff.orientation <= 4;
    assertEquals(upright ? tiff.width : tiff.height, image.width(), tiff::toString);
    assertEquals(upright ? tiff.height : tiff.width, image.height(), tiff::toString);
    assertEquals(tiff.photometric == RGB ? 3 : 1, image.channels());
    int most = (1 << tiff.bits) - 1;
    for (int y = 0; y < tiff.height; y++) {
      for (int x = 0; x < tiff.width; x++) {
        for (int c = 0; c < image.channels(); c++) {
          int sample = values[(y * tiff.width + x) * tiff.samples + c];
          sample = tiff.photometric == WHITE_IS_0 ? most - sample : sample;
          int expected = tiff.bits > 8 ? sample << 16 - tiff.bits : sample * 255 / most;
          int[] at = shown(tiff, y, x);
          int read = image.sample(at[0], at[1], c);
          assertEquals(expected, read, () -> tiff + ": " + Arrays.toString(at));
        }
      }
    }
  }

  /** Where the orientation puts a stored pixel: row and column. */
  private static int[] shown(TiffWriter tiff, int y, int x) {
    int bottom = tiff.height - 1 - y;
    int right = tiff.width - 1 - x;
    return switch (tiff.orientation) {
      case 2 -> new int[] {y, right};
      case 3 -> new int[] {bottom, right};
      case 4 -> new int[] {bottom, x};
      case 5 -> new int[] {x, y};
      case 6 -> new int[] {x, bottom};
      case 7 -> new int[] {right, bottom};
      case 8 -> new int[] {right, y};
      default -> new int[] {y, x};
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void readsPalettes(int bits) throws IOException {
    TiffWriter tiff = new TiffWriter();
    tiff.bits = bits;
    tiff.photometric = INDEXED;
    long[] colours = new Random(bits).ints(3 << bits, 0, 65536).asLongStream().toArray();
    tiff.more.put(320, colours);
    int[] values = noise(tiff);
    Image image = Images.decode(tiff.write(values));
    assertEquals(3, image.channels());
    for (int i = 0; i < values.length; i++) {
      for (int c = 0; c < 3; c++) {
        int colour = (int) colours[(c << bits) + values[i]] >> 8;
        assertEquals(colour, image.sample(i / tiff.width, i % tiff.width, c));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LZW, 10",
    "LZW, 5",
    "ZLib, 10",
    "PackBits, 5",
    "Deflate, 10",
    "LZW, 11",
    "Deflate, 11"
  })
  void readsWhatJavasWriterCompresses(String compression, int type) throws IOException {
    BufferedImage picture = new BufferedImage(301, 207, type);
    Random random = new Random(5);
    for (int band = 0; band < picture.getRaster().getNumBands(); band++) {
      for (int y = 0; y < 207; y++) {
        for (int x = 0; x < 301; x++) { // runs and noise: long codes, full tables
          int sample = y < 100 ? (x / 9 + y / 7) * 8 % 256 : random.nextInt(256);
          picture.getRaster().setSample(x, y, band, sample);
        }
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    ImageWriteParam how = writer.getDefaultWriteParam();
    how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    how.setCompressionType(compression);
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), how);
    }
    Image image = Images.decode(bytes.toByteArray());
    Raster truth = picture.getRaster();
    assertEquals(type == 11 ? 16 : 8, image.bits());
    for (int y = 0; y < 207; y++) {
      for (int x = 0; x < 301; x++) {
        for (int c = 0; c < image.channels(); c++) {
          int channel = type == 5 ? c : 0; // a raster's bands are red, green, blue
          assertEquals(truth.getSample(x, y, channel), image.sample(y, x, c), x + "," + y);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"t_rgb16.tif", "t_rgb16_planar.tif", "big_planar16.tif", "rgb12planar.tif"})
  void readsTheSamePixelsHoweverTheyLie(String name) throws IOException {
    Image truth = Images.decode(resource("planar/ref_rgb.png"));
    Image image = Images.decode(resource("planar/" + name)).to8Bits();
    assertEquals(truth.toString(), image.toString());
    for (int y = 0; y < truth.height(); y++) {
      for (int x = 0; x < truth.width(); x++) {
        for (int c = 0; c < 3; c++) {
          assertEquals(truth.sample(y, x, c), image.sample(y, x, c), 1);
        }
      }
    }
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream in = TiffReaderTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void saysThatFurtherPagesAreNotRead() throws IOException {
    TiffWriter tiff = new TiffWriter();
    assertEquals(Set.of(), Images.decode(tiff.write(noise(tiff))).notes());
    tiff.pages = 3;
    Image image = Images.decode(tiff.write(noise(tiff)));
    assertEquals(Set.of(ImageNote.FURTHER_PICTURES), image.notes());
  }

  @Test
  void saysWhichTagsItLeavesOut() throws IOException {
    TiffWriter profile = new TiffWriter();
    profile.more.put(34675, new long[] {1, 2, 3});
    Image image = Images.decode(profile.write(noise(profile)));
    assertEquals(Set.of(ImageNote.COLOUR_PROFILE), image.notes());
    TiffWriter fax = new TiffWriter();
    fax.more.put(282, new long[] {204});
    fax.more.put(283, new long[] {98});
    assertEquals(Set.of(ImageNote.PIXEL_ASPECT), Images.decode(fax.write(noise(fax))).notes());
  }

  @ParameterizedTest
  @CsvSource({"5, 4, false", "5, 4, true", "6, 3, false", "6, 3, true"})
  void readsCmykAndYCbCrByTheirFormulas(int photometric, int samples, boolean tiled)
      throws IOException {
    TiffWriter tiff = new TiffWriter();
    tiff.photometric = photometric;
    tiff.samples = samples;
    tiff.tiled = tiled;
    tiff.compression = TiffWriter.DEFLATE;
    tiff.more.put(530, new long[] {1, 1});
    int[] values = noise(tiff);
    Image image = Images.decode(tiff.write(values));
    for (int i = 0; i < tiff.width * tiff.height; i++) {
      for (int c = 0; c < 3; c++) {
        double expected = colour(photometric, values, i * samples, c);
        int read = image.sample(i / tiff.width, i % tiff.width, c);
        assertEquals(Math.max(0, Math.min(255, expected)), read, 2, "pixel " + i + " " + c);
      }
    }
  }

  private static double colour(int photometric, int[] values, int at, int channel) {
    if (photometric == 5) {
      return (255 - values[at + channel]) * (255 - values[at + 3]) / 255.0;
    }
    double y = values[at];
    double cb = values[at + 1] - 128;
    double cr = values[at + 2] - 128;
    return switch (channel) {
      case 0 -> y + 1.402 * cr;
      case 1 -> y - 0.344136 * cb - 0.714136 * cr;
      default -> y + 1.772 * cb;
    };
  }

  @Test
  void refusesWhatItCannotReadRightly() {
    TiffWriter signed = new TiffWriter();
    signed.more.put(339, new long[] {2});
    TiffWriter deepCmyk = new TiffWriter();
    deepCmyk.samples = 4;
    deepCmyk.bits = 16;
    deepCmyk.photometric = 5;
    TiffWriter planarCmyk = new TiffWriter();
    planarCmyk.samples = 4;
    planarCmyk.photometric = 5;
    planarCmyk.planar = true;
    TiffWriter lab = new TiffWriter();
    lab.samples = 3;
    lab.photometric = 8;
    TiffWriter raw = new TiffWriter();
    raw.bits = 16;
    raw.photometric = 32803; // a colour filter array
    TiffWriter floating = new TiffWriter();
    floating.bits = 16;
    floating.more.put(339, new long[] {3});
    for (TiffWriter tiff : new TiffWriter[] {signed, deepCmyk, planarCmyk, lab, raw, floating}) {
      assertThrows(IOException.class, () -> Images.decode(tiff.write(noise(tiff))), tiff::toString);
    }
  }

  @Test
  void takesNoMoreMemoryThanTheFileCanHold() {
    for (int compression : new int[] {TiffWriter.NONE, TiffWriter.DEFLATE}) {
      TiffWriter tiff = new TiffWriter();
      tiff.compression = compression;
      int[] values = noise(tiff);
      tiff.more.put(256, new long[] {30_000});
      tiff.more.put(257, new long[] {30_000});
      tiff.more.put(278, new long[] {30_000});
      String message =
          assertThrows(IOException.class, () -> Images.decode(tiff.write(values))).getMessage();
      assertTrue(message.contains("cannot hold its pixels"), message);
    }
  }

  @Test
  void refusesAStripThatIsMissing() {
    for (int compression : new int[] {TiffWriter.NONE, TiffWriter.DEFLATE}) {
      TiffWriter tiff = new TiffWriter();
      tiff.compression = compression;
      tiff.more.put(273, new long[] {8, 1 << 30, 8, 8});
      assertThrows(IOException.class, () -> Images.decode(tiff.write(noise(tiff))));
      tiff.more.put(273, new long[] {8, 0, 8, 8}); // sparse: a viewer shows anything
      assertThrows(IOException.class, () -> Images.decode(tiff.write(noise(tiff))));
      tiff.more.put(273, new long[] {8, 8});
      assertThrows(IOException.class, () -> Images.decode(tiff.write(noise(tiff))));
    }
  }

  @ParameterizedTest
  @CsvSource({"JPEG", "CCITT T.6", "CCITT RLE"})
  void readsOtherCompressionsAsJavasReaderDoes(String compression) throws IOException {
    boolean jpeg = compression.equals("JPEG");
    BufferedImage picture =
        new BufferedImage(
            64, 48, jpeg ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_BYTE_BINARY);
    for (int y = 0; y < 48; y++) {
      for (int x = 0; x < 64; x++) {
        int most = jpeg ? 255 : 1;
        picture.getRaster().setSample(x, y, 0, (x / 8 + y / 5) % 3 == 0 ? most : 0);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    ImageWriteParam how = writer.getDefaultWriteParam();
    how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    how.setCompressionType(compression);
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), how);
    }
    Image image = Images.decode(bytes.toByteArray());
    ImageReader reader = ImageIO.getImageReadersByFormatName("tiff").next();
    reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    BufferedImage truth = reader.read(0);
    for (int y = 0; y < 48; y++) {
      for (int x = 0; x < 64; x++) {
        int expected = truth.getRGB(x, y) & 0xFF;
        if (jpeg) { // of grey pictures Java's getRGB is not the sample
          expected = truth.getRaster().getSample(x, y, 0);
        }
        assertEquals(expected, image.sample(y, x, 0), jpeg ? 2 : 0);
      }
    }
  }
}
