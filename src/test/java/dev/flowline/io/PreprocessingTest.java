package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.*;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessingTest {
  private static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);
  private static final List<Double> ONE = List.of(1.0, 1.0, 1.0);

  /** CRC-32 of what {@code Image.resize(size, BILINEAR)} of PIL 12.3 gave for the same pixels. */
  @ParameterizedTest
  @CsvSource({
    "7, 5, 1, 4, 3, 1881340760",
    "7, 5, 3, 9, 8, 2083542704",
    "200, 3, 3, 16, 16, 2252852510",
    "1, 7, 1, 3, 3, 2044098631",
    "1, 1, 3, 4, 2, 2972793877",
    "101, 67, 3, 32, 32, 1593694812",
    "37, 41, 1, 37, 20, 1983429542",
    "64, 64, 3, 64, 64, 3240660958",
    "300, 450, 3, 128, 96, 1216839386"
  })
  void resizesAsPilBitForBit(int height, int width, int channels, int outH, int outW, long crc) {
    byte[] pixels = new byte[height * width * channels];
    int state = height * 1000 + width;
    for (int i = 0; i < pixels.length; i++) {
      state = (state * 1103515245 + 12345) & 0x7FFFFFFF;
      pixels[i] = (byte) (state >> 16);
    }
    CRC32 actual = new CRC32();
    Resize.resize8(
        Image.of8(height, width, channels, pixels),
        outH,
        outW,
        (y, row) -> {
          for (int v : row) {
            actual.update(v);
          }
        });
    assertEquals(crc, actual.getValue());
  }

  @Test
  void agreesWithADirectTwoDimensionalFilter() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      int bits = random.nextBoolean() ? 8 : 16;
      Image image = noise(random, size(random), size(random), random.nextBoolean() ? 1 : 3, bits);
      Preprocessing preprocessing = new Preprocessing(size(random), size(random), ZERO, ONE);
      float[] actual = apply(preprocessing, image);
      double[] expected = direct(image, preprocessing.height(), preprocessing.width());
      // Eight bits are rounded twice, by half a level each, with weights in fixed point.
      double tolerance = bits == 8 ? 1.001 / 255 : 1e-5;
      String what = "seed %d: %s to %s".formatted(seed, image, preprocessing);
      for (int j = 0; j < expected.length; j++) {
        assertEquals(expected[j], actual[j], tolerance, what);
      }
    }
  }

  /** libflowline's resize and normalisation are those of Java, which are slow and plain. */
  @Test
  void isToTheBitWhatJavaComputes() {
    Random random = new Random(23);
    for (int i = 0; i < 200; i++) {
      int bits = random.nextBoolean() ? 8 : 16;
      int most = i % 10 == 0 ? 700 : 90;
      Image image =
          noise(
              random,
              1 + random.nextInt(most),
              1 + random.nextInt(most),
              random.nextBoolean() ? 1 : 3,
              bits);
      Preprocessing preprocessing =
          Preprocessing.imageNet(1 + random.nextInt(most), 1 + random.nextInt(most))
              .withBits(random.nextBoolean() ? null : 8 + random.nextInt(9));
      String what = image + " to " + preprocessing;
      float[] expected = SlowPreprocessing.apply(preprocessing, image);
      assertArrayEquals(bits(expected), bits(apply(preprocessing, image)), what);
      FloatBuffer direct =
          ByteBuffer.allocateDirect(4 * (expected.length + 2))
              .order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
              .asFloatBuffer()
              .position(1);
      preprocessing.apply(image, direct);
      assertEquals(expected.length + 1, direct.position(), what);
      float[] written = new float[expected.length];
      direct.position(1).get(written);
      assertArrayEquals(bits(expected), bits(written), what);
      assertEquals(0, direct.get(0), what);
      assertEquals(0, direct.get(expected.length + 1), what);
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  /** All processors work at once, each on images of other sizes. */
  @Test
  void threadsDoNotDisturbEachOther() {
    Preprocessing preprocessing = Preprocessing.imageNet(40, 50);
    IntStream.range(0, 64)
        .parallel()
        .forEach(
            i -> {
              Image image =
                  noise(new Random(i), 30 + i, 90 - i, i % 2 == 0 ? 1 : 3, i % 3 == 0 ? 16 : 8);
              assertArrayEquals(
                  bits(SlowPreprocessing.apply(preprocessing, image)),
                  bits(apply(preprocessing, image)));
            });
  }

  private static int size(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> 1;
      case 1 -> 1 + random.nextInt(8);
      default -> 1 + random.nextInt(90);
    };
  }

  private static Image noise(Random random, int height, int width, int channels, int bits) {
    byte[] bytes = new byte[height * width * channels];
    random.nextBytes(bytes);
    if (bits == 8) {
      return Image.of8(height, width, channels, bytes);
    }
    short[] shorts = new short[bytes.length];
    for (int i = 0; i < shorts.length; i++) {
      shorts[i] = (short) random.nextInt(65536);
    }
    return Image.of16(height, width, channels, shorts);
  }

  /**
   * (3, height, width) by the definition: every output pixel a normalised sum over its triangle.
   */
  private static double[] direct(Image image, int height, int width) {
    double[] out = new double[3 * height * width];
    double scaleY = (double) image.height() / height;
    double scaleX = (double) image.width() / width;
    for (int i = 0; i < out.length; i++) {
      int channel = image.channels() == 1 ? 0 : i / (height * width);
      double centerY = (i / width % height + 0.5) * scaleY;
      double centerX = (i % width + 0.5) * scaleX;
      double sum = 0;
      double weights = 0;
      for (int y = 0; y < image.height(); y++) {
        double wy = triangle((y + 0.5 - centerY) / Math.max(1, scaleY));
        for (int x = 0; wy > 0 && x < image.width(); x++) {
          double weight = wy * triangle((x + 0.5 - centerX) / Math.max(1, scaleX));
          sum += weight * image.sample(y, x, channel);
          weights += weight;
        }
      }
      out[i] = sum / weights / image.maximum();
    }
    return out;
  }

  private static double triangle(double distance) {
    return Math.max(0, 1 - Math.abs(distance));
  }

  private static float[] apply(Preprocessing preprocessing, Image image) {
    FloatBuffer out = FloatBuffer.allocate(preprocessing.inputLength());
    preprocessing.apply(image, out);
    assertFalse(out.hasRemaining());
    return out.array();
  }

  @Test
  void aConstantImageStaysConstant() {
    for (int level : new int[] {0, 1, 128, 254, 255}) {
      byte[] bytes = new byte[3 * 200 * 3];
      java.util.Arrays.fill(bytes, (byte) level);
      for (float v : apply(new Preprocessing(31, 77, ZERO, ONE), Image.of8(3, 200, 3, bytes))) {
        assertEquals(level / 255f, v);
      }
    }
    short[] shorts = new short[70 * 50];
    java.util.Arrays.fill(shorts, (short) 65535);
    for (float v : apply(new Preprocessing(31, 77, ZERO, ONE), Image.of16(70, 50, 1, shorts))) {
      assertEquals(1f, v, 1e-6);
    }
  }

  @Test
  void sixteenBitsAreNotReducedToEight() {
    short[] shorts = {(short) 40000, (short) 40001};
    float[] out = apply(new Preprocessing(1, 2, ZERO, ONE), Image.of16(1, 2, 1, shorts));
    assertEquals(1.0 / 65535, out[1] - out[0], 1e-7);
  }

  @Test
  void fewerBitsInSixteenAreScaledWhenAskedFor() {
    Preprocessing all = new Preprocessing(1, 3, ZERO, ONE);
    Image image = Image.of16(1, 3, 1, new short[] {0, 4095, 5000});
    assertEquals(4095 / 65535f, apply(all, image)[1]);
    float[] twelve = apply(all.withBits(12), image);
    assertArrayEquals(new float[] {0, 1, 1}, Arrays.copyOf(twelve, 3));
    Image shown = all.withBits(12).visible(image);
    assertEquals(65535, shown.sample(0, 1, 0));
    assertEquals(65535, shown.sample(0, 2, 0));
    assertSame(image, all.visible(image));
    Image eight = Image.of8(1, 3, 1, new byte[] {0, 100, 50});
    assertArrayEquals(apply(all, eight), apply(all.withBits(12), eight));
    assertThrows(IllegalArgumentException.class, () -> all.withBits(7));
    assertThrows(IllegalArgumentException.class, () -> all.withBits(17));
  }

  @Test
  void normalisesByChannelAndRepeatsGrey() {
    float[] rgb =
        apply(Preprocessing.imageNet(1, 1), Image.of8(1, 1, 3, new byte[] {0, 51, (byte) 255}));
    assertArrayEquals(
        new float[] {-0.485f / 0.229f, (0.2f - 0.456f) / 0.224f, (1 - 0.406f) / 0.225f},
        rgb,
        1e-6f);
    float[] grey = apply(Preprocessing.imageNet(1, 1), Image.of8(1, 1, 1, new byte[] {51}));
    assertArrayEquals(
        new float[] {(0.2f - 0.485f) / 0.229f, (0.2f - 0.456f) / 0.224f, (0.2f - 0.406f) / 0.225f},
        grey,
        1e-6f);
  }

  @Test
  void fillsABatchOneImageAfterTheOther() {
    Preprocessing preprocessing = new Preprocessing(2, 2, ZERO, ONE);
    FloatBuffer batch = FloatBuffer.allocate(2 * preprocessing.inputLength());
    preprocessing.apply(Image.of8(1, 1, 1, new byte[] {0}), batch);
    preprocessing.apply(Image.of8(1, 1, 1, new byte[] {-1}), batch);
    assertEquals(0, batch.get(11));
    assertEquals(1, batch.get(12));
    assertThrows(
        IllegalArgumentException.class,
        () -> preprocessing.apply(Image.of8(1, 1, 1, new byte[1]), batch));
  }

  /** Resized alone, then normalised: as in one go, but that 16 bits are rounded between. */
  @Test
  void aResizedImageIsTakenAsItIs() {
    Random random = new Random(17);
    for (int channels = 1; channels <= 3; channels += 2) {
      for (int bits = 8; bits <= 16; bits += 8) {
        Image image = noise(random, size(random), size(random), channels, bits);
        Preprocessing preprocessing = Preprocessing.imageNet(size(random), size(random));
        Image resized = image.resized(preprocessing.height(), preprocessing.width());
        assertEquals(preprocessing.height(), resized.height());
        assertEquals(preprocessing.width(), resized.width());
        assertEquals(channels, resized.channels());
        assertEquals(bits, resized.bits());
        float rounding = bits == 8 ? 0 : 0.51f / 65535 / 0.224f;
        float[] expected = apply(preprocessing, image);
        assertArrayEquals(expected, apply(preprocessing, resized), rounding);
      }
    }
  }

  @Test
  void masksAreCutAtOneHalf() {
    byte[] mask = {0, -1, -1, 0}; // a 2×2 mask; its mean is exactly one half, which is not more
    assertArrayEquals(
        new boolean[] {false, true, true, false},
        Preprocessing.resizeMask(Image.of8(2, 2, 1, mask), 2, 2));
    byte[] threeOfFour = {0, -1, -1, -1};
    assertArrayEquals(
        new boolean[] {true}, Preprocessing.resizeMask(Image.of8(2, 2, 1, threeOfFour), 1, 1));
    byte[] red = {-1, 0, 0, 0, 0, 0};
    assertArrayEquals(
        new boolean[] {true, false}, Preprocessing.resizeMask(Image.of8(1, 2, 3, red), 1, 2));
    short[] deep = {(short) 65535, 20000};
    assertArrayEquals(
        new boolean[] {true, false}, Preprocessing.resizeMask(Image.of16(1, 2, 1, deep), 1, 2));
  }

  @Test
  void survivesJson() throws Exception {
    ObjectMapper json = new ObjectMapper();
    Preprocessing preprocessing = Preprocessing.imageNet(448, 224);
    String text = json.writeValueAsString(preprocessing);
    assertEquals(preprocessing, json.readValue(text, Preprocessing.class));
    assertEquals(4, json.readTree(text).size(), text);
  }

  @Test
  void refusesNonsenseNamingIt() {
    var size = assertThrows(IllegalArgumentException.class, () -> Preprocessing.imageNet(0, 448));
    assertTrue(size.getMessage().contains("0x448"), size.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Preprocessing(1, 1, ZERO, ZERO));
    assertThrows(IllegalArgumentException.class, () -> new Preprocessing(1, 1, List.of(), ONE));
    List<Double> tiny = List.of(1.0, 1e-50, 1.0); // 0 as a float
    assertThrows(IllegalArgumentException.class, () -> new Preprocessing(1, 1, ZERO, tiny));
    List<Double> huge = List.of(0.0, 1e300, 0.0);
    assertThrows(IllegalArgumentException.class, () -> new Preprocessing(1, 1, huge, ONE));
    FloatBuffer readOnly = FloatBuffer.allocate(3).asReadOnlyBuffer();
    Image image = Image.of8(1, 1, 1, new byte[1]);
    Preprocessing one = Preprocessing.imageNet(1, 1);
    assertThrows(ReadOnlyBufferException.class, () -> one.apply(image, readOnly));
    Image wide = Image.of8(1, (1 << 20) + 1, 1, new byte[(1 << 20) + 1]);
    var side =
        assertThrows(
            IllegalArgumentException.class, () -> one.apply(wide, FloatBuffer.allocate(3)));
    assertTrue(side.getMessage().contains("width must be 1 to 1048576"), side.getMessage());
  }
}
