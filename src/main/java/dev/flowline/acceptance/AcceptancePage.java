package dev.flowline.acceptance;

import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import dev.flowline.page.Tile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A self-contained page on an acceptance, which prints as a report of two pages A4. */
public record AcceptancePage(AcceptanceResult result) {
  private static final int WRONG_PARTS_SHOWN = 16;

  /**
   * A cell of the table of measures.
   *
   * @param below count and interval
   * @param light null if the measure has no limits
   */
  record MeasureCell(String value, String below, Light light) {}

  /** A row of the table of measures: an appraiser. */
  record MeasureRow(String appraiser, List<MeasureCell> cells) {}

  /** Returns the page. */
  public String html() {
    return Html.render(page -> JteacceptanceGenerated.render(page, null, this));
  }

  private AppraiserResult first() {
    return result.appraisers().get(0);
  }

  private double confidence() {
    return result.plan().requested().confidence();
  }

  /** Returns the result of the first appraiser in a sentence. */
  String verdict() {
    return "%s is %s by AIAG's limits: effectiveness %s, miss rate %s, false-alarm rate %s."
        .formatted(
            first().appraiser(),
            first().lights().worst().word(),
            PercentText.rate(first().effectiveness()),
            PercentText.rate(first().missRate()),
            PercentText.rate(first().falseAlarmRate()));
  }

  /** Returns the light of the whole. */
  Light light() {
    return first().lights().worst();
  }

  /** Returns the figures that stand out. */
  List<Tile> tiles() {
    return List.of(
        new Tile("defective parts missed", count(first().escapes()), atMost(first().escapes())),
        new Tile(
            "good parts with a false alarm", count(first().overkill()), atMost(first().overkill())),
        new Tile(
            "kappa to the reference",
            Numbers.fixed(first().kappa(), 2),
            "1 is perfect, 0 is chance"),
        new Tile(
            "undecided",
            PercentText.rate(first().undecided()),
            PercentText.count(first().undecided()) + " decisions"));
  }

  private static String count(PartsPerMillion parts) {
    return Numbers.share(parts.count(), parts.of());
  }

  private String atMost(PartsPerMillion parts) {
    return "at most %s at %s confidence"
        .formatted(Numbers.percent(parts.atMost() / 1e6), PercentText.of(confidence()));
  }

  /** Returns the confidence of all bounds. */
  String confidenceText() {
    return PercentText.of(confidence());
  }

  /** Returns the headings of the table of measures. */
  List<String> measureHeadings() {
    return List.of(
        "appraiser",
        "effectiveness",
        "miss rate",
        "false-alarm rate",
        "undecided",
        "kappa to reference",
        "kappa of trials");
  }

  /** Returns the table of measures, an appraiser per row. */
  List<MeasureRow> measures() {
    return result.appraisers().stream()
        .map(
            each ->
                new MeasureRow(
                    each.appraiser(),
                    List.of(
                        cell(each.effectiveness(), "parts", each.lights().effectiveness()),
                        cell(each.missRate(), "decisions", each.lights().missRate()),
                        cell(each.falseAlarmRate(), "decisions", each.lights().falseAlarmRate()),
                        cell(each.undecided(), "decisions", null),
                        new MeasureCell(Numbers.fixed(each.kappa(), 2), "Cohen", null),
                        kappaOfTrials(each.repeatability()))))
        .toList();
  }

  private static MeasureCell cell(Proportion share, String of, Light light) {
    return new MeasureCell(
        PercentText.rate(share),
        "%s %s; %s".formatted(PercentText.count(share), of, PercentText.interval(share)),
        light);
  }

  private static MeasureCell kappaOfTrials(Repeatability again) {
    return again == null
        ? new MeasureCell(Numbers.UNKNOWN, "one trial per part", null)
        : new MeasureCell(
            Numbers.fixed(again.kappa(), 2),
            "%s, %s parts, %s trials"
                .formatted(
                    again.statistic() == Repeatability.KappaKind.COHEN ? "Cohen" : "Fleiss",
                    again.sameDecision().of(),
                    again.trials()),
            null);
  }

  /** Returns the headings of {@link #lineRows}. */
  List<String> lineHeadings() {
    return List.of(
        "appraiser", "indicator", "parts or decisions", "ppm", "interval, ppm", "at most, ppm");
  }

