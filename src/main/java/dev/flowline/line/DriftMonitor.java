package dev.flowline.line;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Tells when good parts are no longer what they were at the calibration: a lamp that fades, a lens
 * that soils. It looks at {@link LatentStatistics}, each upwards and downwards.
 *
 * <p>Nothing is supposed of how they are distributed. While nothing has changed, the parts are
 * exchangeable with the calibration's: the rank of a new part's statistic among all before it and
 * itself is uniform and independent of the ranks before (sequential ranks; Vovk, Gammerman, Shafer
 * 2005). On a rank r of t a bet is made that pays in proportion to (1 − (r − ½)/t)^−½, or to ((r −
 * ½)/t)^−½ for downwards, scaled such that it pays 1 on average over the ranks. Winnings accumulate
 * as R ← (1 + R)·payoff (Shiryaev, Roberts). While nothing has changed, R − t is a martingale, and
 * so is the mean of the R of all bets: that the mean reaches A takes at least A parts on average
 * (optional stopping; Pollak 1987). That is the false-alarm rate stated: at most one in A parts.
 *
 * <p>Equal values share the mean of the payoffs of the ranks that they take up, which leaves the
 * average at 1. Parts that came later are among what the next is compared with; what drifts slowly
 * stays ahead of their mean.
 */
public final class DriftMonitor {
  /** Parts that are kept to compare with; more change ranks by less than one in so many. */
  private static final int MOST_KEPT = 20_000;

  private final List<String> names;
  private final double averageRunLength;
  private final double[] means; // of the calibration, by statistic
  private final List<List<Double>> kept = new ArrayList<>(); // by statistic, ascending
  private final double[][] evidence; // R by statistic; upwards, downwards
  private final double[] sums; // of the parts, by statistic
  private long parts;
  private Drift told; // null while there is nothing to tell

  /**
   * @param names of the statistics
   * @param reference of parts of the calibration, at least two
   * @param averageRunLength A, parts between two false alarms on average, at least; above 1
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
    this.averageRunLength = averageRunLength;
    means = new double[names.size()];
    sums = new double[names.size()];
    evidence = new double[names.size()][2];
    for (int s = 0; s < names.size(); s++) {
      List<Double> values = new ArrayList<>();
      for (List<Double> row : reference) {
        requireRow(row);
        values.add(row.get(s));
      }
      Collections.sort(values);
      means[s] = values.stream().mapToDouble(v -> v).average().orElseThrow();
      kept.add(values);
    }
  }

  private void requireRow(List<Double> row) {
    if (row.size() != names.size() || row.stream().anyMatch(v -> !Double.isFinite(v))) {
      throw new IllegalArgumentException(
          "statistics must be %d finite numbers, got %s".formatted(names.size(), row));
    }
  }

  /** Takes the statistics of a part that was judged good. */
  public Drift add(List<Double> statistics) {
    requireRow(statistics);
    parts++;
    double stakes = Rank.stakes(kept.get(0).size() + 1);
    double sum = 0;
    for (int s = 0; s < names.size(); s++) {
      double value = statistics.get(s);
      sums[s] += value;
      Rank rank = Rank.of(value, kept.get(s));
      for (int direction = 0; direction < 2; direction++) {
        evidence[s][direction] = (1 + evidence[s][direction]) * rank.payoff(direction == 1, stakes);
        sum += evidence[s][direction];
      }
      if (kept.get(s).size() < MOST_KEPT) {
        kept.get(s).add(rank.below(), value);
      }
    }
    double share = sum / (2 * names.size()) / averageRunLength;
    Drift now = state(share);
    if (told == null && share >= 1) {
      told = now;
    }
    return state();
  }

  /** What there is to tell; once told, what it was when it was told. */
  public Drift state() {
    return told != null ? told.after(parts) : state(shareNow());
  }

  private double shareNow() {
    double sum = Arrays.stream(evidence).flatMapToDouble(Arrays::stream).sum();
    return sum / (2 * names.size()) / averageRunLength;
  }

  private Drift state(double share) {
    int statistic = 0;
    boolean lower = false;
    for (int s = 0; s < names.size(); s++) {
      for (int direction = 0; direction < 2; direction++) {
        if (evidence[s][direction] > evidence[statistic][lower ? 1 : 0]) {
          statistic = s;
          lower = direction == 1;
        }
      }
    }
    return new Drift(
        share >= 1,
        parts,
        share >= 1 ? parts : null,
        names.get(statistic),
        lower ? Drift.Direction.LOWER : Drift.Direction.HIGHER,
        means[statistic],
        parts == 0 ? means[statistic] : sums[statistic] / parts,
        share);
  }

  /** Begins anew, against the calibration alone. */
  public DriftMonitor anew(List<List<Double>> reference) {
    return new DriftMonitor(names, reference, averageRunLength);
  }

  /**
   * Where a value stands among others and itself.
   *
   * @param below how many are smaller
   * @param ties how many are equal, itself included
   * @param of how many there are, itself included
   */
  record Rank(int below, int ties, int of) {
    static Rank of(double value, List<Double> sorted) {
      int from = first(sorted, value, false);
      int to = first(sorted, value, true);
      return new Rank(from, to - from + 1, sorted.size() + 1);
    }

    /** The first that is not smaller, or the first that is larger. */
    private static int first(List<Double> sorted, double value, boolean larger) {
      int low = 0;
      int high = sorted.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        double at = sorted.get(middle);
        if (larger ? at <= value : at < value) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    /**
     * What a bet on high ranks, or on low ones, pays: 1 on average over all ranks.
     *
     * @param stakes of all ranks
     */
    double payoff(boolean low, double stakes) {
      int begin = low ? below : of - below - ties; // ranks counted from the side that is bet on
      double mine = 0;
      for (int r = begin; r < begin + ties; r++) {
        mine += stake(r, of);
      }
      return mine / ties * of / stakes;
    }

    private static double stake(int rank, int of) {
      return 1 / Math.sqrt((rank + 0.5) / of);
    }

    static double stakes(int of) {
      double total = 0;
      for (int r = 0; r < of; r++) {
        total += stake(r, of);
      }
      return total;
    }
  }
}
