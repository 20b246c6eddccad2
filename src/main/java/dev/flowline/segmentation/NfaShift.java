package dev.flowline.segmentation;

/**
 * A shift of log10 NFA that takes one threshold to another: what is below the one is below the
 * other afterwards, to the last bit. A shift multiplies numbers of false alarms by a factor. What
 * was not tested stays at the largest number.
 *
 * @param from the threshold of the numbers as they are
 * @param to the threshold afterwards
 */
public record NfaShift(double from, double to) {
  /** Returns a number shifted. */
  float of(float log10Nfa) {
    if (log10Nfa == Float.MAX_VALUE) {
      return log10Nfa;
    }
    float least = (float) to; // that is not below the threshold
    if (least < to) {
      least = Math.nextUp(least);
    }
    double shift = Double.isInfinite(from) || Double.isInfinite(to) ? 0 : to - from; // no factor
    double moved = log10Nfa == from ? to : log10Nfa + shift;
    return log10Nfa < from
        ? Math.min((float) moved, Math.nextDown(least))
        : Math.max((float) moved, least);
  }

  /** Returns a map with all numbers shifted. */
  public NfaMap of(NfaMap map) {
    float[] shifted = new float[map.log10Nfa().length];
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = of(map.log10Nfa()[i]);
    }
    return new NfaMap(map.height(), map.width(), shifted, of(map.minLog10Nfa()));
  }

  /** Returns a region with its number shifted. */
  public Region of(Region region) {
    return region.withLog10Nfa(of((float) region.log10Nfa()));
  }
}
