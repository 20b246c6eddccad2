package dev.flowline.data.synthesis;

import dev.flowline.random.SplitMix64;

/**
 * The field of {@link AnomalyKind#PERLIN}: noise, of a cell size of its own on each axis, turned.
 */
final class Blotches {
  private Blotches() {}

  /**
   * @param field (height, width), written: the noise less its threshold
   */
  static void draw(
      SynthesisSettings.Perlin settings, SplitMix64 random, int height, int width, float[] field) {
    double across = (double) (1 << random.below(settings.largestExponent() + 1)) / width;
    double down = (double) (1 << random.below(settings.largestExponent() + 1)) / height;
    double angle = random.between(-Math.PI / 2, Math.PI / 2);
    double cosine = StrictMath.cos(angle);
    double sine = StrictMath.sin(angle);
    double originX = random.next();
    double originY = random.next();
    PerlinNoise noise = new PerlinNoise(random);
    float[] ramp = new float[width];
    for (int x = 0; x < width; x++) {
      ramp[x] = x;
    }
    for (int y = 0; y < height; y++) {
      double dy = y + 0.5 - height / 2.0;
      double dx = 0.5 - width / 2.0;
      noise.line(
          originX + across * (cosine * dx - sine * dy),
          originY + down * (sine * dx + cosine * dy),
          across * cosine,
          down * sine,
          ramp,
          field,
          y * width,
          width);
    }
    float threshold = (float) settings.threshold();
    for (int i = 0; i < height * width; i++) {
      field[i] -= threshold;
    }
  }
}
