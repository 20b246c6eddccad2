package dev.flowline.data.synthesis;

import dev.flowline.random.SplitMix64;

/**
 * Gradient noise on the plane (Perlin, Improving Noise, 2002): at each integer point a random unit
 * gradient, between them its four neighbours' ramps weighed by 6t⁵ − 15t⁴ + 10t³, times √2. It
 * repeats every {@link #PERIOD} cells.
 */
final class PerlinNoise {
  static final int PERIOD = 64;

  private static final int DIRECTIONS = 256;
  private static final float[] COSINE = new float[DIRECTIONS];
  private static final float[] SINE = new float[DIRECTIONS];

  static {
    for (int i = 0; i < DIRECTIONS; i++) {
      COSINE[i] = (float) StrictMath.cos(2 * Math.PI * i / DIRECTIONS);
      SINE[i] = (float) StrictMath.sin(2 * Math.PI * i / DIRECTIONS);
    }
  }

  private final byte[] direction = new byte[PERIOD * PERIOD];

  PerlinNoise(SplitMix64 random) {
    for (int i = 0; i < direction.length; i += Long.BYTES) {
      long bits = random.nextLong();
      for (int k = 0; k < Long.BYTES; k++) {
        direction[i + k] = (byte) (bits >>> 8 * k);
      }
    }
  }

  float gradientX(int cellX, int cellY) {
    return COSINE[at(cellX, cellY)];
  }

  float gradientY(int cellX, int cellY) {
    return SINE[at(cellX, cellY)];
  }

  private int at(int x, int y) {
    return direction[(y & PERIOD - 1) * PERIOD + (x & PERIOD - 1)] & 0xFF;
  }

  /**
   * The noise along a line: out[start + k] at (x + k·stepX, y + k·stepY) for k below count. Each
   * stretch within one cell is a loop of its own, without look-ups, for the compiler to vectorise.
   *
   * @param ramp 0, 1, 2 …, at least count of them
   */
  void line(
      double x,
      double y,
      double stepX,
      double stepY,
      float[] ramp,
      float[] out,
      int start,
      int count) {
    for (int k = 0; k < count; ) {
      double fromX = x + k * stepX;
      double fromY = y + k * stepY;
      int cellX = (int) Math.floor(fromX);
      int cellY = (int) Math.floor(fromY);
      double inCell = Math.min(steps(fromX - cellX, stepX), steps(fromY - cellY, stepY));
      int length = (int) Math.min(count - k, inCell);
      stretch(
          cellX,
          cellY,
          (float) (fromX - cellX),
          (float) (fromY - cellY),
          (float) stepX,
          (float) stepY,
          ramp,
          out,
          start + k,
          length);
      k += length;
    }
  }

  /**
   * Returns the points until one leaves the cell, at least 1; at its far edge the noise is the next
   * one's.
   */
  private static double steps(double inside, double step) {
    double room = step > 0 ? 1 - inside : inside;
    return step == 0 ? Integer.MAX_VALUE : Math.floor(room / Math.abs(step)) + 1;
  }

  private void stretch(
      int cellX,
      int cellY,
      float x,
      float y,
      float stepX,
      float stepY,
      float[] ramp,
      float[] out,
      int start,
      int length) {
    float x00 = gradientX(cellX, cellY);
    float y00 = gradientY(cellX, cellY);
    float x10 = gradientX(cellX + 1, cellY);
    float y10 = gradientY(cellX + 1, cellY);
    float x01 = gradientX(cellX, cellY + 1);
    float y01 = gradientY(cellX, cellY + 1);
    float x11 = gradientX(cellX + 1, cellY + 1);
    float y11 = gradientY(cellX + 1, cellY + 1);
    for (int k = 0; k < length; k++) {
      float u = x + stepX * ramp[k];
      float v = y + stepY * ramp[k];
      float fadeU = u * u * u * (u * (u * 6 - 15) + 10);
      float fadeV = v * v * v * (v * (v * 6 - 15) + 10);
      float n00 = x00 * u + y00 * v;
      float n10 = x10 * (u - 1) + y10 * v;
      float n01 = x01 * u + y01 * (v - 1);
      float n11 = x11 * (u - 1) + y11 * (v - 1);
      float top = n00 + fadeU * (n10 - n00);
      float bottom = n01 + fadeU * (n11 - n01);
      out[start + k] = 1.4142135f * (top + fadeV * (bottom - top));
    }
  }
}
