package dev.flowline.data.synthesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.Image;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LevelsTest {
  @Test
  void levelsAreInRangeAndSamplesComeBack() {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int channels = random.nextBoolean() ? 1 : 3;
      int bits = random.nextBoolean() ? 8 : 16;
      Image image =
          RandomGood.of(random, 1 + random.nextInt(9), 1 + random.nextInt(9), channels, bits);
      Levels levels = Levels.of(image);
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          for (int c = 0; c < channels; c++) {
            float level = levels.at(y, x, c, channels);
            assertTrue(level >= 0 && level <= 1, image + ", seed " + seed + ": " + level);
            assertEquals(image.sample(y, x, c), levels.sample(level), image + ", seed " + seed);
          }
        }
      }
      int darkest = levels.sample(0);
      int brightest = levels.sample(1);
      assertTrue(darkest >= 0 && brightest <= image.maximum(), image + ", seed " + seed);
    }
  }

  @Test
  void theSpanIsThatOfTheSamplesButAnEighthAtLeast() {
    assertEquals(new Span(40, 100), Span.of(8, 40, 140, 90));
    assertEquals(new Span(0, 255), Span.of(8, 0, 255));
    assertEquals(new Span(100, 31.875), Span.of(8, 100, 101));
    assertEquals(new Span(0, 31.875), Span.of(8, 0));
    assertEquals(new Span(223.125, 31.875), Span.of(8, 255, 250));
    assertEquals(new Span(40000, 20000), Span.of(16, 40000, 60000));
    assertEquals(new Span(100, 8191.875), Span.of(16, 100, 4000));
    assertEquals(new Span(57343.125, 8191.875), Span.of(16, 65535));
  }

  private record Span(double low, double span) {
    static Span of(int bits, int... samples) {
      Levels levels = Levels.of(RandomGood.of(samples, 1, samples.length, 1, bits));
      return new Span(levels.low(), levels.span());
    }
  }

  @Test
  void greySeesTheMeanOfColoursAndColoursSeeGrey() {
    Levels colours = Levels.of(RandomGood.of(new int[] {0, 100, 200, 50, 50, 50}, 1, 2, 3, 8));
    assertEquals(0.5f, colours.at(0, 0, 0, 1), 1e-6f);
    assertEquals(0.25f, colours.at(0, 1, 0, 1), 1e-6f);
    assertEquals(1f, colours.at(0, 0, 2, 3), 1e-6f);
    Levels grey = Levels.of(RandomGood.of(new int[] {0, 30, 40}, 1, 3, 1, 8));
    for (int c = 0; c < 3; c++) {
      assertEquals(0.75f, grey.at(0, 1, c, 3), 1e-6f);
    }
  }
}
