package dev.flowline.detectability;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.DoubleStream;

/**
 * Real defects beside the made-up ones: does the study speak the truth about them?
 *
 * @param medianContrast to their surroundings; null if none has surroundings
 * @param pod their curve; null if all have one size
 * @param types the same by type of defect
 * @param expectations how many of them each curve of made-up defects expects to be found
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RealDefects(
    int defects,
    int found,
    double medianSize,
    Double medianContrast,
    PodCurve pod,
    List<DefectTypeCount> types,
    List<Expectation> expectations) {
  /** The real defects of one type. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DefectTypeCount(
      String type, int defects, int found, double medianSize, Double medianContrast) {}

  /**
   * The number of real defects that would be found if they were like the made-up ones of their
   * size.
   *
   * @param beyond how many are smaller or larger than all made-up ones, for which the curve is
   *     extrapolated
   */
  public record Expectation(String kind, double contrast, double found, int beyond) {}

  public RealDefects {
    types = List.copyOf(types);
    expectations = List.copyOf(expectations);
  }

  /**
   * Compares real defects with the curves.
   *
   * @param trials at least one
   */
  static RealDefects of(List<RealTrial> trials, List<KindCurve> curves) {
    List<DefectTypeCount> types = new ArrayList<>();
    for (String type : new TreeSet<>(trials.stream().map(RealTrial::type).toList())) {
      List<RealTrial> own = trials.stream().filter(trial -> trial.type().equals(type)).toList();
      types.add(new DefectTypeCount(type, own.size(), found(own), size(own), contrast(own)));
    }
    boolean oneSize = trials.stream().mapToDouble(RealTrial::size).distinct().count() < 2;
    return new RealDefects(
        trials.size(),
        found(trials),
        size(trials),
        contrast(trials),
        oneSize ? null : PodCurve.of(trials.stream().map(RealTrial::hitMiss).toList()),
        types,
        curves.stream().map(curve -> expectation(curve, trials)).toList());
  }

  private static Expectation expectation(KindCurve curve, List<RealTrial> trials) {
    PodCurve pod = curve.pod();
    int beyond =
        (int)
            trials.stream()
                .filter(t -> t.size() < pod.smallest() || t.size() > pod.largest())
                .count();
    return new Expectation(
        curve.kind().label(),
        curve.contrast(),
        trials.stream().mapToDouble(trial -> pod.pod(trial.size())).sum(),
        beyond);
  }

  private static int found(List<RealTrial> trials) {
    return (int) trials.stream().filter(RealTrial::found).count();
  }

  private static double size(List<RealTrial> trials) {
    return median(trials.stream().mapToDouble(RealTrial::size));
  }

  /**
   * Returns the median contrast of real defects to their surroundings.
   *
   * @return null if none has any
   */
  public static Double contrast(List<RealTrial> trials) {
    double[] known =
        trials.stream().mapToDouble(RealTrial::contrast).filter(c -> !Double.isNaN(c)).toArray();
    return known.length == 0 ? null : median(Arrays.stream(known));
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
