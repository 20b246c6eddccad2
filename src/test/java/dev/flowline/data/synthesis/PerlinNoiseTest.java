package dev.flowline.data.synthesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.random.SplitMix64;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against {@link SlowPerlin}: double precision, point by point. */
class PerlinNoiseTest {
  /** Of float arithmetic on positions within a cell, whose noise changes by at most 4 a cell. */
  private static final double ROUNDING = 5e-5;

  private static float[] ramp(int count) {
    float[] ramp = new float[count];
    for (int i = 0; i < count; i++) {
      ramp[i] = i;
    }
    return ramp;
  }

  @Test
  void linesInAllDirectionsAreTheSlowNoise() {
    for (long seed = 0; seed < 60; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      PerlinNoise noise = new PerlinNoise(new SplitMix64(seed));
      SlowPerlin slow = new SlowPerlin(new SplitMix64(seed));
      int count = 1 + random.nextInt(400);
      int start = random.nextInt(5);
      double x = 400 * random.nextDouble() - 200;
      double y = 400 * random.nextDouble() - 200;
      double[] stepsX = {0, 1e-7, 1.7 * random.nextDouble(), 0.13 * random.nextDouble(), 3.25};
      double stepX = stepsX[random.nextInt(5)] * (random.nextBoolean() ? 1 : -1);
      double stepY = stepsX[random.nextInt(5)] * (random.nextBoolean() ? 1 : -1);
      float[] out = new float[start + count + 3];
      java.util.Arrays.fill(out, 9);
      noise.line(x, y, stepX, stepY, ramp(count), out, start, count);
      String what = "seed %d, (%s, %s) by (%s, %s)".formatted(seed, x, y, stepX, stepY);
      for (int i = 0; i < out.length; i++) {
        int k = i - start;
        boolean inside = k >= 0 && k < count;
        double expected = inside ? slow.at(x + k * stepX, y + k * stepY) : 9;
        assertEquals(expected, out[i], ROUNDING, what + " at " + k);
      }
    }
  }

  @Test
  void vanishesAtIntegerPointsAndStartsThereAlongItsGradient() {
    PerlinNoise noise = new PerlinNoise(new SplitMix64(3));
    float[] ramp = ramp(2);
    float[] out = new float[2];
    for (int x = -70; x < 70; x += 7) {
      for (int y = -70; y < 70; y += 9) {
        double step = 1e-3;
        noise.line(x, y, step, 0, ramp, out, 0, 2);
        assertEquals(0, out[0], 1e-6);
        assertEquals(Math.sqrt(2) * noise.gradientX(x, y) * step, out[1], 1e-5);
        noise.line(x, y, 0, -step, ramp, out, 0, 2);
        assertEquals(0, out[0], 1e-6);
        assertEquals(-Math.sqrt(2) * noise.gradientY(x, y) * step, out[1], 1e-5);
      }
    }
  }

  @Test
  void stepsBackFromAnEdgeGoOnInTheNextCell() {
    PerlinNoise noise = new PerlinNoise(new SplitMix64(4));
    SlowPerlin slow = new SlowPerlin(new SplitMix64(4));
    float[] out = new float[9];
    noise.line(2, -3, -0.25, -0.5, ramp(9), out, 0, 9);
    for (int k = 0; k < 9; k++) {
      assertEquals(slow.at(2 - 0.25 * k, -3 - 0.5 * k), out[k], ROUNDING, "at " + k);
    }
  }

  @Test
  void repeatsAfterItsPeriodAndNotBefore() {
    PerlinNoise noise = new PerlinNoise(new SplitMix64(5));
    int count = 200;
    float[] here = new float[count];
    float[] there = new float[count];
    float[] between = new float[count];
    noise.line(0.3, 0.7, 0.31, 0.17, ramp(count), here, 0, count);
    noise.line(
        0.3 + PerlinNoise.PERIOD,
        0.7 - PerlinNoise.PERIOD,
        0.31,
        0.17,
        ramp(count),
        there,
        0,
        count);
    noise.line(0.3 + PerlinNoise.PERIOD / 2, 0.7, 0.31, 0.17, ramp(count), between, 0, count);
    double difference = 0;
    for (int k = 0; k < count; k++) {
      assertEquals(here[k], there[k], ROUNDING);
      difference += Math.abs(here[k] - between[k]) / count;
    }
    assertTrue(difference > 0.1, "half a period on: " + difference);
  }

