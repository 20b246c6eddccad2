package dev.flowline.eval;

import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.List;

/** A table of operating points: the guaranteed false-alarm rate beside the measured one. */
final class OperatingPointTable {
  static final List<String> HEADINGS =
      List.of(
          "requested rate",
          "guaranteed or expected",
          "log10ε",
          "false alarms",
          "measured",
          "95 % interval",
          "found",
          "alarmed elsewhere",
          "found, by ROC");

  private OperatingPointTable() {}

  /** Returns an operating point in one line. */
  static String inWords(OperatingPoint point) {
    String guarantee =
        FalseAlarmText.guarantee(
            point.guaranteed(), point.requested().confidence(), !point.expected());
    return point.interval() == null
        ? guarantee
        : "%s; measured %s (95 %% interval %s)"
            .formatted(
                guarantee,
                Numbers.percent(point.measured()),
                FalseAlarmText.interval(point.interval()));
  }

  /**
   * Returns a row for the threshold of the model, then one for each other rate.
   *
   * @param model the operating point of the model; null if there is none
   */
  static List<List<String>> rows(OperatingPoint model, List<OperatingPoint> points) {
    List<List<String>> rows = new ArrayList<>();
    if (model != null) {
      rows.add(row(model, ": this model"));
    }
    points.stream()
        .filter(point -> model == null || !point.requested().equals(model.requested()))
        .forEach(point -> rows.add(row(point, "")));
    return rows;
  }

  private static List<String> row(OperatingPoint point, String note) {
    return List.of(
        FalseAlarmText.requested(point.requested()) + note,
        FalseAlarmText.bound(point.guaranteed(), !point.expected()),
        Numbers.fixed(point.log10Epsilon(), 2),
        Integer.toString(point.falseAlarmImages()),
        Numbers.percent(point.measured()),
        FalseAlarmText.interval(point.interval()),
        Numbers.percent(point.found()),
        Integer.toString(point.defectImagesAlarmedElsewhere()),
        Numbers.percent(point.foundByRoc()));
  }
}
