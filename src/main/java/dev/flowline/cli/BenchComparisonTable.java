package dev.flowline.cli;

import dev.flowline.bench.BenchComparison;
import dev.flowline.bench.BenchDifference;
import java.util.Locale;

/** The table of a comparison of two measurements as text. */
final class BenchComparisonTable {
  private static final String ROW = "%-36s %-18s %10s %10s  %-22s %s%n";

  private BenchComparisonTable() {}

  static String of(BenchComparison comparison) {
    StringBuilder text = new StringBuilder();
    String interval = String.format(Locale.ROOT, "ratio (%.1f %%)", 100 * comparison.confidence());
    text.append(
        String.format(
            Locale.ROOT, ROW, "", "measure, ms", "first", "second", interval, "difference"));
    String last = "";
    for (BenchDifference difference : comparison.differences()) {
      String name = difference.setting().inWords();
      text.append(
          String.format(
              Locale.ROOT,
              ROW,
              name.equals(last) ? "" : name,
              difference.measure(),
              number(difference.first()),
              number(difference.second()),
              String.format(
                  Locale.ROOT,
                  "%.3f (%.3f to %.3f)",
                  difference.interval().ratio(),
                  difference.interval().low(),
                  difference.interval().high()),
              difference.real() ? "real" : comparison.tooBusy() ? "unknown" : "none shown"));
      last = name;
    }
    comparison
        .onlyInOne()
        .forEach(row -> text.append("in one of both only: ").append(row).append('\n'));
    return text.append(basis(comparison)).append(System.lineSeparator()).toString();
  }

  /** Returns what the comparison rests on, in sentences. */
  private static String basis(BenchComparison comparison) {
    String basis =
        switch (comparison.compared()) {
          case PAIRS_OF_RUNS ->
              "%s pairs of runs that alternated.".formatted(comparison.firstRuns());
          case RUNS ->
              "%s and %s runs, which did not alternate: what changed the machine meanwhile counts as a difference."
                  .formatted(comparison.firstRuns(), comparison.secondRuns());
          case ROUNDS ->
              "Rounds of %s and %s runs: what differs from process to process is not seen. Alternate at least 5 runs of each."
                  .formatted(comparison.firstRuns(), comparison.secondRuns());
        };
    return comparison.tooBusy()
        ? "A run was taken on a machine that was too busy: no difference is called real. " + basis
        : basis;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
  }
}
