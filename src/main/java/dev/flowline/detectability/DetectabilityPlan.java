package dev.flowline.detectability;

import dev.flowline.acceptance.SampleSizePlan;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The plan of a study with real defects: how many it takes.
 *
 * @param leastPerCurve fewest defects for a curve of hits and misses, by MIL-HDBK-1823A
 * @param atOneSize how many of one size show that 90 % are found with 95 % confidence, by the
 *     number that may be missed
 */
public record DetectabilityPlan(int leastPerCurve, SampleSizePlan atOneSize) {
  private static final int ROWS = 3;

  /** Returns the plan. */
  public static DetectabilityPlan usual() {
    return new DetectabilityPlan(
        PodCurve.LEAST_TRIALS,
        SampleSizePlan.of("the miss rate", 1 - PodCurve.POD, PodCurve.CONFIDENCE));
  }

  /** Returns the plan in lines. */
  public List<String> inWords() {
    String rows =
        atOneSize.rows().stream()
            .limit(ROWS)
            .map(
                row ->
                    "%s with %s missed"
                        .formatted(row.parts(), row.wrong() == 0 ? "none" : row.wrong()))
            .collect(Collectors.joining(", "));
    return List.of(
        "a curve (a90/95): at least %s defects per kind and contrast, of sizes from those mostly missed to those mostly found (MIL-HDBK-1823A)"
            .formatted(leastPerCurve),
        "90 % at one size, with 95 % confidence: " + rows);
  }
}
