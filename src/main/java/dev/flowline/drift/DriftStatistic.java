package dev.flowline.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** A statistic of good parts, with several detectors of its change since the calibration. */
final class DriftStatistic {
  /** The exponents of the detectors: the small ones are for faint changes, 2 for drastic ones. */
  private static final double[] EXPONENTS = {0.5, 1, 2};

  private static final Comparator<Value> ORDER =
      Comparator.comparingDouble(Value::value).thenComparingDouble(Value::tieBreak);

  private final Value[] reference; // ascending
  private final Random tieBreaks = new Random(0);
  private final List<ConformalEDetector> detectors = new ArrayList<>();

  /**
   * A value of the statistic.
   *
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

  /** Returns how many values of the calibration are below one; equal values count at random. */
  int rank(double value) {
    int found = Arrays.binarySearch(reference, drawn(value), ORDER);
    return Math.max(found, -1 - found); // the first only if two tie-breaks are equal
  }

  void take(double value) {
    int rank = rank(value);
    detectors.forEach(detector -> detector.take(rank, value));
  }

  /**
   * Returns the mean R of all detectors. They use the same ranks, so that the mean R − t is a
   * martingale, too.
   */
  double shiryaevRoberts() {
    return detectors.stream()
        .mapToDouble(ConformalEDetector::shiryaevRoberts)
        .average()
        .orElseThrow();
  }

  /** Returns the detector with the most evidence. */
  ConformalEDetector strongest() {
    return detectors.stream()
        .max(Comparator.comparingDouble(ConformalEDetector::shiryaevRoberts))
        .orElseThrow();
  }

  /** Returns the mean of the values of the calibration. */
  double mean() {
    return Arrays.stream(reference).mapToDouble(Value::value).average().orElseThrow();
  }
}
