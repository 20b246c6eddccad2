package dev.flowline.eval;

import java.util.List;

/** Operating points, for people: promised beside measured. */
final class Promises {
  static final List<String> HEADINGS =
      List.of(
          "asked",
          "promised",
          "log10ε",
          "false alarms",
          "measured",
          "95 % interval",
          "found",
          "found, by ROC");

  private Promises() {}

  /** One line. */
  static String inWords(OperatingPoint point) {
    String promised = "at most %s false-alarm images".formatted(percent(point.promised()));
    return point.interval() == null
        ? promised
        : "%s, measured %s (95 %% interval %s)"
            .formatted(promised, percent(point.falseAlarmRate()), interval(point));
  }

  static List<String> row(OperatingPoint point) {
    return List.of(
        percent(point.asked()),
        percent(point.promised()),
        Numbers.fixed(point.log10Epsilon(), 2),
        Integer.toString(point.falseAlarmImages()),
        percent(point.falseAlarmRate()),
        point.interval() == null ? Numbers.UNKNOWN : interval(point),
        percent(point.found()),
        percent(point.foundByRoc()));
  }

  private static String interval(OperatingPoint point) {
    return percent(point.interval().low()) + " to " + percent(point.interval().high());
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? Numbers.UNKNOWN : Numbers.fixed(share * 100, 1) + " %";
  }
}
