package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.*;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
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
        if (!isRead(tiff)) {
          IOException refused =
              assertThrows(IOException.class, () -> Images.decode(tiff.write(values)));
          assertTrue(refused.getMessage().contains("is not read: save it"), tiff::toString);
          continue;
        }
        byte[] file = tiff.write(values);
        Image image = Images.decode(file);
        boolean raw = TiffHeader.read(file).isRaw();
        assertEquals(isRaw(tiff), raw, tiff::toString);
        if (raw) {
          assertHolds(tiff, values, TiffReader.withTwelveMonkeys(TiffHeader.read(file)));
        }
        assertEquals(bits > 8 ? 16 : 8, image.bits(), tiff::toString);
        assertHolds(tiff, values, image);
        assertEquals(tiff.samples > colours, image.notes().contains(ImageNote.TRANSPARENCY));
        held++;
      }
    }
    assertEquals(bits % 8 == 0 ? 768 : bits > 8 ? 144 : bits == 6 ? 96 : 192, held);
  }

  /** What is copied and not decoded: the matrix holds both readers. */
  private static boolean isRaw(TiffWriter tiff) {
    return (tiff.bits == 8 || tiff.bits == 16)
        && tiff.samples == (tiff.photometric == RGB ? 3 : 1)
        && tiff.photometric != WHITE_IS_0
        && !(tiff.planar && tiff.samples > 1)
        && !tiff.tiled
        && tiff.compression == TiffWriter.NONE;
  }

  /** What cameras write: the rest is refused, as TwelveMonkeys fails in it, or errs. */
  private static boolean isRead(TiffWriter tiff) {
    if (tiff.bits == 8 || tiff.bits == 16) {
      return true;
    }
    boolean deep = tiff.bits > 8;
    boolean packed = deep || tiff.bits == 6;
    return (tiff.samples == 1 || deep && tiff.samples == 3) && !(packed && tiff.tiled);
  }

  static int[] noise(TiffWriter tiff) {
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
    byte[] file = written(picture, compression);
    Image image = Images.decode(file);
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
    ByteBuffer longer = ByteBuffer.wrap(file); // by a row, which the last strip does not hold
    longer.order(file[0] == 'M' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int tag = longer.getInt(4) + 2;
    while (longer.getShort(tag) != 257) {
      tag += 12;
    }
    boolean isLong = longer.getShort(tag + 2) == 4;
    assertEquals(207, isLong ? longer.getInt(tag + 8) : longer.getShort(tag + 8));
    if (isLong) {
      longer.putInt(tag + 8, 208);
    } else {
      longer.putShort(tag + 8, (short) 208);
    }
    assertThrows(IOException.class, () -> Images.decode(file));
  }

  private static byte[] written(BufferedImage picture, String compression) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = writer();
    ImageWriteParam how = writer.getDefaultWriteParam();
    how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    how.setCompressionType(compression);
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), how);
    }
    return bytes.toByteArray();
  }

  private static ImageWriter writer() {
    var writers = ImageIO.getImageWritersByFormatName("tiff");
    ImageWriter writer = writers.next();
    while (writer.getClass().getModule() != ImageIO.class.getModule()) {
      writer = writers.next();
    }
    return writer;
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
    byte[] file = written(picture, compression);
    Image image = Images.decode(file);
    ImageReader reader = ImageIoReaders.ofJdk("tiff");
    reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(file)));
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
