package dev.flowline.drift;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The state of a {@link DriftMonitor}.
 *
 * @param detected whether parts are no longer what they were
 * @param parts good ones seen
 * @param detectedAtPart the part at which it was detected, counted from 1; null while it is not
 * @param changeAtPart the part with which the change most likely began; null while it is not
 *     detected
 * @param statistic the one that has changed most surely
 * @param direction of its change
 * @param meanAtCalibration its mean over the calibration
 * @param meanSinceChange its mean over the parts from where a change of it most likely began
 * @param evidence of that statistic, as a share of what it takes: drift is detected at 1
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Drift(
    boolean detected,
    long parts,
    Long detectedAtPart,
    Long changeAtPart,
    String statistic,
    Direction direction,
    double meanAtCalibration,
    double meanSinceChange,
    double evidence) {
  /** The direction of a change. */
  public enum Direction {
    HIGHER,
    LOWER
  }

  Drift after(long seen) {
    return new Drift(
        detected,
        seen,
        detectedAtPart,
        changeAtPart,
        statistic,
        direction,
        meanAtCalibration,
        meanSinceChange,
        evidence);
  }
}
