package dev.flowline.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * The times of one setting.
 *
 * @param setting how images were inspected
 * @param stages percentiles by stage; empty if an image has no time of its own
 * @param imagesPerSecond over all rounds
 * @param cpuMillisPerImage CPU time of the whole process; null if the system does not say it
 * @param relativeRate images per second relative to the first row, round by round; null for the
 *     first row, and of rows that a deadline has cut short
 * @param rounds in the order in which they were taken
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BenchRow(
    BenchSetting setting,
    Map<TimedStage, Percentiles> stages,
    double imagesPerSecond,
    Double cpuMillisPerImage,
    RatioInterval relativeRate,
    List<BenchRound> rounds) {
  public BenchRow {
    if (setting == null || rounds == null || rounds.isEmpty()) {
      throw new IllegalArgumentException("a row must have a setting and rounds");
    }
    stages = stages == null ? Map.of() : stages;
    rounds = List.copyOf(rounds);
  }

  /**
   * Returns a row.
   *
   * @param first the rounds of the first row; null for the first row itself. A ratio to them takes
   *     as many rounds, at least two
   */
  static BenchRow of(
      BenchSetting setting, StageTimes times, List<BenchRound> rounds, List<BenchRound> first) {
    double images = rounds.stream().mapToInt(BenchRound::images).sum();
    double seconds = rounds.stream().mapToDouble(BenchRound::seconds).sum();
    boolean known = rounds.stream().allMatch(round -> round.cpuSeconds() != null);
    double cpu = known ? rounds.stream().mapToDouble(BenchRound::cpuSeconds).sum() : 0;
    return new BenchRow(
        setting,
        times.percentiles(),
        images / seconds,
        known ? (Double) (1000 * cpu / images) : null,
        first == null || first.size() != rounds.size() || rounds.size() < 2
            ? null
            : RatioInterval.paired(rates(first), rates(rounds)),
        rounds);
  }

  private static double[] rates(List<BenchRound> rounds) {
    return rounds.stream().mapToDouble(BenchRound::rate).toArray();
  }
}
