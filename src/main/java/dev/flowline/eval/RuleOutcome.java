package dev.flowline.eval;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.calibration.BinomialInterval;
import dev.flowline.calibration.FalseAlarmRate;
import java.util.List;
import java.util.Objects;

/**
 * The outcome of a rule that sets a threshold: what the threshold does on the test images, beside
 * the rate of false alarms that the rule states.
 *
 * @param statistic what the threshold is for: {@code log10Nfa}, which alarms below it, or {@code
 *     anomalyMap}, which alarms above it
 * @param threshold null if it is unknown, or differs among several runs
 * @param requested the requested rate of false alarms; null for a rule that states none
 * @param guaranteed the guaranteed rate; null for a rule that states none
 * @param goodImages good test images
 * @param falseAlarmImages those of them that alarm; null if the threshold is unknown
 * @param measured their share; null if it is unknown
 * @param interval of the true rate, 95 %; null if it is unknown
 * @param defectImages defective test images
 * @param defectImagesFound those of them that are found, on their defect if it is marked; null if
 *     the threshold is unknown
 * @param defectImagesAlarmedElsewhere those of them that alarm, but not on their defect; null if
 *     the threshold is unknown
 * @param unknown why the threshold is unknown; null if it is known
 * @param expected whether {@code guaranteed} is what is expected of a cross-fitted threshold, and
 *     no bound
 */
public record RuleOutcome(
    ThresholdRule rule,
    String statistic,
    Double threshold,
    @JsonProperty("asked") FalseAlarmRate requested,
    @JsonProperty("promised") Double guaranteed,
    int goodImages,
    Integer falseAlarmImages,
    Double measured,
    BinomialInterval interval,
    int defectImages,
    Integer defectImagesFound,
    Integer defectImagesAlarmedElsewhere,
    @JsonInclude(JsonInclude.Include.NON_NULL) String unknown,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean expected) {

  /** Returns the outcome of a threshold that is not known. */
  static RuleOutcome unknown(ThresholdRule rule, int goodImages, int defectImages, String why) {
    return new RuleOutcome(
        rule,
        rule.statistic(),
        null,
        null,
        null,
        goodImages,
        null,
        null,
        null,
        defectImages,
        null,
        null,
        why,
        false);
  }

  /**
   * Returns the outcome of counts.
   *
   * @param threshold null if it differs among several runs
   * @param requested null for a rule that states no rate
   * @param guaranteed null for a rule that states no rate
   */
  public static RuleOutcome of(
      ThresholdRule rule,
      Double threshold,
      FalseAlarmRate requested,
      Double guaranteed,
      int goodImages,
      int falseAlarms,
      int defectImages,
      int found,
      int elsewhere) {
    return new RuleOutcome(
        rule,
        rule.statistic(),
        threshold,
        requested,
        guaranteed,
        goodImages,
        falseAlarms,
        goodImages == 0 ? null : (double) falseAlarms / goodImages,
        goodImages == 0 ? null : BinomialInterval.of(falseAlarms, goodImages),
        defectImages,
        found,
        elsewhere,
        null,
        false);
  }

  /** Returns the same outcome of a threshold whose rate is expected, and no bound. */
  RuleOutcome expectedIf(boolean cross) {
    return new RuleOutcome(
        rule,
        statistic,
        threshold,
        requested,
        guaranteed,
        goodImages,
        falseAlarmImages,
        measured,
        interval,
        defectImages,
        defectImagesFound,
        defectImagesAlarmedElsewhere,
        unknown,
        cross);
  }

  /**
   * Returns the outcome of one rule over several runs: the sums of all counts over the runs in
   * which its threshold is known, and the highest of the guaranteed rates.
   *
   * @param runs of one rule, at least one
   */
  public static RuleOutcome total(List<RuleOutcome> runs) {
    List<RuleOutcome> known = runs.stream().filter(run -> run.unknown == null).toList();
    if (known.isEmpty()) {
      return runs.get(0);
    }
    RuleOutcome first = known.get(0);
    return of(
            first.rule,
            known.size() == 1 ? first.threshold : null,
            first.requested,
            known.stream()
                .map(RuleOutcome::guaranteed)
                .filter(Objects::nonNull)
                .max(Double::compare)
                .orElse(null),
            known.stream().mapToInt(RuleOutcome::goodImages).sum(),
            known.stream().mapToInt(RuleOutcome::falseAlarmImages).sum(),
            known.stream().mapToInt(RuleOutcome::defectImages).sum(),
            known.stream().mapToInt(RuleOutcome::defectImagesFound).sum(),
            known.stream().mapToInt(RuleOutcome::defectImagesAlarmedElsewhere).sum())
        .expectedIf(known.stream().anyMatch(RuleOutcome::expected));
  }
}