  /** Returns what a line gets, in parts per million. */
  List<List<String>> lineRows() {
    List<List<String>> rows = new ArrayList<>();
    for (AppraiserResult each : result.appraisers()) {
      rows.add(line(each, "escapes, of defective parts", each.escapes()));
      rows.add(line(each, "overkill, of good parts", each.overkill()));
      rows.add(line(each, "slip, of decisions", PartsPerMillion.of(each.missRate())));
      rows.add(
          line(each, "pseudo-rejects, of decisions", PartsPerMillion.of(each.falseAlarmRate())));
      rows.add(
          line(each, "misclassification, of decisions", PartsPerMillion.of(each.misclassified())));
    }
    return rows;
  }

  private static List<String> line(AppraiserResult each, String name, PartsPerMillion parts) {
    return List.of(
        each.appraiser(),
        name,
        count(parts),
        whole(parts.ppm()),
        whole(parts.low()) + " to " + whole(parts.high()),
        whole(parts.atMost()));
  }

  private static String whole(double ppm) {
    return Numbers.fixed(ppm, 0);
  }

  /** Returns whether the requested rates are shown, in a sentence each. */
  List<String> shown() {
    Requested requested = result.plan().requested();
    return List.of(
        shown(
            "miss rate",
            "defective parts",
            first().escapes(),
            requested.missRate(),
            result.plan().defectiveParts()),
        shown(
            "false-alarm rate",
            "good parts",
            first().overkill(),
            requested.falseAlarmRate(),
            result.plan().goodParts()));
  }

  private String shown(
      String name, String kind, PartsPerMillion parts, double rate, SampleSizePlan plan) {
    String bound = Numbers.percent(parts.atMost() / 1e6);
    String facts = "%s wrong %s show a %s of at most %s".formatted(count(parts), kind, name, bound);
    if (parts.shows(rate)) {
      return "%s: the requested %s is shown.".formatted(facts, PercentText.of(rate));
    }
    int wrong = parts.count();
    return plan.rows().size() <= wrong
        ? "%s, and not the requested %s.".formatted(facts, PercentText.of(rate))
        : "%s, and not the requested %s, which %s %s with %s wrong would show."
            .formatted(facts, PercentText.of(rate), plan.rows().get(wrong).parts(), kind, wrong);
  }

  /** Returns the headings of {@link #wrongRows}. */
  List<String> wrongHeadings() {
    return List.of("part", "appraiser", "reference", "decisions");
  }

  /** Returns the first parts that were not decided right in every trial. */
  List<List<String>> wrongRows() {
    List<List<String>> rows = allWrongRows();
    return rows.subList(0, Math.min(rows.size(), WRONG_PARTS_SHOWN));
  }

  /** Returns how many rows are left out; 0 for none. */
  int moreWrongRows() {
    return Math.max(0, allWrongRows().size() - WRONG_PARTS_SHOWN);
  }

  private List<List<String>> allWrongRows() {
    List<List<String>> rows = new ArrayList<>();
    for (AppraiserResult each : result.appraisers()) {
      for (AppraiserResult.WrongPart part : each.wrongParts()) {
        rows.add(
            List.of(
                part.part(),
                each.appraiser(),
                part.defective() ? "defect" : "good",
                counted(part.decisions())));
      }
    }
    return rows;
  }

  /** Returns "2 good, 1 defect". */
  private static String counted(List<Decision> decisions) {
    Map<Decision, Long> counts =
        decisions.stream()
            .collect(Collectors.groupingBy(each -> each, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(each -> each.getValue() + " " + each.getKey().name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  /** Returns the headings of {@link #pairRows}. */
  List<String> pairHeadings() {
    return List.of("appraisers", "decisions", "kappa (Cohen)");
  }

  /** Returns the agreement of any two appraisers; none if there is one only. */
  List<List<String>> pairRows() {
    return result.between() == null
        ? List.of()
        : result.between().pairs().stream()
            .map(
                pair ->
                    List.of(
                        pair.first() + " and " + pair.second(),
                        Integer.toString(pair.decisions()),
                        Numbers.fixed(pair.kappa(), 2)))
            .toList();
  }

  /** Returns the agreement of all appraisers, in a sentence. */
  String agreement() {
    AppraiserAgreement all = result.between();
    return "All appraisers made the same decision in every trial about %s parts (%s), and the right one about %s (%s). Fleiss' kappa of all their decisions is %s."
        .formatted(
            PercentText.count(all.sameDecision()),
            PercentText.interval(all.sameDecision()),
            PercentText.count(all.effectiveness()),
            PercentText.interval(all.effectiveness()),
            Numbers.fixed(all.kappa(), 2));
  }
}
