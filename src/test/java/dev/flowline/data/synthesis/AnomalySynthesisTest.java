package dev.flowline.data.synthesis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.data.demo.Part;
import dev.flowline.data.demo.Product;
import dev.flowline.io.Image;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class AnomalySynthesisTest {
  private static final AnomalySynthesis DEFAULT = new AnomalySynthesis(SynthesisSettings.DEFAULT);
  private static final Image PART = Part.good(Product.FLANGE, 256, 1).image();

  @Test
  void theSameSeedGivesTheSameBitsByAnyNumberOfThreads() throws Exception {
    int count = 60;
    List<Long> alone = new ArrayList<>();
    for (long seed = 0; seed < count; seed++) {
      alone.add(digest(DEFAULT.apply(PART, seed)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Long>> together = new ArrayList<>();
      for (int i = 0; i < 2 * count; i++) {
        long seed = (count - 1 - i % count); // another order, each twice at about the same time
        together.add(threads.submit(() -> digest(DEFAULT.apply(PART, seed))));
      }
      for (int i = 0; i < together.size(); i++) {
        int seed = count - 1 - i % count;
        assertEquals(alone.get(seed), together.get(i).get(), "seed " + seed);
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(count, new HashSet<>(alone).size(), "other seeds must differ");
  }

  @Test
  void theBitsAreTheSameOnEveryMachine() {
    AnomalySynthesis synthesis = new AnomalySynthesis(RandomGood.everywhere());
    Map<AnomalyKind, Long> found = new EnumMap<>(AnomalyKind.class);
    for (AnomalyKind kind : AnomalyKind.values()) {
      CRC32 crc = new CRC32();
      for (long seed = 0; seed < 8; seed++) {
        Image good = RandomGood.of(new SplittableRandom(seed), 50, 71, seed % 2 == 0 ? 1 : 3, 8);
        SynthesizedAnomaly made = synthesis.apply(good, seed, kind);
        crc.update(made.image().samples8());
        crc.update(made.maskImage().samples8());
      }
      found.put(kind, crc.getValue());
    }
    assertEquals(
        Map.of(
            AnomalyKind.PERLIN, 1123525293L,
            AnomalyKind.CUT_PASTE, 1969074385L,
            AnomalyKind.SCAR, 1516138744L),
        found);
  }

  @Test
  void holdsItsWordOnRealisticParts() {
    for (Product product : Product.values()) {
      for (long seed = 0; seed < 12; seed++) {
        Image good = Part.good(product, 256, seed).image();
        for (AnomalyKind kind : AnomalyKind.values()) {
          assertHolds(SynthesisSettings.DEFAULT, good, seed, kind);
        }
      }
    }
  }

  @Test
  void holdsItsWordOnAwkwardSizes() {
    for (int[] size : RandomGood.AWKWARD_SIZES) {
      for (long seed = 0; seed < 24; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        int channels = random.nextBoolean() ? 1 : 3;
        int bits = random.nextBoolean() ? 8 : 16;
        Image good = RandomGood.of(random, size[0], size[1], channels, bits);
        for (AnomalyKind kind : AnomalyKind.values()) {
          assertHolds(RandomGood.everywhere(), good, seed, kind);
        }
      }
    }
  }

  @Test
  void holdsItsWordOnFlatImages() {
    for (int bits : new int[] {8, 16}) {
      int maximum = bits == 8 ? 255 : 65535;
      for (int level : new int[] {0, 1, maximum / 2, maximum - 1, maximum}) {
        for (long seed = 0; seed < 6; seed++) {
          Image good = RandomGood.flat(level, 33, 20, seed % 2 == 0 ? 1 : 3, bits);
          for (AnomalyKind kind : AnomalyKind.values()) {
            assertHolds(RandomGood.everywhere(), good, seed, kind);
          }
        }
      }
    }
  }

  @Test
  void holdsItsWordForOtherSettings() {
    for (long seed = 0; seed < 120; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double opacity = 0.01 + 0.9 * random.nextDouble();
      SynthesisSettings settings =
          RandomGood.settings(
              new SynthesisSettings.Texture(
                  1 + random.nextInt(9),
                  1 + random.nextInt(9),
                  opacity,
                  opacity + 0.09 * random.nextDouble(),
                  random.nextDouble(),
                  0.4 * random.nextDouble()),
              new SynthesisSettings.Area(
                  0.01 * random.nextDouble(),
                  0.02 + 0.3 * random.nextDouble(),
                  1 + random.nextInt(5)));
      Image good =
          RandomGood.of(
              random,
              1 + random.nextInt(60),
              1 + random.nextInt(60),
              random.nextBoolean() ? 1 : 3,
              random.nextBoolean() ? 8 : 16);
      AnomalyKind kind = AnomalyKind.values()[random.nextInt(3)];
      assertHolds(settings, good, seed, kind);
    }
  }

  @Test
  void whereThereIsAnObjectAnomaliesLieOnIt() {
    SynthesisSettings usual = SynthesisSettings.DEFAULT;
    SynthesisSettings settings =
        new SynthesisSettings(
            usual.kinds(),
            usual.perlin(),
            usual.box(),
            usual.scar(),
            usual.texture(),
            new SynthesisSettings.Area(0.01, 0.5, 3),
            ForegroundKind.AUTO);
    int onTheBackground = 0;
    for (long seed = 0; seed < 60; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int height = 20 + random.nextInt(100);
      int width = 20 + random.nextInt(100);
      double radius = 0.1 + 0.25 * random.nextDouble(); // of height and width
      int[] samples = new int[height * width];
      for (int i = 0; i < samples.length; i++) {
        boolean object = distance(i, height, width) < radius;
        samples[i] = (object ? 170 : 40) + random.nextInt(10);
      }
      Image good = RandomGood.of(samples, height, width, 1, 8);
      for (AnomalyKind kind : AnomalyKind.values()) {
        assertHolds(settings, good, seed, kind);
        SynthesizedAnomaly made = new AnomalySynthesis(settings).apply(good, seed, kind);
        boolean[] anywhere =
            new AnomalySynthesis(RandomGood.everywhere()).apply(good, seed, kind).mask();
        boolean background = false;
        for (int i = 0; i < samples.length; i++) {
          // An outline is good to a cell of 1/96, and a pixel or two.
          double outside = distance(i, height, width) - radius;
          boolean away = outside > 2.0 / 96 + 2.0 / Math.min(height, width);
          assertTrue(
              !(made.mask()[i] && away),
              "%s, %s, radius %s, seed %d at %d".formatted(good, kind, radius, seed, i));
          background |= anywhere[i] && away;
        }
        onTheBackground += background ? 1 : 0;
      }
    }
    assertTrue(onTheBackground > 90, "the test sees something: " + onTheBackground);
  }

  /** From the image's middle, in parts of its height and width. */
  private static double distance(int pixel, int height, int width) {
    double down = (pixel / width + 0.5) / height - 0.5;
    double right = (pixel % width + 0.5) / width - 0.5;
    return Math.hypot(down, right);
  }

  /** What is promised of every anomaly, looked through pixel by pixel. */
  private static void assertHolds(
      SynthesisSettings settings, Image good, long seed, AnomalyKind kind) {
    String what = "%s, %s, seed %d".formatted(good, kind, seed);
    int[] before = samples(good);
    SynthesizedAnomaly made = new AnomalySynthesis(settings).apply(good, seed, kind);
    assertArrayEquals(before, samples(good), what + ": the good image was written to");
    assertEquals(kind, made.kind(), what);
    assertEquals(good.toString(), made.image().toString(), what);
    int pixels = good.height() * good.width();
    assertEquals(pixels, made.mask().length, what);
    int area = RandomGood.count(made.mask());
    assertEquals(area, made.area(), what);
    assertTrue(area >= 1 && area >= settings.area().least() * pixels, what + " has area " + area);
    double most =
        Math.max(settings.area().most() * pixels, Math.ceil(settings.area().least() * pixels));
    assertTrue(area <= Math.max(1, most), what + " has area " + area);

    int channels = good.channels();
    int[] after = samples(made.image());
    int[] largest = new int[pixels];
    for (int i = 0; i < after.length; i++) {
      largest[i / channels] = Math.max(largest[i / channels], Math.abs(after[i] - before[i]));
    }
    for (int i = 0; i < pixels; i++) {
      assertTrue(made.mask()[i] || largest[i] == 0, what + " differs outside its mask at " + i);
    }
    int lowest = Arrays.stream(before).min().orElseThrow();
    int highest = Arrays.stream(before).max().orElseThrow();
    double span = Math.max(highest - lowest, good.maximum() / 8.0);
    for (List<Integer> part : SlowParts.of(made.mask(), good.width())) {
      double contrast = part.stream().mapToInt(i -> largest[i]).average().orElseThrow() / span;
      assertTrue(
          contrast >= settings.texture().leastContrast() - 1e-9,
          what + ": a part of " + part.size() + " pixels has contrast " + contrast);
    }
  }

  @Test
  void drawsKindsByTheirWeights() {
    Image good = RandomGood.of(new SplittableRandom(1), 8, 8, 1, 8);
    assertEquals(Set.of(AnomalyKind.PERLIN), kinds(good, 0.3, 0, 0, 300).keySet());
    assertEquals(Set.of(AnomalyKind.CUT_PASTE), kinds(good, 0, 1, 0, 300).keySet());
    assertEquals(Set.of(AnomalyKind.SCAR), kinds(good, 0, 0, 0.1, 300).keySet());
    int count = 4000;
    Map<AnomalyKind, Integer> drawn = kinds(good, 0.2, 0.3, 0.1, count);
    assertNear(count / 3.0, drawn.get(AnomalyKind.PERLIN), count);
    assertNear(count / 2.0, drawn.get(AnomalyKind.CUT_PASTE), count);
    assertNear(count / 6.0, drawn.get(AnomalyKind.SCAR), count);
  }

  private static Map<AnomalyKind, Integer> kinds(
      Image good, double perlin, double cutPaste, double scar, int count) {
    SynthesisSettings usual = RandomGood.everywhere();
    AnomalySynthesis synthesis =
        new AnomalySynthesis(
            new SynthesisSettings(
                new SynthesisSettings.Kinds(perlin, cutPaste, scar),
                usual.perlin(),
                usual.box(),
                usual.scar(),
                usual.texture(),
                usual.area(),
                usual.foreground()));
    Map<AnomalyKind, Integer> drawn = new EnumMap<>(AnomalyKind.class);
    for (long seed = 0; seed < count; seed++) {
      drawn.merge(synthesis.apply(good, seed).kind(), 1, Integer::sum);
    }
    return drawn;
  }

  /** Within five deviations of a binomial. */
  private static void assertNear(double expected, int found, int count) {
    double deviation = Math.sqrt(expected * (1 - expected / count));
    assertEquals(expected, found, 5 * deviation);
  }

  @Test
  void aKindDrawnIsThatKindAskedFor() {
    for (long seed = 0; seed < 20; seed++) {
      SynthesizedAnomaly drawn = DEFAULT.apply(PART, seed);
      assertEquals(digest(DEFAULT.apply(PART, seed, drawn.kind())), digest(drawn), "seed " + seed);
    }
  }

  @Test
  void drawsAgainUntilTheAreaFits() {
    // Boxes of 30 % of the image against a bound of 25 %: only what the edges cut off fits.
    SynthesisSettings usual = RandomGood.everywhere();
    Image good = RandomGood.of(new SplittableRandom(7), 64, 64, 1, 8);
    int first = 0;
    int redrawn = 0;
    for (long seed = 0; seed < 60; seed++) {
      int once = boxes(usual, good, seed, 1);
      int often = boxes(usual, good, seed, 1000);
      first += once > 5 ? 1 : 0;
      redrawn += often > 5 ? 1 : 0;
      assertTrue(once <= 1024 && often <= 1024, "seed " + seed);
      assertEquals(once > 5 ? once : often, often, "what fits is taken, seed " + seed);
      assertTrue(once > 5 || once == 5, "the least area is forced, seed " + seed);
    }
    assertTrue(first > 5 && first < 55, first + " of 60 fitted at once");
    assertEquals(60, redrawn, "all fit after many draws");
  }

  private static int boxes(SynthesisSettings usual, Image good, long seed, int draws) {
    SynthesisSettings settings =
        new SynthesisSettings(
            usual.kinds(),
            usual.perlin(),
            new SynthesisSettings.Box(0.3, 0.3, 1, 1),
            usual.scar(),
            new SynthesisSettings.Texture(8, 4, 1, 1, 0.3, 0),
            new SynthesisSettings.Area(0.001, 0.25, draws),
            usual.foreground());
    return new AnomalySynthesis(settings).apply(good, seed, AnomalyKind.CUT_PASTE).area();
  }

  @Test
  void whatIsTooFaintAfterAllDrawsIsForcedByHalfTheSpan() {
    // An opacity of 1 % never reaches a contrast of 40 %.
    SynthesisSettings settings =
        RandomGood.settings(
            new SynthesisSettings.Texture(8, 4, 0.01, 0.01, 0.3, 0.4),
            new SynthesisSettings.Area(0.01, 0.5, 3));
    for (int bits : new int[] {8, 16}) {
      for (long seed = 0; seed < 10; seed++) {
        Image good = RandomGood.of(new SplittableRandom(seed), 30, 41, 3, bits);
        int[] before = samples(good);
        int lowest = Arrays.stream(before).min().orElseThrow();
        int highest = Arrays.stream(before).max().orElseThrow();
        double span = Math.max(highest - lowest, good.maximum() / 8.0);
        for (AnomalyKind kind : AnomalyKind.values()) {
          SynthesizedAnomaly made = new AnomalySynthesis(settings).apply(good, seed, kind);
          String what = good + ", " + kind + ", seed " + seed;
          assertEquals((int) Math.ceil(0.01 * 30 * 41), made.area(), what);
          int[] after = samples(made.image());
          for (int i = 0; i < after.length; i++) {
            double expected = made.mask()[i / 3] ? span / 2 : 0;
            assertEquals(expected, Math.abs(after[i] - before[i]), 0.6, what + " at " + i);
          }
        }
      }
    }
  }

  @Test
  void refusesNothing() {
    assertThrows(NullPointerException.class, () -> new AnomalySynthesis(null));
    assertThrows(
        NullPointerException.class, () -> new AnomalySynthesis(SynthesisSettings.DEFAULT, null));
    assertThrows(NullPointerException.class, () -> DEFAULT.apply(PART, 1, null));
  }

  private static int[] samples(Image image) {
    int[] samples = new int[image.height() * image.width() * image.channels()];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = image.bits() == 8 ? image.samples8()[i] & 0xFF : image.samples16()[i] & 0xFFFF;
    }
    return samples;
  }

  private static long digest(SynthesizedAnomaly made) {
    CRC32 crc = new CRC32();
    crc.update(made.image().samples8());
    crc.update(made.maskImage().samples8());
    return crc.getValue() << 2 | made.kind().ordinal();
  }
}
