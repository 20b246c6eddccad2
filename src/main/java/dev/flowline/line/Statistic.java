package dev.flowline.line;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.segmentation.GuardBand;

/**
 * The statistic that decided an inspection, and its threshold.
 *
 * @param name {@code log10Nfa}: log10 NFA of the most meaningful region before interpolation,
 *     whatever the map's size; small is meaningful
 * @param value of this part
 * @param threshold a value strictly below it is a defect; for log10Nfa it is log10Epsilon
 * @param defectBelow with a guard band, only a value strictly below this is a defect; null without
 * @param goodFrom with a guard band, only a value of at least this is good; null without
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Statistic(
    String name, double value, double threshold, Double defectBelow, Double goodFrom) {
  /** The name of the statistic of the a contrario test. */
  public static final String LOG10_NFA = "log10Nfa";

  /** Makes a statistic without a guard band. */
  public Statistic(String name, double value, double threshold) {
    this(name, value, threshold, null, null);
  }

  /** Returns log10 NFA with its threshold and a guard band around it, which may have no width. */
  static Statistic ofLog10Nfa(double value, double log10Epsilon, GuardBand band) {
    return band.isNone()
        ? new Statistic(LOG10_NFA, value, log10Epsilon)
        : new Statistic(
            LOG10_NFA,
            value,
            log10Epsilon,
            band.defectBelow(log10Epsilon),
            band.goodFrom(log10Epsilon));
  }

  /**
   * Returns the number that the pixels of an inspection's regions are below.
   *
   * @param verdict of the inspection
   */
  public double regionsBelow(Verdict verdict) {
    return verdict == Verdict.UNDECIDED && goodFrom != null ? goodFrom : threshold;
  }
}
