package dev.flowline.random;

/** Makes seeds out of a seed and the numbers of what is drawn with them. */
public final class Seeds {
  private Seeds() {}

  /**
   * Returns a seed of its own for one place in a run, such as an image, or an epoch and a step. It
   * is a function of the arguments alone, so that a resumed run draws the same. Each number is
   * added to the multiple of what came before by an odd factor: numbers that differ at one place
   * alone never meet.
   */
  public static long at(long seed, long... numbers) {
    long mixed = seed;
    for (long number : numbers) {
      mixed = mixed * SplitMix64.GOLDEN_GAMMA + number;
    }
    return mixed;
  }
}
