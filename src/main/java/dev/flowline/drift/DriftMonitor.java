package dev.flowline.drift;

import java.util.ArrayList;
import java.util.List;

/**
 * A monitor that detects drift: good parts are no longer what they were at the calibration, since a
 * lamp fades or a lens soils. It watches statistics of the latents, each upwards and downwards, by
 * {@linkplain ConformalEDetector e-values} of ranks. This conformal test (Vovk, Gammerman, Shafer
 * 2005) assumes only that parts are exchangeable with the calibration images while nothing has
 * changed, whatever their distribution. Any number of threads may add parts; a line has one
 * monitor.
 *
 * <p>It detects drift when the evidence R of one of d statistics reaches d(2A − 1). Since R − t is
 * a martingale, one statistic reaches it within t parts with a probability of at most t/(d(2A −
 * 1)), and any of them, however they depend on each other, with at most t/(2A − 1). So a false
 * alarm takes at least A parts on average: the sum of 1 − t/(2A − 1) over t from 0 is at least A.
 * (The mean of the evidence would have a bound without the factor 2 if all R − t were martingales
 * of one filtration. They are not: the past ranks of two statistics together inform about their
 * next ranks; Choe, Ramdas 2024.)
 *
 * <p>It needs memory for the calibration only, however many parts there are.
 */
public final class DriftMonitor {
  private final List<String> names;
  private final List<DriftStatistic> statistics = new ArrayList<>();
  private final double limit; // of the evidence R
  private long parts;
  private Drift detected; // null until drift is detected

  /**
   * Makes a monitor.
   *
   * @param names of the statistics, at least one
   * @param reference statistics of the calibration images, at least two
   * @param averageRunLength A: there are at least so many parts per false alarm on average; above 1
   * @throws IllegalArgumentException if an argument is not of that form
   */
  public DriftMonitor(List<String> names, List<List<Double>> reference, double averageRunLength) {
    if (reference.size() < 2) {
      throw new IllegalArgumentException(
          "reference must have at least 2 calibration images, got " + reference.size());
    }
    if (!(averageRunLength > 1) || Double.isInfinite(averageRunLength)) {
      throw new IllegalArgumentException(
          "averageRunLength must be above 1 and finite, got " + averageRunLength);
    }
    this.names = List.copyOf(names);
    reference.forEach(this::requireRow);
    limit = names.size() * (2 * averageRunLength - 1);
    for (int s = 0; s < names.size(); s++) {
      int column = s;
      statistics.add(
          new DriftStatistic(reference.stream().mapToDouble(row -> row.get(column)).toArray()));
    }
  }

  private void requireRow(List<Double> row) {
    if (row.size() != names.size() || row.stream().anyMatch(v -> !Double.isFinite(v))) {
      throw new IllegalArgumentException(
          "statistics must be %s finite numbers, got %s".formatted(names.size(), row));
    }
  }

  /**
   * Adds the statistics of a part that was judged good, and returns the new state.
   *
   * @throws IllegalArgumentException if they are not as many finite numbers as there are names
   */
  public synchronized Drift add(List<Double> row) {
    requireRow(row);
    parts++;
    if (detected == null) {
      for (int s = 0; s < names.size(); s++) {
        statistics.get(s).take(row.get(s));
      }
      Drift now = now();
      detected = now.detected() ? now : null;
    }
    return state();
  }

  /** Returns the state; once drift is detected, the state of that moment. */
  public synchronized Drift state() {
    return detected != null ? detected.after(parts) : now();
  }

  private Drift now() {
    int most = 0;
    for (int s = 1; s < names.size(); s++) {
      if (statistics.get(s).shiryaevRoberts() > statistics.get(most).shiryaevRoberts()) {
        most = s;
      }
    }
    DriftStatistic statistic = statistics.get(most);
    ConformalEDetector strongest = statistic.strongest();
    double evidence = statistic.shiryaevRoberts() / limit;
    boolean detects = evidence >= 1;
    return new Drift(
        detects,
        parts,
        detects ? parts : null,
        detects ? strongest.since() : null,
        names.get(most),
        strongest.direction(),
        statistic.mean(),
        parts == 0 ? statistic.mean() : strongest.meanSince(),
        evidence,
        null);
  }
}
