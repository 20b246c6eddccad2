package dev.flowline.drift;

import java.util.ArrayList;
import java.util.List;

/**
 * Detects that good parts are no longer what they were at the calibration: a lamp that fades, a
 * lens that soils. It watches statistics of the latents, each upwards and downwards, by {@linkplain
 * ConformalEDetector e-values} of ranks: a conformal test (Vovk, Gammerman, Shafer 2005), which
 * supposes nothing of how parts are distributed but that they are exchangeable with the calibration
 * while nothing has changed. Any number of threads may hand parts in; a line has one monitor.
 *
 * <p>It detects drift when the evidence R of one of d statistics reaches d(2A − 1). As R − t is a
 * martingale, that happens to a statistic within t parts with a probability of at most t/(d(2A −
 * 1)), and to any of them, however they depend on each other, with at most t/(2A − 1). So a false
 * alarm takes at least A parts on average: the sum of 1 − t/(2A − 1) over t from 0 is at least A.
 * (The mean of the evidence would have a bound without the 2 if all were martingales of one
 * filtration. They are not: how the ranks of two statistics have gone together informs about the
 * next; Choe, Ramdas 2024.)
 *
 * <p>Memory is that of the calibration, however many parts there are.
 */
public final class DriftMonitor {
  private final List<String> names;
  private final List<DriftStatistic> statistics = new ArrayList<>();
  private final double limit; // of the evidence R
  private long parts;
  private Drift detected; // null while nothing is

  /**
   * @param names of the statistics, at least one
   * @param reference of parts of the calibration, at least two
   * @param averageRunLength A, parts per false alarm on average, at least; above 1
   */
  public DriftMonitor(List<String> names, List<List<Double>> reference, double averageRunLength) {
    if (reference.size() < 2) {
      throw new IllegalArgumentException(
          "drift is detected against at least 2 calibration images, got " + reference.size());
    }
    if (!(averageRunLength > 1) || Double.isInfinite(averageRunLength)) {
      throw new IllegalArgumentException(
          "average run length must be above 1 and finite, got " + averageRunLength);
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
          "statistics must be %d finite numbers, got %s".formatted(names.size(), row));
    }
  }

  /** Takes the statistics of a part that was judged good. */
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

  /** The state; once drift is detected, what it was then. */
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
        evidence);
  }
}
