package dev.flowline.eval;

import dev.flowline.line.Statistic;
import java.util.Arrays;
import java.util.List;

/**
 * A comparison of Flowline's threshold with those that others set, on the same maps of one test
 * set.
 *
 * @param log10Epsilon of the evaluated model
 * @param own what it guarantees; null if it was set by hand
 * @param calibration maps of the good images that set it
 * @param outcomes of the test images
 * @param maps the peaks of their anomaly maps
 * @param published the peaks of their log10 NFA by the published test; empty if it was not run
 */
record RuleComparison(
    double log10Epsilon,
    OperatingPoint own,
    CalibrationMaps calibration,
    List<ImageOutcome> outcomes,
    List<Peak> maps,
    List<Peak> published) {

  /** Returns an outcome for each rule, Flowline's first. */
  List<RuleOutcome> all() {
    return Arrays.stream(ThresholdRule.values()).map(this::of).toList();
  }

  private RuleOutcome of(ThresholdRule rule) {
    List<Peak> peaks = peaks(rule);
    double threshold =
        peaks.size() < outcomes.size()
            ? Double.NaN
            : rule.threshold(new ThresholdRule.Known(log10Epsilon, calibration, maps));
    int good = (int) outcomes.stream().filter(ImageOutcome::good).count();
    int defective = outcomes.size() - good;
    if (!Double.isFinite(threshold)) {
      return RuleOutcome.unknown(rule, good, defective, whyUnknown(rule));
    }
    boolean states = rule == ThresholdRule.FLOWLINE && own != null;
    return RuleOutcome.of(
            rule,
            rule.statistic().equals(Statistic.LOG10_NFA) ? 0 - threshold : threshold,
            states ? own.requested() : null,
            states ? own.guaranteed() : null,
            good,
            (int) peaks.stream().filter(peak -> peak.good() && peak.alarms(threshold)).count(),
            defective,
            (int) peaks.stream().filter(peak -> peak.found(threshold)).count(),
            (int) peaks.stream().filter(peak -> peak.alarmsElsewhere(threshold)).count())
        .expectedIf(states && own.expected());
  }

  private List<Peak> peaks(ThresholdRule rule) {
    return switch (rule) {
      case FLOWLINE -> outcomes.stream().map(Peak::of).toList();
      case PUBLISHED_NFA -> published;
      default -> maps;
    };
  }

  private String whyUnknown(ThresholdRule rule) {
    return switch (rule) {
      case LARGEST, MEAN_PLUS_3_SIGMA, PERCENTILE_95_TIMES_1_421 ->
          calibration.missing() != null
              ? calibration.missing()
              : "the maps of the calibration images hold scores that the rule is not made for";
      case ADAPTIVE_F1 -> "it needs labelled defects";
      case FLOWLINE, PUBLISHED_NFA -> "the test was not run on all images";
    };
  }
}
