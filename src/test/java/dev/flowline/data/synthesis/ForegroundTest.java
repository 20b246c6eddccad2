package dev.flowline.data.synthesis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.data.demo.Part;
import dev.flowline.data.demo.Product;
import dev.flowline.io.Image;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForegroundTest {
  /** Of what lies on a background of another brightness. */
  private interface Shape {
    boolean has(double y, double x); // each 0 … 1
  }

  private static final Shape DISC = (y, x) -> Math.hypot(y - 0.5, x - 0.45) < 0.3;
  private static final Shape RING =
      (y, x) -> Math.hypot(y - 0.5, x - 0.5) < 0.4 && Math.hypot(y - 0.5, x - 0.5) > 0.15;
  private static final Shape CUT = (y, x) -> Math.hypot(y - 0.5, x) < 0.4;
  private static final Shape NOTHING = (y, x) -> false;

  /** A cell begins at the floor of its share of the length. */
  @Test
  void aPixelBelongsToTheCellThatIsAveragedOverIt() {
    for (int length = 1; length < 70; length++) {
      for (int cells = 1; cells <= length; cells++) {
        for (int cell = 0; cell < cells; cell++) {
          for (int p = cell * length / cells; p < (cell + 1) * length / cells; p++) {
            assertEquals(cell, Foreground.cell(p, cells, length), p + " of " + length);
          }
        }
      }
    }
  }

  private static Image of(Shape shape, int height, int width, int background, int object) {
    Random random = new Random(3);
    byte[] samples = new byte[height * width * 3];
    for (int i = 0; i < samples.length; i++) {
      int pixel = i / 3;
      boolean on = shape.has((pixel / width + 0.5) / height, (pixel % width + 0.5) / width);
      samples[i] = (byte) ((on ? object : background) + random.nextInt(17) - 8);
    }
    return Image.of8(height, width, 3, samples);
  }

  private static boolean[] mask(Shape shape, int height, int width) {
    boolean[] mask = new boolean[height * width];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = shape.has((i / width + 0.5) / height, (i % width + 0.5) / width);
    }
    return mask;
  }

  private static void assertClose(boolean[] expected, boolean[] actual, String which) {
    assertNotNull(actual, which);
    int wrong = 0;
    for (int i = 0; i < expected.length; i++) {
      wrong += expected[i] != actual[i] ? 1 : 0;
    }
    assertTrue(wrong < 0.03 * expected.length, which + ": " + wrong + " pixels");
  }

  @ParameterizedTest
  @CsvSource({
    "256, 256, 40, 180",
    "256, 256, 200, 60",
    "96, 31, 40, 180",
    "50, 700, 230, 120",
    "1024, 768, 20, 60"
  })
  void anObjectBeforeAPlainBackgroundIsFound(int height, int width, int background, int object) {
    String which = height + "x" + width;
    Image disc = of(DISC, height, width, background, object);
    assertClose(mask(DISC, height, width), Foreground.of(Levels.of(disc)), which + " disc");
    Image ring = of(RING, height, width, background, object);
    assertClose(mask(RING, height, width), Foreground.of(Levels.of(ring)), which + " ring");
  }

  /** Dark 16-bit images are treated as their bright 8-bit likes. */
  @Test
  void bitsDoNotMatter() {
    Image eight = of(DISC, 100, 90, 40, 180);
    short[] samples = new short[100 * 90];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (100 + 60 * (eight.samples8()[3 * i] & 0xff));
    }
    Image sixteen = Image.of16(100, 90, 1, samples);
    assertClose(mask(DISC, 100, 90), Foreground.of(Levels.of(sixteen)), "16 bits");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 200})
  void aSurfaceHasNone(int side) {
    assertNull(Foreground.of(Levels.of(of(NOTHING, side, side, 90, 90))), "plain");
    Random random = new Random(side);
    byte[] noise = new byte[side * side * 3];
    random.nextBytes(noise);
    assertNull(Foreground.of(Levels.of(Image.of8(side, side, 3, noise))), "noise");
    byte[] black = new byte[side * side];
    assertNull(Foreground.of(Levels.of(Image.of8(side, side, 1, black))), "black");
  }

  @Test
  void whatTheImageCutsIsTakenForASurface() {
    assertNull(Foreground.of(Levels.of(of(CUT, 128, 128, 40, 180))));
  }

  @Test
  void theDemosFlangeIsAnObjectAndItsSteelASurface() {
    for (long seed = 0; seed < 5; seed++) {
      Image flange = Part.good(Product.FLANGE, 128, seed).image();
      boolean[] foreground = Foreground.of(Levels.of(flange));
      assertNotNull(foreground, "seed " + seed);
      assertTrue(foreground[64 * 128 + 100] && !foreground[0] && !foreground[64 * 128 + 64]);
      assertNull(Foreground.of(Levels.of(Part.good(Product.STEEL, 128, seed).image())));
    }
  }

  @Test
  void anomaliesLieOnTheObject() {
    AnomalySynthesis synthesis = new AnomalySynthesis(SynthesisSettings.DEFAULT);
    Image disc = of(DISC, 128, 128, 40, 180);
    boolean[] foreground = Foreground.of(Levels.of(disc));
    for (AnomalyKind kind : AnomalyKind.values()) {
      for (long seed = 0; seed < 30; seed++) {
        boolean[] mask = synthesis.apply(disc, seed, kind).mask();
        boolean[] both = mask.clone();
        for (int i = 0; i < both.length; i++) {
          both[i] &= foreground[i];
        }
        assertArrayEquals(both, mask, kind + ", seed " + seed);
        assertTrue(
            Arrays.hashCode(mask) != Arrays.hashCode(new boolean[mask.length]), "nothing made");
      }
    }
  }
}
