package dev.flowline.study;

import dev.flowline.calibration.CountBand;
import java.util.Arrays;

/**
 * The good test images that alarm by a rule, beside the rule's bound: at most ε regions, or classes
 * of regions, per image, and so at most that share of images.
 *
 * @param minLog10Nfa log10 NFA of any region, by image, ascending
 * @param estimatedFrom how many good images the rule's null was measured on; infinite if it is
 *     known
 */
record RuleAlarms(DetectionRule rule, double[] minLog10Nfa, double estimatedFrom) {
  RuleAlarms {
    minLog10Nfa = minLog10Nfa.clone();
    Arrays.sort(minLog10Nfa);
  }

  int images() {
    return minLog10Nfa.length;
  }

  /** Returns how many images alarm. */
  int alarms(double log10Epsilon) {
    return (int) Arrays.stream(minLog10Nfa).filter(value -> value < log10Epsilon).count();
  }

  /** Returns the share of images that alarm. */
  double share(double log10Epsilon) {
    return (double) alarms(log10Epsilon) / images();
  }

  /** Returns the largest share of images that may alarm. */
  static double bound(double log10Epsilon) {
    return Math.min(1, Math.pow(10, log10Epsilon));
  }

  /** Returns whether no more images alarm than the bound explains; see {@link CountBand}. */
  boolean keepsBound(double log10Epsilon) {
    return alarms(log10Epsilon)
        <= CountBand.of(bound(log10Epsilon), images(), estimatedFrom).high();
  }
}
