package dev.flowline.drift;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a {@link DriftMonitor} has to tell.
 *
 * @param told whether parts are no longer what they were
 * @param parts good ones seen
 * @param atPart the one of them at which it was told, counted from 1; null while it is not
 * @param sincePart the one with which the change most likely began; null while it is not told
 * @param statistic the one that has changed most surely
 * @param direction where to
 * @param atCalibration its mean then
 * @param now its mean over the parts from where a change of it most likely began
 * @param evidence of that statistic; 1 and more tells
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Drift(
    boolean told,
    long parts,
    Long atPart,
    Long sincePart,
    String statistic,
    Direction direction,
    double atCalibration,
    double now,
    double evidence) {
  /** Where a statistic goes. */
  public enum Direction {
    HIGHER,
    LOWER
  }

  Drift after(long seen) {
    return new Drift(
        told, seen, atPart, sincePart, statistic, direction, atCalibration, now, evidence);
  }
}
