package dev.flowline.random;

/**
 * A seeded source of random numbers: SplitMix64 (Steele, Lea, Flood 2014), written out so that the
 * same seed gives the same images on every Java. It belongs to one thread.
 */
public final class SplitMix64 {
  /** The step of the state: 2⁶⁴ divided by the golden ratio, made odd. */
  static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  public SplitMix64(long seed) {
    state = seed;
  }

  /** Returns a source of its own for one purpose, told apart from others by numbers. */
  public static SplitMix64 of(long seed, long... purpose) {
    long mixed = mix(seed + GOLDEN_GAMMA);
    for (long number : purpose) {
      mixed = mix(mixed ^ (number + 1) * GOLDEN_GAMMA);
    }
    return new SplitMix64(mixed);
  }

  /** Draws any 64 bits. */
  public long nextLong() {
    return mix(state += GOLDEN_GAMMA);
  }

  /** Draws uniformly from [0, 1). */
  public double next() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** Draws uniformly from [from, to). */
  public double between(double from, double to) {
    return from + (to - from) * next();
  }

  /** Draws uniformly from ±range. */
  public double around(double range) {
    return between(-range, range);
  }

  /** Draws uniformly from 0 … count − 1. */
  public int below(int count) {
    return (int) (next() * count);
  }

  /** Draws −1 or 1. */
  public int sign() {
    return next() < 0.5 ? -1 : 1;
  }

  private static long mix(long z) {
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
