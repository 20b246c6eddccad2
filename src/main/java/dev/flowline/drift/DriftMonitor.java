package dev.flowline.drift;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells when good parts are no longer what they were at the calibration: a lamp that fades, a lens
 * that soils. It looks at statistics of the latents, each upwards and downwards, by {@link
 * ConformalMartingale bets} on ranks: a conformal test (Vovk, Gammerman, Shafer 2005), which
 * supposes nothing of how parts are distributed but that they are exchangeable with the calibration
 * while nothing has changed.
 *
 * <p>It tells when the winnings R of one of d statistics reach d(2A − 1). As R − t is a martingale,
 * that happens to a statistic within t parts with a probability of at most t/(d(2A − 1)), and to
 * any of them, however they depend on each other, with at most t/(2A − 1). So a false alarm takes
 * at least A parts on average: the sum of 1 − t/(2A − 1) over t from 0 is at least A. (The mean of
 * the winnings would have a bound without the 2 if all were martingales of one filtration. They are
 * not: how the ranks of two statistics have gone together tells of the next; Choe, Ramdas 2024.)
 *
 * <p>Memory is that of the calibration, however many parts there are.
 */
public final class DriftMonitor {
  private final List<String> names;
  private final List<DriftStatistic> statistics = new ArrayList<>();
  private final double limit; // of the winnings
  private long parts;
  private Drift told; // null while there is nothing to tell

  /**
   * @param names of the statistics, at least one
   * @param reference of parts of the calibration, at least two
   * @param averageRunLength A, parts until a false alarm on average, at least; above 1
   */
  public DriftMonitor(List<String> names, List<List<Double>> reference, double averageRunLength) {
    if (reference.size() < 2) {
      throw new IllegalArgumentException(
          "drift is told against at least 2 calibration images, got " + reference.size());
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
  public Drift add(List<Double> row) {
    requireRow(row);
    parts++;
    if (told == null) {
      for (int s = 0; s < names.size(); s++) {
        statistics.get(s).take(row.get(s));
      }
      Drift now = now();
      told = now.told() ? now : null;
    }
    return state();
  }

  /** What there is to tell; once told, what it was when it was told. */
  public Drift state() {
    return told != null ? told.after(parts) : now();
  }

  private Drift now() {
    int most = 0;
    for (int s = 1; s < names.size(); s++) {
      if (statistics.get(s).winnings() > statistics.get(most).winnings()) {
        most = s;
      }
    }
    DriftStatistic statistic = statistics.get(most);
    ConformalMartingale best = statistic.best();
    double evidence = statistic.winnings() / limit;
    boolean tell = evidence >= 1;
    return new Drift(
        tell,
        parts,
        tell ? parts : null,
        tell ? best.since() : null,
        names.get(most),
        best.direction(),
        statistic.mean(),
        parts == 0 ? statistic.mean() : best.meanSince(),
        evidence);
  }
}
