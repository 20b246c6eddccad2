package dev.flowline.acceptance;

import dev.flowline.page.Numbers;
import java.util.List;

/** A table of figures with their counts and bounds, an appraiser per row. */
record MeasureTable(List<String> headings, List<Row> rows) {
  /** A row of the table: an appraiser. */
  record Row(String appraiser, List<MeasureCell> cells) {}

  /**
   * A cell of the table.
   *
   * @param below count, then interval, a line each
   * @param light null if the measure has no limits
   */
  record MeasureCell(String value, List<String> below, Light light) {}

  /** Returns the measures of the attribute study. */
  static MeasureTable ofStudy(List<AppraiserResult> appraisers) {
    return new MeasureTable(
        List.of(
            "appraiser",
            "effectiveness",
            "miss rate",
            "false-alarm rate",
            "undecided",
            "kappa to reference",
            "kappa of trials"),
        appraisers.stream()
            .map(
                each ->
                    new Row(
                        each.appraiser(),
                        List.of(
                            share(each.effectiveness(), "parts", each.lights().effectiveness()),
                            share(each.missRate(), "decisions", each.lights().missRate()),
                            share(
                                each.falseAlarmRate(), "decisions", each.lights().falseAlarmRate()),
                            share(each.undecided(), "decisions", null),
                            new MeasureCell(
                                Numbers.fixed(each.kappa(), 2), List.of("Cohen's"), null),
                            kappaOfTrials(each.repeatability()))))
            .toList());
  }

  private static MeasureCell share(Proportion share, String of, Light light) {
    return new MeasureCell(
        ShareText.rate(share),
        List.of(ShareText.count(share) + " " + of, ShareText.interval(share)),
        light);
  }

  private static MeasureCell kappaOfTrials(Repeatability again) {
    if (again == null) {
      return new MeasureCell(Numbers.UNKNOWN, List.of("one trial per part"), null);
    }
    boolean two = again.statistic() == Repeatability.KappaKind.COHEN;
    return new MeasureCell(
        Numbers.fixed(again.kappa(), 2),
        List.of(
            "%s, %s trials".formatted(two ? "Cohen's" : "Fleiss'", again.trials()),
            "same: " + ShareText.count(again.sameDecision())),
        null);
  }

  /** Returns what a line gets, in parts per million. */
  static MeasureTable ofLine(List<AppraiserResult> appraisers) {
    return new MeasureTable(
        List.of(
            "appraiser",
            "escapes, of defective parts",
            "overkill, of good parts",
            "slip",
            "pseudo-rejects",
            "misclassification"),
        appraisers.stream()
            .map(
                each ->
                    new Row(
                        each.appraiser(),
                        List.of(
                            bound(each.escapes()),
                            bound(each.overkill()),
                            perMillion(each.missRate()),
                            perMillion(each.falseAlarmRate()),
                            perMillion(each.misclassified()))))
            .toList());
  }

  private static MeasureCell bound(PartsPerMillion of) {
    return new MeasureCell(
        "≤ " + ShareText.ppm(of.atMost()),
        List.of(
            Numbers.share(of.wrongParts(), of.parts()) + " parts",
            "measured " + ShareText.ppm(of.ppm())),
        null);
  }

  private static MeasureCell perMillion(Proportion share) {
    double million = PartsPerMillion.MILLION;
    return new MeasureCell(
        ShareText.ppm(million * share.rate()),
        List.of(
            ShareText.count(share) + " decisions",
            "%s to %s"
                .formatted(
                    ShareText.ppm(million * share.low()), ShareText.ppm(million * share.high()))),
        null);
  }
}
