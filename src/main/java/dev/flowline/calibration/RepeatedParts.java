package dev.flowline.calibration;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts whose images repeat a measurement, each with the minimum log10NFA of its images.
 *
 * @param statistics of each part, one per image; at least two parts of two images each
 */
public record RepeatedParts(List<List<Double>> statistics) {
  public RepeatedParts {
    statistics = statistics.stream().map(List::copyOf).toList();
    if (statistics.size() < 2 || statistics.stream().anyMatch(part -> part.size() < 2)) {
      throw new IllegalArgumentException(
          "repeatability takes at least two parts of two images each, got %s parts, the smallest of %s"
              .formatted(
                  statistics.size(), statistics.stream().mapToInt(List::size).min().orElse(0)));
    }
  }

  /**
   * Returns the guard band of the repeatability near a threshold: libflowline's {@code
   * flowline_guard_band}, above and below it.
   *
   * @param log10Epsilon the threshold
   * @param confidence in [0.5, 1)
   * @param synthetic whether the images were made from one image of each part
   * @throws IllegalArgumentException with the way out, if all repeats near the threshold have the
   *     same statistic, or one was not inspected
   */
  public CalibratedGuardBand guardBand(double log10Epsilon, double confidence, boolean synthetic) {
    List<Float> values = new ArrayList<>();
    List<Integer> parts = new ArrayList<>();
    for (int part = 0; part < statistics.size(); part++) {
      for (double value : statistics.get(part)) {
        if (!(Math.abs(value) < Float.MAX_VALUE)) {
          throw new IllegalArgumentException(
              "an image of the repeated parts was not inspected, or has no finite statistic: "
                  + value);
        }
        values.add((float) value);
        parts.add(part);
      }
    }
    float[] scores = new float[values.size()];
    int[] partOf = new int[values.size()];
    for (int image = 0; image < scores.length; image++) {
      scores[image] = values.get(image);
      partOf[image] = parts.get(image);
    }
    try (LibFlowline.Repeatability found = new LibFlowline.Repeatability()) {
      FlowlineException.check(
          LibFlowline.flowline_guard_band(
              scores, partOf, scores.length, log10Epsilon, confidence, found));
      return band(found, confidence, synthetic);
    }
  }

  private static CalibratedGuardBand band(
      LibFlowline.Repeatability found, double confidence, boolean synthetic) {
    if (found.guard_band() == 0) {
      throw new IllegalArgumentException(
          "the %s repeated parts nearest to the threshold have one statistic in all their images, so that nothing would be undecided: add parts near the threshold"
              .formatted(found.parts()));
    }
    return new CalibratedGuardBand(
        found.guard_band(),
        found.guard_band(),
        new MeasuredRepeatability(
            (int) found.parts(),
            (int) found.images(),
            found.standard_deviation(),
            found.degrees_of_freedom(),
            confidence,
            found.nearest(),
            synthetic),
        null);
  }
}
