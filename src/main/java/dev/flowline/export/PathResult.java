package dev.flowline.export;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.io.Preprocessing;
import dev.flowline.segmentation.Region;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of one path over images: how far its answers are from those expected.
 *
 * @param path the engine, with its threads and batch
 * @param images how many were judged
 * @param verdictsThatDiffer without those near the threshold
 * @param regionsThatDiffer images of which a region is elsewhere or missing
 * @param nearThreshold images whose log10 NFA is so near to the threshold that rounding may change
 *     the verdict
 * @param largestMapDifference in the anomaly map, absolute up to 1 and relative beyond; null if the
 *     path cannot judge
 * @param largestLog10NfaDifference in log10 NFA, absolute up to 1 and relative beyond; null if the
 *     path cannot judge
 * @param largestLatentDifference in the latent statistics, absolute up to 1 and relative beyond;
 *     null if the path does not report them
 * @param faults what differs by more than it may, and in which image: one sentence each without its
 *     full stop; empty if the path gives the expected answers
 */
public record PathResult(
    String path,
    int images,
    int verdictsThatDiffer,
    int regionsThatDiffer,
    int nearThreshold,
    Double largestMapDifference,
    Double largestLog10NfaDifference,
    Double largestLatentDifference,
    List<String> faults) {
  /** The largest difference of the anomaly map. */
  public static final double MAP_TOLERANCE = 1e-4;

  /** The largest difference of log10 NFA, relative beyond 1. */
  public static final double LOG10_NFA_TOLERANCE = 1e-3;

  /** The largest difference of a latent statistic, relative beyond 1. */
  public static final double LATENT_TOLERANCE = 1e-3;

  public PathResult {
    faults = List.copyOf(faults);
  }

  /** Returns whether the path gives the expected answers. */
  @JsonProperty("passed")
  public boolean passed() {
    return faults.isEmpty();
  }

  /** Returns whether the path could judge the images. */
  public boolean hasJudged() {
    return largestMapDifference != null;
  }

  /**
   * Returns the result of a path that cannot judge the images.
   *
   * @param why one sentence without its full stop
   */
  static PathResult failed(String path, int images, String why) {
    return new PathResult(path, images, images, images, 0, null, null, null, List.of(why));
  }

  /**
   * Returns this result with more faults, which come first.
   *
   * @param more one sentence each without its full stop
   */
  PathResult withFaults(List<String> more) {
    List<String> all = new ArrayList<>(more);
    all.addAll(faults);
    return new PathResult(
        path,
        images,
        verdictsThatDiffer,
        regionsThatDiffer,
        nearThreshold,
        largestMapDifference,
        largestLog10NfaDifference,
        largestLatentDifference,
        all);
  }

  /**
   * Compares answers.
   *
   * @param input of the model: the edge of a region may move by one pixel of its map
   * @param thresholds that log10 NFA is compared with: log10 epsilon, and the ends of a guard band
   */
  static PathResult of(
      String path,
      List<ExpectedAnswer> expected,
      List<GoldenAnswer> actual,
      Preprocessing input,
      List<Double> thresholds) {
    List<String> faults = new ArrayList<>();
    int verdicts = 0;
    int regions = 0;
    int near = 0;
    LargestDifference map = new LargestDifference("the anomaly map", MAP_TOLERANCE);
    LargestDifference nfa = new LargestDifference("log10NFA", LOG10_NFA_TOLERANCE);
    LargestDifference latent = new LargestDifference("a latent statistic", LATENT_TOLERANCE);
    for (int i = 0; i < expected.size(); i++) {
      String image = expected.get(i).name();
      int slack = expected.get(i).mapPixel(input);
      GoldenAnswer wanted = expected.get(i).answer();
      GoldenAnswer given = actual.get(i);
      boolean isNear = isNear(wanted.log10Nfa(), thresholds);
      near += isNear ? 1 : 0;
      boolean otherVerdict = wanted.verdict() != given.verdict();
      if (otherVerdict && !isNear) {
        verdicts++;
        faults.add(
            "%s is %s, and %s by the model".formatted(image, given.verdict(), wanted.verdict()));
      }
      boolean otherRegions =
          !otherVerdict
              && !(found(wanted, given, thresholds, slack)
                  && found(given, wanted, thresholds, slack));
      if (otherRegions) {
        regions++;
        faults.add(image + " has other regions");
      }
      map.take(image, mapDifference(wanted, given));
      nfa.take(image, difference(given.log10Nfa(), wanted.log10Nfa()));
      if (!given.latentStatistics().isEmpty()) {
        latent.take(image, latentDifference(wanted, given));
      }
    }
    for (LargestDifference number : List.of(map, nfa, latent)) {
      number.fault().ifPresent(faults::add);
    }
    return new PathResult(
        path,
        expected.size(),
        verdicts,
        regions,
        near,
        map.value(),
        nfa.value(),
        latent.isReported() ? latent.value() : null,
        faults);
  }

  private static boolean isNear(double log10Nfa, List<Double> thresholds) {
    return thresholds.stream()
        .anyMatch(threshold -> difference(log10Nfa, threshold) <= LOG10_NFA_TOLERANCE);
  }

  /** Returns whether each region of one answer is in the other, unless it barely is a region. */
  private static boolean found(
      GoldenAnswer of, GoldenAnswer in, List<Double> thresholds, int slack) {
    return of.regions().stream()
        .filter(region -> !isNear(region.log10Nfa(), thresholds))
        .allMatch(region -> in.regions().stream().anyMatch(other -> isSame(region, other, slack)));
  }

  private static boolean isSame(Region a, Region b, int slack) {
    return Math.abs(a.x() - b.x()) <= slack
        && Math.abs(a.y() - b.y()) <= slack
        && Math.abs(a.x() + a.width() - b.x() - b.width()) <= slack
        && Math.abs(a.y() + a.height() - b.y() - b.height()) <= slack;
  }

  private static double mapDifference(GoldenAnswer wanted, GoldenAnswer given) {
    if (wanted.map().length != given.map().length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = difference(given.anomalyScore(), wanted.anomalyScore());
    for (int i = 0; i < wanted.map().length; i++) {
      largest = Math.max(largest, difference(given.map()[i], wanted.map()[i]));
    }
    return largest;
  }

  private static double latentDifference(GoldenAnswer wanted, GoldenAnswer given) {
    if (wanted.latentStatistics().size() != given.latentStatistics().size()) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    for (int i = 0; i < wanted.latentStatistics().size(); i++) {
      double difference =
          difference(given.latentStatistics().get(i), wanted.latentStatistics().get(i));
      largest = Math.max(largest, difference);
    }
    return largest;
  }

  /** The difference relative to the second number if that is beyond 1; NaN is infinitely far. */
  private static double difference(double a, double b) {
    if (a == b) {
      return 0;
    }
    double difference = Math.abs(a - b) / Math.max(1, Math.abs(b));
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }
}
