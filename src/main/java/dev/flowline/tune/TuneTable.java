package dev.flowline.tune;

import dev.flowline.page.Numbers;
import dev.flowline.page.TextTable;
import java.util.ArrayList;
import java.util.List;

/** The tables of a tuning, for a terminal and for the page. */
public record TuneTable(TuneResult result) {
  /** How the words on a failure begin. */
  static final String FAILED = "failed: ";

  /** Returns the headings of the table of candidates. */
  List<String> headings() {
    return List.of(
        "recipe",
        "p99, ms",
        "median, ms",
        "engine, threads",
        result.madeUpDefects() > 0 ? "made-up found" : "found",
        "false alarms",
        "guaranteed",
        "AUROC",
        "epochs",
        "seconds");
  }

  /** Returns the figures of a candidate, without its name. */
  List<String> figures(TuneRow row) {
    CandidateLatency latency = row.latency();
    TuneTrial trial = row.hasResult() ? row.trial() : null;
    return List.of(
        Numbers.fixed(row.p99(), 1) + mark(row, !Double.isNaN(row.p99())),
        latency == null || latency.p50Millis() == null
            ? Numbers.UNKNOWN
            : Numbers.fixed(latency.p50Millis(), 1) + mark(row, Double.isNaN(row.p99())),
        latency == null || latency.fastest() == null
            ? Numbers.UNKNOWN
            : "%s, %s".formatted(latency.fastest().engine(), latency.fastest().threads()),
        trial == null ? Numbers.UNKNOWN : Numbers.share(trial.foundImages(), trial.defectImages()),
        trial == null || Double.isNaN(trial.falseAlarms())
            ? Numbers.UNKNOWN
            : Numbers.share(
                (int) Math.round(trial.falseAlarms() * trial.goodImages()), trial.goodImages()),
        trial == null ? Numbers.UNKNOWN : Numbers.percent(trial.guaranteed()),
        trial == null ? Numbers.UNKNOWN : Numbers.fixed(trial.nfaImageAuroc(), 3),
        trial == null ? Numbers.UNKNOWN : trial.epochs() == null ? "fitted" : "" + trial.epochs(),
        trial == null ? Numbers.UNKNOWN : Numbers.fixed(trial.seconds(), 0));
  }

  /** Returns what a reader must know of a latency, behind its p99 or else its median. */
  private static String mark(TuneRow row, boolean here) {
    String mark = here && row.latency() != null ? row.latency().mark() : "";
    return mark.isEmpty() ? "" : " (" + mark + ")";
  }

  /** Returns why a candidate has no result, or none of more epochs; empty if nothing is missing. */
  static String missing(TuneRow row) {
    if (row.trial() != null && row.trial().isFailed()) {
      return FAILED + row.trial().failure();
    }
    if (row.outside() != null) {
      return row.outside();
    }
    return row.trial() == null ? "still to come" : "";
  }

  /** Returns the answer in lines of text, each ended. */
  @Override
  public String toString() {
    List<List<String>> lines = new ArrayList<>();
    List<String> headings = new ArrayList<>(headings());
    headings.add("");
    lines.add(headings);
    for (TuneRow row : result.rows()) {
      List<String> line = new ArrayList<>(List.of(row.label()));
      line.addAll(figures(row));
      line.add(row.pareto() ? "Pareto" : missing(row));
      lines.add(line);
    }
    StringBuilder text = new StringBuilder(TextTable.of(lines, headings.size() - 1));
    result.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
    TuneChoice choice = result.choice();
    if (choice != null) {
      text.append("choice: %s: %s\n".formatted(choice.label(), choice.why()));
      text.append("  ").append(choice.train()).append('\n');
      text.append("  ").append(choice.inspect()).append('\n');
    }
    return text.toString();
  }
}
