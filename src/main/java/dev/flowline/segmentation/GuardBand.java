package dev.flowline.segmentation;

/**
 * A guard band around log10Epsilon, within which nothing is decided about a part. The verdict is
 * DEFECT below log10Epsilon − below, GOOD from log10Epsilon + above on, and UNDECIDED between them.
 *
 * @param below distance in log10 NFA, at least 0
 * @param above distance in log10 NFA, at least 0
 */
public record GuardBand(double below, double above) {
  /** The band without width: every part is decided about. */
  public static final GuardBand NONE = new GuardBand(0, 0);

  public GuardBand {
    requireDistance("below", below);
    requireDistance("above", above);
  }

  private static void requireDistance(String name, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          name + " of a guard band must be finite and at least 0, got " + value);
    }
  }

  /** Returns whether the band has no width. */
  public boolean isNone() {
    return below == 0 && above == 0;
  }

  /** Returns the number below which a part is a DEFECT. */
  public double defectBelow(double log10Epsilon) {
    return log10Epsilon - below;
  }

  /** Returns the number from which on a part is GOOD. */
  public double goodFrom(double log10Epsilon) {
    return log10Epsilon + above;
  }

  /** Returns whether nothing is decided about a part with this number. */
  public boolean leavesUndecided(double minLog10Nfa, double log10Epsilon) {
    return minLog10Nfa >= defectBelow(log10Epsilon) && minLog10Nfa < goodFrom(log10Epsilon);
  }
}
