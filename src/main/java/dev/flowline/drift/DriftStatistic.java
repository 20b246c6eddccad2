package dev.flowline.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** One statistic of good parts against the calibration's, with several bets on how it changes. */
final class DriftStatistic {
  /** From faint changes to such that bring every part beyond all of the calibration. */
  private static final double[] BOLDNESS = {0.5, 1, 2};

  private static final Comparator<Value> ORDER =
      Comparator.comparingDouble(Value::value).thenComparingDouble(Value::lot);

  private final Value[] reference; // ascending
  private final Random lots = new Random(0);
  private final List<ConformalMartingale> bets = new ArrayList<>();

  /**
   * @param lot which of two equal values is the larger one: without it ranks of values that may be
   *     equal would depend on each other
   */
  private record Value(double value, double lot) {}

  DriftStatistic(double[] calibration) {
    reference =
        Arrays.stream(calibration).mapToObj(this::drawn).sorted(ORDER).toArray(Value[]::new);
    for (Drift.Direction direction : Drift.Direction.values()) {
      for (double boldness : BOLDNESS) {
        bets.add(new ConformalMartingale(direction, reference.length, boldness));
      }
    }
  }

  private Value drawn(double value) {
    return new Value(value + 0.0, lots.nextDouble()); // −0 is 0
  }

  /** How many of the calibration's values lie below one; of equal ones, by lot. */
  int place(double value) {
    int found = Arrays.binarySearch(reference, drawn(value), ORDER);
    return Math.max(found, -1 - found); // the second, but for two equal lots
  }

  void take(double value) {
    int place = place(value);
    bets.forEach(bet -> bet.take(place, value));
  }

  /**
   * The mean R of all bets, which are on the same ranks: what {@link ConformalMartingale} says
   * holds of it.
   */
  double winnings() {
    return bets.stream().mapToDouble(ConformalMartingale::winnings).average().orElseThrow();
  }

  /** That has won most. */
  ConformalMartingale best() {
    return bets.stream()
        .max(Comparator.comparingDouble(ConformalMartingale::winnings))
        .orElseThrow();
  }

  /** Of the calibration. */
  double mean() {
    return Arrays.stream(reference).mapToDouble(Value::value).average().orElseThrow();
  }
}
