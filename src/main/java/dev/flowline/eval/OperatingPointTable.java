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
          "guaranteed, at most",
          "log10ε",
          "false alarms",
          "measured",
          "95 % interval",
          "found",
          "found, by ROC");

  private OperatingPointTable() {}

  /** Returns an operating point in one line. */
  static String inWords(OperatingPoint point) {
    String guarantee = FalseAlarmText.guarantee(point.promised(), point.asked().confidence());
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
   * @param own null for none
   */
  static List<List<String>> rows(OperatingPoint own, List<OperatingPoint> points) {
    List<List<String>> rows = new ArrayList<>();
    if (own != null) {
      rows.add(row(own, ": this model"));
    }
    points.stream()
        .filter(point -> own == null || !point.asked().equals(own.asked()))
        .forEach(point -> rows.add(row(point, "")));
    return rows;
  }

  private static List<String> row(OperatingPoint point, String note) {
    return List.of(
        FalseAlarmText.requested(point.asked()) + note,
        Numbers.percent(point.promised()),
        Numbers.fixed(point.log10Epsilon(), 2),
        Integer.toString(point.falseAlarmImages()),
        Numbers.percent(point.measured()),
        FalseAlarmText.interval(point.interval()),
        Numbers.percent(point.found()),
        Numbers.percent(point.foundByRoc()));
  }
}
