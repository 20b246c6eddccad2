package dev.flowline.eval;

import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.page.Numbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table of threshold rules: Flowline's beside those that others use. */
public final class RuleTable {
  /** The headings of the columns. */
  public static final List<String> HEADINGS =
      List.of(
          "threshold",
          "false alarms",
          "found",
          "elsewhere",
          "states",
          "measured",
          "95 % interval",
          "requested");

  private RuleTable() {}

  /** Returns a row for each rule. */
  public static List<List<String>> rows(List<RuleOutcome> outcomes) {
    return outcomes.stream().map(outcome -> row(outcome, outcome.rule().title())).toList();
  }

  /**
   * Returns the row of an outcome.
   *
   * @param name what its first cell says
   */
  public static List<String> row(RuleOutcome outcome, String name) {
    boolean known = outcome.unknown() == null;
    boolean states = outcome.requested() != null;
    return List.of(
        name,
        known ? Numbers.share(outcome.falseAlarmImages(), outcome.goodImages()) : Numbers.UNKNOWN,
        known
            ? Numbers.share(outcome.defectImagesFound(), outcome.defectImages())
            : Numbers.UNKNOWN,
        known ? Integer.toString(outcome.defectImagesAlarmedElsewhere()) : Numbers.UNKNOWN,
        states ? FalseAlarmText.bound(outcome.guaranteed(), !outcome.expected()) : "no rate",
        outcome.measured() == null ? Numbers.UNKNOWN : Numbers.percent(outcome.measured()),
        FalseAlarmText.interval(outcome.interval()),
        states ? FalseAlarmText.requested(outcome.requested()) : Numbers.UNKNOWN);
  }

  /** Returns why thresholds are unknown, a sentence for each reason; empty if all are known. */
  public static List<String> unknown(List<RuleOutcome> outcomes) {
    Map<String, String> rulesByReason = new LinkedHashMap<>();
    for (RuleOutcome outcome : outcomes) {
      if (outcome.unknown() != null) {
        rulesByReason.merge(
            outcome.unknown(), outcome.rule().title(), (all, one) -> all + "; " + one);
      }
    }
    return rulesByReason.entrySet().stream()
        .map(entry -> "Unknown here: %s, because %s.".formatted(entry.getValue(), entry.getKey()))
        .toList();
  }
}
