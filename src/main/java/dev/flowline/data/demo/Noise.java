package dev.flowline.data.demo;

import dev.flowline.random.SplitMix64;

/** The smooth random functions of the plane and of the line, in ±1, with features of size 1. */
final class Noise {
  private final int seed;

  Noise(SplitMix64 random) {
    seed = (int) random.nextLong();
  }

  /** Value noise: random at the integers, smooth between. */
  float at(float x, float y) {
    int ix = floor(x);
    int iy = floor(y);
    float fx = smooth(x - ix);
    float fy = smooth(y - iy);
    float top = lerp(corner(ix, iy), corner(ix + 1, iy), fx);
    float bottom = lerp(corner(ix, iy + 1), corner(ix + 1, iy + 1), fx);
    return lerp(top, bottom, fy);
  }

  float at(float x) {
    int ix = floor(x);
    return lerp(corner(ix, 0), corner(ix + 1, 0), smooth(x - ix));
  }

  /**
   * Returns noise that is uncorrelated from pixel to pixel, of variance 1, nearly normal: a sum of
   * four uniforms.
   */
  float grain(int x, int y) {
    int a = hash(x, y);
    int b = hash(x + 7919, y);
    int sum = (a & 0xFFFF) + (a >>> 16) + (b & 0xFFFF) + (b >>> 16);
    return (sum - 2 * 65535) * (1.7320508f / 65535);
  }

  private float corner(int x, int y) {
    return hash(x, y) * 0x1p-31f;
  }

  private int hash(int x, int y) {
    int h = seed + x * 0x9E3779B1 + y * 0x85EBCA77;
    h = (h ^ h >>> 16) * 0x7FEB352D;
    h = (h ^ h >>> 15) * 0x846CA68B;
    return h ^ h >>> 16;
  }

  private static int floor(float v) {
    int i = (int) v;
    return v < i ? i - 1 : i;
  }

  private static float smooth(float t) {
    return t * t * (3 - 2 * t);
  }

  private static float lerp(float a, float b, float t) {
    return a + (b - a) * t;
  }
}
