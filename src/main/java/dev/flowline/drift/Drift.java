package dev.flowline.drift;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The state of a {@link DriftMonitor}.
 *
 * @param detected whether good parts have changed since the calibration
 * @param parts number of good parts seen
 * @param detectedAtPart the part at which drift was detected, counted from 1; null while it is not
 * @param changeAtPart the part with which the change most likely began; null while it is not
 *     detected
 * @param statistic the statistic with the strongest evidence of a change
 * @param direction of its change
 * @param meanAtCalibration its mean over the images of the calibration
 * @param meanSinceChange its mean over the parts since its change most likely began
 * @param evidence of its change, as a share of the limit: drift is detected at 1
 * @param watched what the statistics are of; null if it is not said, as in records of older
 *     versions
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
    double evidence,
    Watched watched) {
  /** The direction of a change. */
  public enum Direction {
    HIGHER,
    LOWER
  }

  /** What is watched. */
  public enum Watched {
    /** Statistics of the latents of the model. */
    LATENTS,
    /** Statistics of the model's input alone, which do not depend on what it has learned. */
    INPUT
  }

  /** Returns the same state, of statistics of what is watched. */
  public Drift of(Watched what) {
    return new Drift(
        detected,
        parts,
        detectedAtPart,
        changeAtPart,
        statistic,
        direction,
        meanAtCalibration,
        meanSinceChange,
        evidence,
        what);
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
        evidence,
        watched);
  }
}
