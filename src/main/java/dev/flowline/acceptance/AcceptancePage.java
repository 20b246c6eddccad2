package dev.flowline.acceptance;

import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import dev.flowline.page.Tile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A self-contained page on an acceptance, which prints as a report of two pages A4. */
public record AcceptancePage(AcceptanceResult result) {
  private static final int WRONG_PARTS_SHOWN = 18;

  /**
   * A cell of a table of measures.
   *
   * @param below count, then interval, a line each
   * @param light null if the measure has no limits
   */
  record MeasureCell(String value, List<String> below, Light light) {}

  /** A row of a table of measures: an appraiser. */
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
            ShareText.rate(first().effectiveness()),
            ShareText.rate(first().missRate()),
            ShareText.rate(first().falseAlarmRate()));
  }

  /** Returns the light of the whole. */
  Light light() {
    return first().lights().worst();
  }

  /** Returns the figures that stand out. */
  List<Tile> tiles() {
    return List.of(
        tile("defective parts missed", first().escapes()),
        tile("good parts with a false alarm", first().overkill()),
        new Tile(
            "kappa to the reference",
            Numbers.fixed(first().kappa(), 2),
            "1 is perfect, 0 is chance"),
        new Tile(
            "undecided",
            ShareText.rate(first().undecided()),
            ShareText.count(first().undecided()) + " decisions"));
  }

  private Tile tile(String name, PartsPerMillion of) {
    return new Tile(
        name,
        Numbers.share(of.wrongParts(), of.parts()),
        "rate at most %s, at %s confidence".formatted(bound(of), confidenceText()));
  }

  /** Returns the bound as percent. */
  private static String bound(PartsPerMillion of) {
    return Numbers.percent(of.atMost() / PartsPerMillion.MILLION);
  }

  /** Returns the confidence of all bounds. */
  String confidenceText() {
    return ShareText.of(confidence());
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
                        new MeasureCell(Numbers.fixed(each.kappa(), 2), List.of("Cohen's"), null),
                        kappaOfTrials(each.repeatability()))))
        .toList();
  }

  private static MeasureCell cell(Proportion share, String of, Light light) {
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

  /** Returns the headings of {@link #indicators}. */
  List<String> indicatorHeadings() {
    return List.of(
        "appraiser",
        "escapes, of defective parts",
        "overkill, of good parts",
        "slip",
        "pseudo-rejects",
        "misclassification");
  }

  /** Returns what a line gets, in parts per million, an appraiser per row. */
  List<MeasureRow> indicators() {
    return result.appraisers().stream()
        .map(
            each ->
                new MeasureRow(
                    each.appraiser(),
                    List.of(
                        indicator(each.escapes()),
                        indicator(each.overkill()),
                        indicator(each.missRate()),
                        indicator(each.falseAlarmRate()),
                        indicator(each.misclassified()))))
        .toList();
  }

  private static MeasureCell indicator(PartsPerMillion of) {
    return new MeasureCell(
        "≤ " + ShareText.ppm(of.atMost()),
        List.of(
            Numbers.share(of.wrongParts(), of.parts()) + " parts",
            "measured " + ShareText.ppm(of.ppm())),
        null);
  }

  private static MeasureCell indicator(Proportion share) {
    double million = PartsPerMillion.MILLION;
    return new MeasureCell(
        ShareText.ppm(million * share.rate()),
        List.of(
            ShareText.count(share) + " decisions",
            ShareText.ppm(million * share.low()) + " to " + ShareText.ppm(million * share.high())),
        null);
  }

  /** Returns whether the requested rates are shown, in a sentence each. */
  List<String> shown() {
    AcceptancePlan plan = result.plan();
    String often = first().parts().trials() > 1 ? " at least once" : "";
    return List.of(
        shown(
            first().escapes(),
            "defective parts missed" + often,
            "miss rate",
            plan.defectiveParts()),
        shown(
            first().overkill(),
            "good parts with a false alarm" + often,
            "false-alarm rate",
            plan.goodParts()));
  }

  private static String shown(PartsPerMillion of, String wrong, String rate, SampleSizePlan plan) {
    String bound =
        "%s of %s %s: this shows a %s of at most %s"
            .formatted(of.wrongParts(), of.parts(), wrong, rate, bound(of));
    String requested = "the requested " + ShareText.of(plan.rate());
    if (of.shows(plan.rate())) {
      return "%s, and so %s.".formatted(bound, requested);
    }
    return of.wrongParts() >= plan.rows().size()
        ? "%s, not %s.".formatted(bound, requested)
        : "%s, not %s, which takes %s parts with no more wrong ones."
            .formatted(bound, requested, plan.rows().get(of.wrongParts()).parts());
  }

  /** Returns the headings of {@link #wrongRows}. */
  List<String> wrongHeadings() {
    return List.of("part", "reference", "decisions");
  }

  /** Returns the first parts that were not decided right in every trial by everyone. */
  List<List<String>> wrongRows() {
    List<List<String>> rows = allWrongRows();
    return rows.subList(0, Math.min(rows.size(), WRONG_PARTS_SHOWN));
  }

  /** Returns how many rows are left out; 0 for none. */
  int moreWrongRows() {
    return Math.max(0, allWrongRows().size() - WRONG_PARTS_SHOWN);
  }

  private List<List<String>> allWrongRows() {
    Map<String, List<String>> decisions = new LinkedHashMap<>();
    Map<String, Boolean> defective = new LinkedHashMap<>();
    for (AppraiserResult each : result.appraisers()) {
      for (AppraiserResult.WrongPart part : each.wrongParts()) {
        defective.put(part.part(), part.defective());
        decisions
            .computeIfAbsent(part.part(), name -> new ArrayList<>())
            .add(each.appraiser() + ": " + counted(part.decisions()));
      }
    }
    return decisions.entrySet().stream()
        .map(
            part ->
                List.of(
                    part.getKey(),
                    defective.get(part.getKey()) ? "defect" : "good",
                    String.join("; ", part.getValue())))
        .toList();
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
            ShareText.count(all.sameDecision()),
            ShareText.interval(all.sameDecision()),
            ShareText.count(all.effectiveness()),
            ShareText.interval(all.effectiveness()),
            Numbers.fixed(all.kappa(), 2));
  }
}
