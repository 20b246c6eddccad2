package dev.flowline.data.demo;

import dev.flowline.io.Image;
import dev.flowline.random.SplitMix64;

/**
 * A square picture being painted: red, green and blue in [0, 1], and how the part lies on it. Its
 * lengths are those of a picture 256 pixels wide, times {@link #scale}.
 */
final class Canvas {
  /** A defect's coverage below this is not painted at all, so that masks are exact. */
  private static final float FAINT = 0.15f;

  private static final float SENSOR_NOISE = 0.011f;

  final int size;
  final float scale;
  final float[] red;
  final float[] green;
  final float[] blue;

  /** The share of a pixel that is surface that can be defective, in [0, 1]. */
  final float[] surface;

  private final boolean[] defective;

  Canvas(int size) {
    this.size = size;
    scale = size / 256f;
    red = new float[size * size];
    green = new float[size * size];
    blue = new float[size * size];
    surface = new float[size * size];
    defective = new boolean[size * size];
  }

  void set(int pixel, float r, float g, float b) {
    red[pixel] = r;
    green[pixel] = g;
    blue[pixel] = b;
  }

  /** Returns whether a point (x, y) lies on surface that can be defective. */
  boolean isSurface(float[] point) {
    int x = (int) point[0];
    int y = (int) point[1];
    return x >= 0 && y >= 0 && x < size && y < size && surface[y * size + x] > 0.5f;
  }

  /** Lays a colour over a pixel. */
  void blend(int pixel, float cover, float r, float g, float b) {
    red[pixel] += cover * (r - red[pixel]);
    green[pixel] += cover * (g - green[pixel]);
    blue[pixel] += cover * (b - blue[pixel]);
  }

  /** Darkens or brightens a pixel by a factor a channel. */
  void tint(int pixel, float cover, float r, float g, float b) {
    red[pixel] *= 1 + cover * (r - 1);
    green[pixel] *= 1 + cover * (g - 1);
    blue[pixel] *= 1 + cover * (b - 1);
  }

  /**
   * Marks a pixel as defective, if the defect covers enough of it.
   *
   * @return the coverage to paint with: as given, or 0 where the pixel stays good
   */
  float mark(int pixel, float cover) {
    float visible = cover * surface[pixel];
    if (visible < FAINT) {
      return 0;
    }
    defective[pixel] = true;
    return visible;
  }

  boolean[] defective() {
    return defective;
  }

  /** The picture as a camera gives it: with noise, 8 bits a channel. */
  Image expose(SplitMix64 random) {
    Noise noise = new Noise(random);
    byte[] samples = new byte[3 * size * size];
    for (int y = 0, i = 0; y < size; y++) {
      for (int x = 0; x < size; x++, i++) {
        float shared = noise.grain(x, y);
        float own = noise.grain(x + 4096, y);
        samples[3 * i] = level(red[i] + SENSOR_NOISE * (0.8f * shared + 0.4f * own));
        samples[3 * i + 1] = level(green[i] + SENSOR_NOISE * 0.8f * shared);
        samples[3 * i + 2] = level(blue[i] + SENSOR_NOISE * (0.8f * shared - 0.5f * own));
      }
    }
    return Image.of8(size, size, 3, samples);
  }

  private static byte level(float value) {
    return (byte) (int) (255 * Math.max(0, Math.min(1, value)) + 0.5f);
  }

  /** Returns 0 below {@code from}, 1 above {@code to}, smooth between; from may be the larger. */
  static float step(float from, float to, float value) {
    float t = Math.max(0, Math.min(1, (value - from) / (to - from)));
    return t * t * (3 - 2 * t);
  }
}
