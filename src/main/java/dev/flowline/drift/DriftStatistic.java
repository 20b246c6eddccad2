package dev.flowline.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** A statistic of good parts against the calibration's, with several detectors of its change. */
final class DriftStatistic {
  /** From faint changes to such that bring every part beyond all of the calibration. */
  private static final double[] EXPONENTS = {0.5, 1, 2};

  private static final Comparator<Value> ORDER =
      Comparator.comparingDouble(Value::value).thenComparingDouble(Value::tieBreak);

  private final Value[] reference; // ascending
  private final Random tieBreaks = new Random(0);
  private final List<ConformalEDetector> detectors = new ArrayList<>();

  /**
   * @param tieBreak a random number that orders equal values: without it their ranks would depend
   *     on each other
   */
  private record Value(double value, double tieBreak) {}

  DriftStatistic(double[] calibration) {
    reference =
        Arrays.stream(calibration).mapToObj(this::drawn).sorted(ORDER).toArray(Value[]::new);
    for (Drift.Direction direction : Drift.Direction.values()) {
      for (double exponent : EXPONENTS) {
        detectors.add(new ConformalEDetector(direction, reference.length, exponent));
      }
    }
  }

  private Value drawn(double value) {
    return new Value(value + 0.0, tieBreaks.nextDouble()); // −0 is 0
  }

  /** Returns how many of the calibration's values lie below one; equal ones at random. */
  int rank(double value) {
    int found = Arrays.binarySearch(reference, drawn(value), ORDER);
    return Math.max(found, -1 - found); // the second, but for two equal tie-breaks
  }

  void take(double value) {
    int rank = rank(value);
    detectors.forEach(detector -> detector.take(rank, value));
  }

  /**
   * The mean R of all detectors. They are on the same ranks, so that the mean R less t is a
   * martingale, too.
   */
  double shiryaevRoberts() {
    return detectors.stream()
        .mapToDouble(ConformalEDetector::shiryaevRoberts)
        .average()
        .orElseThrow();
  }

  /** The detector with the most evidence. */
  ConformalEDetector strongest() {
    return detectors.stream()
        .max(Comparator.comparingDouble(ConformalEDetector::shiryaevRoberts))
        .orElseThrow();
  }

  /** The mean of the calibration's values. */
  double mean() {
    return Arrays.stream(reference).mapToDouble(Value::value).average().orElseThrow();
  }
}
