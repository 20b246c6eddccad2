package dev.flowline.study;

import dev.flowline.calibration.CountBand;
import java.util.Arrays;

/**
 * How many good test images alarm by a rule, beside what it promises: at most ε regions, or classes
 * of regions, an image, and so at most that share of images.
 *
 * @param smallest log10 NFA of any region, by image, ascending
 * @param estimatedFrom how many good images the rule's null was measured on; infinite where it is
 *     taken for known
 */
record RuleAlarms(DetectionRule rule, double[] smallest, double estimatedFrom) {
  RuleAlarms {
    smallest = smallest.clone();
    Arrays.sort(smallest);
  }

  int images() {
    return smallest.length;
  }

  /** How many images alarm. */
  int alarms(double log10Epsilon) {
    return (int) Arrays.stream(smallest).filter(value -> value < log10Epsilon).count();
  }

  /** The share of images that alarm. */
  double share(double log10Epsilon) {
    return (double) alarms(log10Epsilon) / images();
  }

  /** The share of images that may alarm. */
  static double promised(double log10Epsilon) {
    return Math.min(1, Math.pow(10, log10Epsilon));
  }

  /** Whether no more images alarm than a promise lets expect; see {@link CountBand}. */
  boolean keeps(double log10Epsilon) {
    return alarms(log10Epsilon)
        <= CountBand.of(promised(log10Epsilon), images(), estimatedFrom).high();
  }
}
