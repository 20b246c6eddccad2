package dev.flowline.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.TinyLine;
import dev.flowline.io.Image;
import dev.flowline.io.Preprocessing;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class InputRangeTest {
  private static final int SIDE = 64;
  private static final Preprocessing INPUT = Preprocessing.imageNet(SIDE, SIDE);

  private interface Pixel {
    double grey(int y, int x);
  }

  private static Image image(int height, int width, Pixel pixel) {
    byte[] samples = new byte[height * width];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) Math.max(0, Math.min(255, pixel.grey(i / width, i % width)));
    }
    return Image.of8(height, width, 1, samples);
  }

  private static InputStatistics statistics(Image image) {
    FloatBuffer input = FloatBuffer.allocate(INPUT.inputLength());
    INPUT.apply(image, input);
    return InputStatistics.of(input, INPUT);
  }

  private static InputRange range(int images) {
    List<InputStatistics> good =
        LongStream.range(0, images)
            .mapToObj(seed -> statistics(TinyLine.good(seed, SIDE, SIDE)))
            .toList();
    return InputRange.of(good).orElseThrow();
  }

  private static List<InputStatistic> names(Image image) {
    return range(7).outOfRange(statistics(image)).stream().map(OutOfRange::name).toList();
  }

  /** A model file may hold any number; one of an older version has no sharpness. */
  @Test
  void sharpnessThatNoInputHasIsRefused() {
    List<Double> tiles = List.of(0.5);
    for (double wrong : new double[] {-0.1, Sharpness.HIGHEST + 0.1, Double.NaN}) {
      assertThrows(
          IllegalArgumentException.class, () -> new InputStatistics(0.5, 0.1, 1, tiles, wrong));
    }
    InputStatistics older = new InputStatistics(0.5, 0.1, 1, tiles, null);
    assertEquals(4, older.values().size());
    assertEquals(older.values().size(), older.names().size());
  }

  @Test
  void statisticsAreThoseOfThePixels() {
    InputStatistics halves = statistics(image(SIDE, SIDE, (y, x) -> x < SIDE / 2 ? 51 : 204));
    assertEquals(0.5, halves.brightness(), 1e-6);
    assertEquals(0.3, halves.contrast(), 1e-6);
    assertEquals(1, halves.entropy(), 1e-6);
    assertEquals(16, halves.tiles().size());
    assertEquals(0.2, InputStatistic.DARKEST_TILE.of(halves), 1e-6);
    assertEquals(0.8, InputStatistic.BRIGHTEST_TILE.of(halves), 1e-6);
    assertFalse(halves.areConstant());
    assertEquals(halves.names().size(), halves.values().size());
    InputStatistics grey = statistics(image(1, 1, (y, x) -> 102));
    assertEquals(0.4, grey.brightness(), 1e-6);
    assertTrue(grey.areConstant());
  }

  @Test
  void sharpnessIsThatOfNeighbouringPixelsWhateverTheLight() {
    InputStatistics chequers = statistics(image(SIDE, SIDE, (y, x) -> (x + y) % 2 * 100));
    assertEquals(2, chequers.sharpness(), 1e-4);
    assertEquals(0, statistics(image(SIDE, SIDE, (y, x) -> 2 * x + y)).sharpness(), 1e-4);
    assertEquals(0, statistics(image(1, 1, (y, x) -> 102)).sharpness());
    Pixel one = (y, x) -> 128 + (x == 20 && y == 30 ? 100 : 0);
    // eight differences of 100; a second one of 400, four of 100
    double expected = (8.0 / (62 * 62)) / (4.0 / (63 * 63));
    assertEquals(expected, statistics(image(SIDE, SIDE, one)).sharpness(), 1e-4);
    short[] even = new short[100 * 90];
    Arrays.fill(even, (short) 12_345);
    assertEquals(0, statistics(Image.of16(100, 90, 1, even)).sharpness(), "rounding is no edge");
    Random random = new Random(1);
    double[] noise = random.doubles(SIDE * SIDE).toArray();
    double bright = statistics(image(SIDE, SIDE, (y, x) -> 200 * noise[y * SIDE + x])).sharpness();
    double dim = statistics(image(SIDE, SIDE, (y, x) -> 100 * noise[y * SIDE + x])).sharpness();
    assertEquals(bright, dim, 0.01);
  }

  @Test
  void framesThatShowNoPartAreFarOut() {
    Random random = new Random(1);
    Pixel part = (y, x) -> 110 + 40 * Math.sin(x) * Math.cos(y) + 8 * random.nextGaussian();
    assertEquals(List.of(), names(image(SIDE, SIDE, part)), "a part is not");
    assertTrue(names(image(SIDE, SIDE, (y, x) -> 0)).contains(InputStatistic.BRIGHTNESS));
    assertTrue(names(image(SIDE, SIDE, (y, x) -> 255)).contains(InputStatistic.BRIGHTNESS));
    assertTrue(names(image(1, 1, (y, x) -> 115)).contains(InputStatistic.CONTRAST), "1 x 1");
    Pixel lensCap = (y, x) -> 3 + 2 * random.nextGaussian();
    assertTrue(names(image(SIDE, SIDE, lensCap)).contains(InputStatistic.BRIGHTNESS));
    Pixel half = (y, x) -> y < SIDE / 2 ? part.grey(y, x) : 0;
    assertTrue(names(image(SIDE, SIDE, half)).contains(InputStatistic.DARKEST_TILE));
    Pixel overexposed = (y, x) -> y < SIDE / 2 ? part.grey(y, x) : 255;
    assertTrue(names(image(SIDE, SIDE, overexposed)).contains(InputStatistic.BRIGHTEST_TILE));
    Pixel blurred = (y, x) -> 110 + 1.5 * Math.sin(x);
    assertTrue(names(image(SIDE, SIDE, blurred)).contains(InputStatistic.CONTRAST));
  }

  @Test
  void otherPartsAreNotEvenByFewImages() {
    for (int images : new int[] {1, 3, 20}) {
      InputRange range = range(images);
      assertTrue(
          IntStream.range(0, 200)
              .mapToObj(seed -> statistics(TinyLine.good(1000 + seed, SIDE, SIDE)))
              .allMatch(part -> range.outOfRange(part).isEmpty()));
    }
  }

  /** Blank images among the good ones do not make every blank image a usual one. */
  @Test
  void imagesWithoutContrastSetNoRange() {
    InputStatistics black = statistics(image(SIDE, SIDE, (y, x) -> 0));
    InputStatistics part = statistics(TinyLine.good(1, SIDE, SIDE));
    InputRange range = InputRange.of(List.of(black, part)).orElseThrow();
    assertFalse(range.outOfRange(black).isEmpty());
    assertTrue(InputRange.of(List.of(black, black)).isEmpty());
    assertTrue(InputRange.of(List.of()).isEmpty());
  }

  @Test
  void anInputSmallerThanItsTilesHasStatisticsToo() {
    Preprocessing small = Preprocessing.imageNet(1, 3);
    FloatBuffer input = FloatBuffer.allocate(small.inputLength());
    small.apply(TinyLine.good(1, 8, 8), input);
    assertEquals(3, InputStatistics.of(input, small).tiles().size());
  }

  @Test
  void statisticsComeBackFromTheirJson() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    CalibrationImage image =
        new CalibrationImage(-1, List.of(), statistics(TinyLine.good(1, SIDE, SIDE)));
    String text = json.writeValueAsString(image);
    assertEquals(image, json.readValue(text, CalibrationImage.class));
    String older = "{\"smallestLog10Nfa\":-1.0,\"latentStatistics\":[]}";
    CalibrationImage read = json.readValue(older, CalibrationImage.class);
    assertEquals(new CalibrationImage(-1, List.of(), null), read);
    assertEquals(older, json.writeValueAsString(read));
    OutOfRange out = new OutOfRange(InputStatistic.DARKEST_TILE, 0, 0.2, 0.9);
    assertEquals(out, json.readValue(json.writeValueAsString(out), OutOfRange.class));
  }
}
