package dev.flowline.acceptance;

import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import dev.flowline.page.Tile;
import java.util.List;

/** A self-contained page on an acceptance, which prints as a report of two pages A4. */
public record AcceptancePage(AcceptanceResult result) {
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

  /** Returns the measures of the attribute study. */
  MeasureTable measures() {
    return MeasureTable.ofStudy(result.appraisers());
  }

  /** Returns what a line gets, in parts per million. */
  MeasureTable indicators() {
    return MeasureTable.ofLine(result.appraisers());
  }

  /** Returns the parts that were not always decided right. */
  WrongPartTable wrongParts() {
    return WrongPartTable.of(result.appraisers());
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
    if (all.sameDecision() == null) {
      return "There is no part that all appraisers decided about.";
    }
    return "All appraisers made the same decision in every trial about %s parts (%s), and the right one about %s (%s). Fleiss' kappa of all their decisions is %s."
        .formatted(
            ShareText.count(all.sameDecision()),
            ShareText.interval(all.sameDecision()),
            ShareText.count(all.effectiveness()),
            ShareText.interval(all.effectiveness()),
            Numbers.fixed(all.kappa(), 2));
  }
}
