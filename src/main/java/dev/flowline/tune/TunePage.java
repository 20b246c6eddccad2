package dev.flowline.tune;

import dev.flowline.page.Card;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A page on a tuning, which needs nothing but itself; it links to the reports of the trials. */
public record TunePage(TuneResult result) {
  /**
   * A row of the table.
   *
   * @param number by which the chart names the candidate
   * @param report address of its trial's report; null without one
   * @param missing why there is no result, or none of more epochs; empty if nothing is missing
   * @param chosen whether it is the recipe that would be chosen
   */
  record CandidateRow(
      int number,
      String label,
      boolean pareto,
      boolean chosen,
      String report,
      String missing,
      List<String> figures) {}

  /** Returns the page. */
  public String html() {
    return Html.render(page -> JtetuneGenerated.render(page, null, this));
  }

  /** Returns the title: what was tuned. */
  String title() {
    return result.facts().getOrDefault("category", "tuning");
  }

  /** Returns how far it is, in a sentence. */
  String verdict() {
    long tried = result.rows().stream().filter(TuneRow::hasResult).count();
    return "%s of %s tried for a takt of %s and %s false alarms, in %s of %s."
        .formatted(
            tried,
            Numbers.count(result.rows().size(), "recipe"),
            TuneNotes.millis(result.taktMillis()),
            Numbers.percent(result.requestedRate()),
            TuneNotes.time(result.spentSeconds()),
            TuneNotes.time(result.budgetSeconds()));
  }

  /** Returns the picture; none without a result. */
  List<Card> charts() {
    TuneChart chart = new TuneChart(result);
    return chart.hasPoints() ? List.of(chart.card()) : List.of();
  }

  /** Returns the headings of the figures. */
  List<String> headings() {
    List<String> headings = new TuneTable(result).headings();
    return headings.subList(1, headings.size());
  }

  /** Returns a row for each candidate. */
  List<CandidateRow> candidates() {
    TuneTable table = new TuneTable(result);
    List<CandidateRow> rows = new ArrayList<>();
    for (TuneRow row : result.rows()) {
      rows.add(
          new CandidateRow(
              rows.size() + 1,
              row.label(),
              row.pareto(),
              result.choice() != null && result.choice().label().equals(row.label()),
              row.hasResult() ? address(row.trial().report()) : null,
              TuneTable.missing(row),
              table.figures(row)));
    }
    return rows;
  }

  private static String address(String report) {
    StringBuilder address = new StringBuilder();
    for (String segment : report.split("/")) {
      address.append(address.isEmpty() ? "" : "/").append(Html.pathSegment(segment));
    }
    return address.toString();
  }

  /** Returns a row for each way to inspect that was measured. */
  List<List<String>> latencies() {
    List<List<String>> rows = new ArrayList<>();
    for (TuneRow row : result.rows()) {
      if (row.latency() != null) {
        for (CandidateLatency.SettingTime time : row.latency().settings()) {
          rows.add(
              List.of(
                  row.label(),
                  time.setting().inWords(),
                  time.p50Millis() == null ? Numbers.UNKNOWN : Numbers.fixed(time.p50Millis(), 1),
                  Numbers.fixed(time.imagesPerSecond(), 1)));
        }
      }
    }
    return rows;
  }

  /** Returns the facts, by name. */
  Map<String, String> facts() {
    return result.facts();
  }
}
