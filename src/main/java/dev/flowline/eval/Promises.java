package dev.flowline.eval;

import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.page.Numbers;
import java.util.ArrayList;
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
    Double confidence = point.asked().confidence();
    String promised =
        "at most %s false-alarm images%s"
            .formatted(
                Numbers.percent(point.promised()),
                confidence == null ? "" : " with confidence " + Numbers.brief(confidence));
    return point.interval() == null
        ? promised
        : "%s, measured %s (95 %% interval %s)"
            .formatted(promised, Numbers.percent(point.measured()), interval(point));
  }

  /**
   * The model's own threshold first, then the others.
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
        asked(point.asked()) + note,
        Numbers.percent(point.promised()),
        Numbers.fixed(point.log10Epsilon(), 2),
        Integer.toString(point.falseAlarmImages()),
        Numbers.percent(point.measured()),
        point.interval() == null ? Numbers.UNKNOWN : interval(point),
        Numbers.percent(point.found()),
        Numbers.percent(point.foundByRoc()));
  }

  private static String asked(FalseAlarmRate rate) {
    String average = Numbers.percent(rate.rate());
    return rate.confidence() == null
        ? average
        : average + ", confidence " + Numbers.brief(rate.confidence());
  }

  private static String interval(OperatingPoint point) {
    return Numbers.percent(point.interval().low())
        + " to "
        + Numbers.percent(point.interval().high());
  }
}