  @Test
  void itsGradientsAreUnitVectorsInAllDirectionsAlike() {
    PerlinNoise noise = new PerlinNoise(new SplitMix64(6));
    int[] quadrants = new int[4];
    for (int y = 0; y < PerlinNoise.PERIOD; y++) {
      for (int x = 0; x < PerlinNoise.PERIOD; x++) {
        assertEquals(1, Math.hypot(noise.gradientX(x, y), noise.gradientY(x, y)), 1e-6);
        quadrants[(noise.gradientX(x, y) > 0 ? 1 : 0) + (noise.gradientY(x, y) > 0 ? 2 : 0)]++;
      }
    }
    for (int quadrant : quadrants) {
      assertEquals(1024, quadrant, 5 * 28);
    }
  }

  @Test
  void blotchesAreTheNoiseTurnedLessTheThreshold() {
    int[][] sizes = {{1, 1}, {1, 50}, {3, 200}, {17, 31}, {64, 64}};
    for (int[] size : sizes) {
      for (long seed = 0; seed < 20; seed++) {
        int height = size[0];
        int width = size[1];
        float[] field = new float[height * width];
        SynthesisSettings.Perlin settings = new SynthesisSettings.Perlin((int) seed % 6, 0.3);
        Blotches.draw(settings, new SplitMix64(seed), height, width, field);
        SplitMix64 random = new SplitMix64(seed);
        double cellsAcross = Math.pow(2, random.below(settings.largestExponent() + 1));
        double cellsDown = Math.pow(2, random.below(settings.largestExponent() + 1));
        double angle = random.between(-Math.PI / 2, Math.PI / 2);
        double originX = random.next();
        double originY = random.next();
        SlowPerlin slow = new SlowPerlin(random);
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            // About the image's centre, from pixels to cells after the turn.
            double right = x + 0.5 - 0.5 * width;
            double down = y + 0.5 - 0.5 * height;
            double turnedX = right * Math.cos(angle) - down * Math.sin(angle);
            double turnedY = right * Math.sin(angle) + down * Math.cos(angle);
            double expected =
                slow.at(
                        originX + turnedX * cellsAcross / width,
                        originY + turnedY * cellsDown / height)
                    - 0.3;
            assertEquals(
                expected,
                field[y * width + x],
                2 * ROUNDING,
                "%dx%d, seed %d at %d, %d".formatted(height, width, seed, y, x));
          }
        }
      }
    }
  }

  @Test
  void blotchesOfAllCellSizesComeUp() {
    // Zero crossings along the middle row grow with the number of cells.
    int coarse = 0;
    int fine = 0;
    for (long seed = 0; seed < 200; seed++) {
      float[] field = new float[128 * 128];
      Blotches.draw(new SynthesisSettings.Perlin(5, 0), new SplitMix64(seed), 128, 128, field);
      int crossings = 0;
      for (int x = 1; x < 128; x++) {
        crossings += field[64 * 128 + x - 1] > 0 != field[64 * 128 + x] > 0 ? 1 : 0;
      }
      coarse += crossings <= 2 ? 1 : 0;
      fine += crossings >= 16 ? 1 : 0;
    }
    assertTrue(coarse > 30 && fine > 20, coarse + " coarse, " + fine + " fine");
  }

  @Test
  void liesInPlusMinusOneAndNearlyReachesIt() {
    double lowest = 0;
    double highest = 0;
    for (long seed = 0; seed < 20; seed++) {
      PerlinNoise noise = new PerlinNoise(new SplitMix64(seed));
      float[] out = new float[640];
      for (double y = 0; y < 64; y += 0.1) {
        noise.line(0, y, 0.1, 0, ramp(640), out, 0, 640);
        for (float value : out) {
          lowest = Math.min(lowest, value);
          highest = Math.max(highest, value);
        }
      }
    }
    assertTrue(lowest >= -1.00001 && lowest < -0.9, "lowest " + lowest);
    assertTrue(highest <= 1.00001 && highest > 0.9, "highest " + highest);
  }
}
