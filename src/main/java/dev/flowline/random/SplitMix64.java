package dev.flowline.data.synthetic;

/**
 * A seeded source of random numbers: SplitMix64 (Steele, Lea, Flood 2014), written out so that the
 * same seed gives the same images on every Java.
 */
public final class Dice {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  public Dice(long seed) {
    state = seed;
  }

  /** Dice of its own for one purpose, told apart by numbers. */
  public static Dice of(long seed, long... purpose) {
    long mixed = mix(seed + GOLDEN_GAMMA);
    for (long number : purpose) {
      mixed = mix(mixed ^ (number + 1) * GOLDEN_GAMMA);
    }
    return new Dice(mixed);
  }

  /** Any 64 bits. */
  public long nextLong() {
    return mix(state += GOLDEN_GAMMA);
  }

  /** Uniform in [0, 1). */
  public double next() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** Uniform in [from, to). */
  public double between(double from, double to) {
    return from + (to - from) * next();
  }

  /** Uniform in ±range. */
  public double around(double range) {
    return between(-range, range);
  }

  /** Uniform in 0 … count − 1. */
  public int below(int count) {
    return (int) (next() * count);
  }

  /** −1 or 1. */
  public int sign() {
    return next() < 0.5 ? -1 : 1;
  }

  static long mix(long z) {
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
