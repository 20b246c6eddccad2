package dev.flowline.bench;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The comparison of two measurements: which differences are real. If there are several runs of
 * each, a run is one value, and runs that alternate in time are compared in pairs; otherwise a
 * round is one value. The confidence is Bonferroni's: with 95 % probability no difference is called
 * real by chance.
 *
 * @param firstRuns of the first measurement
 * @param secondRuns of the second one
 * @param compared what is one value
 * @param confidence of each interval
 * @param tooBusy whether a run was taken on a busy machine, so that nothing is called real
 * @param differences of the rows that both have
 * @param onlyInOne rows that one of both lacks, in words
 */
public record BenchComparison(
    int firstRuns,
    int secondRuns,
    Compared compared,
    double confidence,
    boolean tooBusy,
    List<BenchDifference> differences,
    List<String> onlyInOne) {
  private static final double SIGNIFICANCE = 0.05;

  /** What is one value of a comparison. */
  public enum Compared {
    /** A pair of runs, which alternated in time. */
    PAIRS_OF_RUNS,
    RUNS,
    /** A round of a run: what differs from process to process is not seen. */
    ROUNDS
  }

  /**
   * Values of one measure.
   *
   * @param first by run or round
   * @param second by run or round
   */
  private record Values(BenchSetting setting, String measure, double[] first, double[] second) {}

  /**
   * Compares two measurements.
   *
   * @throws IllegalArgumentException if machine, model or images differ, or no row is in both
   */
  public static BenchComparison of(BenchFile first, BenchFile second) {
    first.requireSame(second.runs().get(0), second.file());
    Compared compared = compared(first.runs(), second.runs());
    List<Values> all = new ArrayList<>();
    List<String> onlyInOne = new ArrayList<>();
    List<BenchSetting> inSecond = settings(second.runs());
    for (BenchSetting setting : settings(first.runs())) {
      if (inSecond.remove(setting)) {
        all.addAll(values(setting, rows(first, setting), rows(second, setting), compared));
      } else {
        onlyInOne.add(setting.inWords());
      }
    }
    inSecond.forEach(setting -> onlyInOne.add(setting.inWords()));
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "%s and %s have no row in common".formatted(first.file(), second.file()));
    }
    double confidence = 1 - SIGNIFICANCE / all.size();
    boolean tooBusy = isTooBusy(first.runs()) || isTooBusy(second.runs());
    return new BenchComparison(
        first.runs().size(),
        second.runs().size(),
        compared,
        confidence,
        tooBusy,
        all.stream().map(values -> difference(values, compared, confidence, tooBusy)).toList(),
        onlyInOne);
  }

  private static boolean isTooBusy(List<BenchResult> runs) {
    return runs.stream().anyMatch(BenchResult::tooBusy);
  }

  private static Compared compared(List<BenchResult> first, List<BenchResult> second) {
    if (first.size() < 2 || second.size() < 2) {
      return Compared.ROUNDS;
    }
    return first.size() == second.size() && alternate(first, second)
        ? Compared.PAIRS_OF_RUNS
        : Compared.RUNS;
  }

  /**
   * Returns whether each two runs that follow each other, from the first one on, are one of each.
   */
  private static boolean alternate(List<BenchResult> first, List<BenchResult> second) {
    List<BenchResult> inTime = new ArrayList<>(first);
    inTime.addAll(second);
    inTime.sort(Comparator.comparing(BenchComparison::time));
    for (int i = 0; i < inTime.size(); i += 2) {
      if (first.contains(inTime.get(i)) == first.contains(inTime.get(i + 1))) {
        return false;
      }
    }
    return true;
  }

  private static Instant time(BenchResult run) {
    try {
      return Instant.parse(run.time());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("time must be ISO 8601 in UTC, got " + run.time(), e);
    }
  }

  /** Returns the settings that all runs have. */
  private static List<BenchSetting> settings(List<BenchResult> runs) {
    List<BenchSetting> common = new ArrayList<>();
    runs.get(0).rows().forEach(row -> common.add(row.setting()));
    for (BenchResult run : runs) {
      common.retainAll(run.rows().stream().map(BenchRow::setting).toList());
    }
    return common;
  }

  private static List<BenchRow> rows(BenchFile file, BenchSetting setting) {
    return file.runs().stream()
        .map(run -> run.rows().stream().filter(r -> r.setting().equals(setting)).findFirst())
        .map(row -> row.orElseThrow())
        .toList();
  }

  private static List<Values> values(
      BenchSetting setting, List<BenchRow> first, List<BenchRow> second, Compared compared) {
    List<Values> all = new ArrayList<>();
    for (TimedStage stage : TimedStage.values()) {
      if (known(first, stage) && known(second, stage)) {
        ToDoubleFunction<BenchRound> median = round -> round.medianMillis().get(stage);
        all.add(
            new Values(
                setting,
                stage.toString(),
                ofRounds(first, median, compared),
                ofRounds(second, median, compared)));
      }
    }
    if (compared != Compared.ROUNDS && p99(first) != null && p99(second) != null) {
      all.add(new Values(setting, "total p99", p99(first), p99(second)));
    }
    if (setting.workers() > 1 || setting.batch() > 1) {
      all.add(
          new Values(
              setting,
              "images per second",
              ofRounds(first, BenchRound::rate, compared),
              ofRounds(second, BenchRound::rate, compared)));
    }
    return all;
  }

  private static boolean known(List<BenchRow> rows, TimedStage stage) {
    return rows.stream()
        .flatMap(row -> row.rounds().stream())
        .allMatch(round -> round.medianMillis().getOrDefault(stage, 0.0) > 0);
  }

  private static double[] ofRounds(
      List<BenchRow> rows, ToDoubleFunction<BenchRound> value, Compared compared) {
    if (compared == Compared.ROUNDS) {
      return rows.stream().flatMap(row -> row.rounds().stream()).mapToDouble(value).toArray();
    }
    return rows.stream()
        .mapToDouble(row -> mean(row.rounds().stream().mapToDouble(value).toArray()))
        .toArray();
  }

  /** Returns the 99th percentile of the total by run; null if a run does not know it. */
  private static double[] p99(List<BenchRow> rows) {
    boolean known =
        rows.stream()
            .map(row -> row.stages().get(TimedStage.TOTAL))
            .allMatch(total -> total != null && total.p99() != null);
    return known
        ? rows.stream().mapToDouble(row -> row.stages().get(TimedStage.TOTAL).p99()).toArray()
        : null;
  }

  private static BenchDifference difference(
      Values values, Compared compared, double confidence, boolean tooBusy) {
    RatioInterval interval =
        compared == Compared.PAIRS_OF_RUNS
            ? RatioInterval.paired(values.first, values.second, confidence)
            : RatioInterval.unpaired(values.first, values.second, confidence);
    return new BenchDifference(
        values.setting,
        values.measure,
        mean(values.first),
        mean(values.second),
        interval,
        !tooBusy && interval.excludesOne());
  }

  /** Returns the geometric mean. */
  private static double mean(double[] values) {
    return Math.exp(Arrays.stream(values).map(Math::log).average().orElseThrow());
  }
}
