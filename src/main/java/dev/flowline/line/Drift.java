package dev.flowline.line;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a {@link DriftMonitor} has to tell.
 *
 * @param told whether parts are no longer what they were
 * @param parts good ones seen
 * @param atPart the one of them at which it was told, counted from 1; null while it is not
 * @param statistic the one that has changed most surely
 * @param direction where to
 * @param atCalibration its mean then
 * @param now its mean since, until it was told
 * @param evidence 1 and more tells; what a single false alarm in so many parts would need
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Drift(
    boolean told,
    long parts,
    Long atPart,
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
    return new Drift(told, seen, atPart, statistic, direction, atCalibration, now, evidence);
  }
}
