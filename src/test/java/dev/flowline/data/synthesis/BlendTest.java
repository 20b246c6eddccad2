package dev.flowline.data.synthesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.Image;
import dev.flowline.random.SplitMix64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** I' = I·(1 − M) + β·A·M + (1 − β)·I·M computed anew in double precision, A by SlowOverlay. */
class BlendTest {
  /** How far float arithmetic may move a sample of 16 bits before it is rounded. */
  private static final double ROUNDING = 0.06;

  @Test
  void isTheEquationForEveryKindOfImageAndTexture() {
    for (long seed = 0; seed < 240; seed++) {
      Case drawn = new Case(seed, 0);
      boolean[] mask = drawn.mask.clone();
      int[] after = drawn.laid(mask);
      assertEquals(RandomGood.count(drawn.mask), RandomGood.count(mask), drawn.what);
      for (int i = 0; i < after.length; i++) {
        double expected = drawn.expected(i);
        assertEquals(expected, after[i], 0.5 + ROUNDING, drawn.what + " at " + i);
      }
    }
  }

  @Test
  void faintPartsStayGoodAndAreTakenOutOfTheMask() {
    int kept = 0;
    int dropped = 0;
    for (long seed = 0; seed < 240; seed++) {
      double leastContrast = 0.3 * new SplittableRandom(~seed).nextDouble();
      Case drawn = new Case(seed, leastContrast);
      boolean[] mask = drawn.mask.clone();
      int[] after = drawn.laid(mask);
      for (List<Integer> part : SlowParts.of(drawn.mask, drawn.good.width())) {
        double contrast = 0;
        for (int pixel : part) {
          double largest = 0;
          for (int c = 0; c < drawn.channels; c++) {
            int i = pixel * drawn.channels + c;
            largest = Math.max(largest, Math.abs(drawn.expected(i) - drawn.before[i]));
          }
          contrast += largest / part.size() / drawn.span;
        }
        double doubt = 0.6 / drawn.span; // what rounding to whole samples does
        if (Math.abs(contrast - leastContrast) <= doubt) {
          continue;
        }
        boolean stays = contrast > leastContrast;
        kept += stays ? 1 : 0;
        dropped += stays ? 0 : 1;
        for (int pixel : part) {
          assertEquals(stays, mask[pixel], drawn.what + " at " + pixel);
        }
      }
      for (int i = 0; i < after.length; i++) {
        if (!mask[i / drawn.channels]) {
          assertEquals(drawn.before[i], after[i], drawn.what + " at " + i);
        }
      }
    }
    assertTrue(kept > 100 && dropped > 100, kept + " kept, " + dropped + " dropped");
  }

  @Test
  void shiftingMovesMaskedPixelsByHalfTheSpanTowardsTheMiddle() {
    for (long seed = 0; seed < 60; seed++) {
      Case drawn = new Case(seed, 0);
      Blend blend = new Blend(Levels.of(drawn.good), drawn.mask, drawn.texture);
      blend.shiftByHalf();
      int[] after = samples(blend.image());
      for (int i = 0; i < after.length; i++) {
        double level = (drawn.before[i] - drawn.low) / drawn.span;
        double shift = drawn.mask[i / drawn.channels] ? drawn.span / 2 : 0;
        boolean middling = Math.abs(level - 0.5) < 1e-6;
        double moved = middling ? Math.abs(after[i] - drawn.before[i]) : after[i] - drawn.before[i];
        double expected = middling || level < 0.5 ? shift : -shift;
        assertEquals(expected, moved, 0.5 + ROUNDING, drawn.what + " at " + i);
      }
    }
  }

  /** A random image, mask, texture and opacity. */
  private static final class Case {
    final String what;
    final Image good;
    final int[] before;
    final int channels;
    final boolean[] mask;
    final SynthesisSettings.Texture texture;
    final double low;
    final double span;
    private final Levels picture;
    private final boolean shuffled;
    private final long seed;
    private final float opacity;
    private final SlowOverlay overlay;
    private final ColourChange colours;

