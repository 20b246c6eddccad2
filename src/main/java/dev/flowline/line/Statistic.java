package dev.flowline.line;

/**
 * The statistic that decided an inspection, and its threshold.
 *
 * @param name {@code log10Nfa}: log10 NFA of the most meaningful region before interpolation,
 *     whatever the map's size; small is meaningful
 * @param value of this part
 * @param threshold a value strictly below it is a defect; for log10Nfa it is log10Epsilon
 */
public record Statistic(String name, double value, double threshold) {
  /** The name of the statistic of the a contrario test. */
  public static final String LOG10_NFA = "log10Nfa";
}
