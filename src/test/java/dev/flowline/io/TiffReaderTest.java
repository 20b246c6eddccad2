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
import java.time.Duration;
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
        if (!isRead(tiff)) {
          IOException refused =
              assertThrows(IOException.class, () -> Images.decode(tiff.write(values)));
          assertTrue(refused.getMessage().contains("is not read: save it"), tiff::toString);
          continue;
        }
        Image image = Images.decode(tiff.write(values));
        assertEquals(bits > 8 ? 16 : 8, image.bits(), tiff::toString);
        assertHolds(tiff, values, image);
        assertEquals(tiff.samples > colours, image.notes().contains(ImageNote.TRANSPARENCY));
        held++;
      }
    }
    assertEquals(bits % 8 == 0 ? 768 : bits > 8 ? 144 : bits == 6 ? 96 : 192, held);
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

  /** Strips of fewer bytes than their rows take, by each compression. */
  @ParameterizedTest
  @ValueSource(ints = {TiffWriter.NONE, TiffWriter.DEFLATE, TiffWriter.PACK_BITS})
  void refusesAStripThatIsShort(int compression) throws IOException {
    for (boolean tiled : new boolean[] {false, true}) {
      for (boolean planar : new boolean[] {false, true}) {
        TiffWriter tiff = new TiffWriter();
        tiff.samples = 3;
        tiff.photometric = RGB;
        tiff.planar = planar;
        tiff.tiled = tiled;
        tiff.compression = compression;
        tiff.cut = 30;
        int[] values = noise(tiff);
        assertThrows(IOException.class, () -> Images.decode(tiff.write(values)), tiff::toString);
      }
    }
  }

  @Test
  void refusesDirectoriesThatDoNotEndOrHoldTooMuch() throws IOException {
    TiffWriter tiff = new TiffWriter();
    byte[] file = tiff.write(noise(tiff));
    ByteBuffer loop = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
    int directory = loop.getInt(4);
    int tags = loop.getShort(directory);
    loop.putInt(directory + 2 + 12 * tags, directory); // the next one is itself
    assertTimeout(Duration.ofSeconds(20), () -> decodeOrRefuse(loop.array()));
    for (int tag = 0; tag < tags; tag++) {
      for (int count : new int[] {0, 1 << 28, -1}) {
        ByteBuffer large = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
        large.putInt(directory + 2 + 12 * tag + 4, count);
        assertTimeout(Duration.ofSeconds(20), () -> decodeOrRefuse(large.array()));
      }
    }
  }

  /** 60,000 tags, each of which has the whole file as its value, and as many directories. */
  @Test
  void readsOnlyTheTagsOfThePixels() throws IOException {
    TiffWriter tiff = new TiffWriter();
    tiff.width = 500;
    tiff.height = 500;
    int[] values = noise(tiff);
    byte[] file = tiff.write(values);
    ByteBuffer old = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int count = old.getShort(old.getInt(4));
    int all = count + 60_000;
    ByteBuffer many = ByteBuffer.allocate(file.length + 12 * all + 6 + 18 * 20_000);
    many.order(ByteOrder.LITTLE_ENDIAN).put(file).putInt(4, file.length);
    many.putShort((short) all).put(file, old.getInt(4) + 2, 12 * count);
    for (int i = 0; i < 60_000; i++) {
      many.putShort((short) (1000 + i % 30_000)).putShort((short) 4);
      many.putInt(file.length / 4).putInt(0);
    }
    for (int i = 0; i < 20_000; i++) {
      many.putInt(many.position() + 4).putShort((short) 1).putShort((short) 1000);
      many.putShort((short) 4).putInt(file.length / 4).putInt(0);
    }
    Image image = Images.decode(many.array());
    assertArrayEquals(Images.decode(file).samples8(), image.samples8());
  }

  private static void decodeOrRefuse(byte[] file) {
    try {
      Images.decode(file);
    } catch (IOException e) {
      assertFalse(e.getMessage().isBlank());
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
