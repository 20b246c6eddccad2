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
    String promised = "at most %s false-alarm images".formatted(Numbers.percent(point.promised()));
    return point.interval() == null
        ? promised
        : "%s, measured %s (95 %% interval %s)"
            .formatted(promised, Numbers.percent(point.falseAlarmRate()), interval(point));
  }

  static List<String> row(OperatingPoint point) {
    return List.of(
        Numbers.percent(point.asked()),
        Numbers.percent(point.promised()),
        Numbers.fixed(point.log10Epsilon(), 2),
        Integer.toString(point.falseAlarmImages()),
        Numbers.percent(point.falseAlarmRate()),
        point.interval() == null ? Numbers.UNKNOWN : interval(point),
        Numbers.percent(point.found()),
        Numbers.percent(point.foundByRoc()));
  }

  private static String interval(OperatingPoint point) {
    return Numbers.percent(point.interval().low())
        + " to "
        + Numbers.percent(point.interval().high());
  }
}