    Case(long seed, double leastContrast) {
      this.seed = seed;
      SplittableRandom random = new SplittableRandom(seed);
      int[] size = RandomGood.AWKWARD_SIZES[random.nextInt(RandomGood.AWKWARD_SIZES.length)];
      channels = random.nextBoolean() ? 1 : 3;
      good = RandomGood.of(random, size[0], size[1], channels, random.nextBoolean() ? 8 : 16);
      before = samples(good);
      mask = new boolean[size[0] * size[1]];
      int share = 2 + random.nextInt(8);
      for (int i = 0; i < mask.length; i++) {
        mask[i] = random.nextInt(share) == 0;
      }
      opacity = (float) (0.01 + 0.99 * random.nextDouble());
      double jitter = random.nextDouble();
      int rows = 1 + random.nextInt(9);
      int columns = 1 + random.nextInt(9);
      texture = new SynthesisSettings.Texture(rows, columns, 0.2, 1, jitter, leastContrast);
      shuffled = random.nextBoolean();
      boolean itself = random.nextBoolean();
      Image shown =
          itself
              ? good
              : RandomGood.of(
                  random,
                  1 + random.nextInt(40),
                  1 + random.nextInt(40),
                  random.nextBoolean() ? 1 : 3,
                  random.nextBoolean() ? 8 : 16);
      picture = Levels.of(shown);
      colours = new ColourChange(new SplitMix64(~seed), jitter, true);
      overlay =
          new SlowOverlay(
              levels(shown, channels),
              shuffled ? rows : 1,
              shuffled ? columns : 1,
              size[0],
              size[1],
              new SplitMix64(seed));
      span = span(before, good.maximum());
      low = low(before, good.maximum());
      what = "%s under %s, seed %d".formatted(good, shown, seed);
    }

    /** The samples after {@link Blend#lay}. */
    int[] laid(boolean[] mask) {
      TextureOverlay over =
          new TextureOverlay(
              picture,
              colours,
              texture,
              shuffled,
              good.height(),
              good.width(),
              new SplitMix64(seed));
      Blend blend = new Blend(Levels.of(good), mask, texture);
      blend.lay(over, opacity);
      return samples(blend.image());
    }

    /** The equation, before rounding. */
    double expected(int i) {
      int pixel = i / channels;
      int channel = i % channels;
      int seen = channels == 3 ? colours.channel(channel) : channel;
      double level = overlay.at(pixel / good.width(), pixel % good.width(), seen);
      double anomaly = low + span * colours.of((float) level, channel);
      double in = mask[pixel] ? 1 : 0;
      return before[i] * (1 - in) + opacity * anomaly * in + (1 - opacity) * before[i] * in;
    }

    /** (height, width, channels), 0 … 1, grey the mean of the colours. */
    private static double[][][] levels(Image image, int channels) {
      int[] samples = samples(image);
      double low = low(samples, image.maximum());
      double span = span(samples, image.maximum());
      double[][][] levels = new double[image.height()][image.width()][channels];
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          int pixel = y * image.width() + x;
          for (int c = 0; c < channels; c++) {
            double sample;
            if (image.channels() == 1) {
              sample = samples[pixel];
            } else if (channels == 3) {
              sample = samples[3 * pixel + c];
            } else {
              sample = (samples[3 * pixel] + samples[3 * pixel + 1] + samples[3 * pixel + 2]) / 3.0;
            }
            levels[y][x][c] = (sample - low) / span;
          }
        }
      }
      return levels;
    }
  }

  private static double span(int[] samples, int maximum) {
    int lowest = maximum;
    int highest = 0;
    for (int sample : samples) {
      lowest = Math.min(lowest, sample);
      highest = Math.max(highest, sample);
    }
    return Math.max(highest - lowest, maximum / 8.0);
  }

  private static double low(int[] samples, int maximum) {
    int lowest = maximum;
    for (int sample : samples) {
      lowest = Math.min(lowest, sample);
    }
    return Math.min(lowest, maximum - span(samples, maximum));
  }

  private static int[] samples(Image image) {
    int[] samples = new int[image.height() * image.width() * image.channels()];
    for (int i = 0; i < samples.length; i++) {
      int pixel = i / image.channels();
      samples[i] = image.sample(pixel / image.width(), pixel % image.width(), i % image.channels());
    }
    return samples;
  }
}
