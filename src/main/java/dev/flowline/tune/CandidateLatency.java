package dev.flowline.tune;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.bench.BenchSetting;
import java.util.List;

/**
 * The latency of a candidate with random weights, from the decoded image to the verdict.
 *
 * @param settings each way to inspect that was measured
 * @param fastest the way with the shortest time; null if nothing could be measured
 * @param p50Millis the median of the fastest way; null if nothing could be measured
 * @param p95Millis within which 95 % of its inspections end; null if it misses the takt by far
 * @param p99Millis within which 99 % of its inspections end; null if it misses the takt by far
 * @param inspections that these percentiles are of; 0 if there are none
 * @param busy whether the machine was too busy to measure
 * @param failure why nothing could be measured; null if something was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CandidateLatency(
    List<SettingTime> settings,
    BenchSetting fastest,
    Double p50Millis,
    Double p95Millis,
    Double p99Millis,
    long inspections,
    boolean busy,
    String failure) {
  /**
   * The time of one way to inspect.
   *
   * @param p50Millis the median; null of a batch, whose images have no time of their own
   * @param imagesPerSecond over all its inspections
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SettingTime(BenchSetting setting, Double p50Millis, double imagesPerSecond) {}

  /** A candidate misses a takt by far if its median is longer than so many of it. */
  static final double FAR = 1.5;

  public CandidateLatency {
    settings = settings == null ? List.of() : List.copyOf(settings);
  }

  /** Returns the latency of a candidate that could not be measured. */
  static CandidateLatency failed(String reason) {
    return new CandidateLatency(List.of(), null, null, null, null, 0, false, reason);
  }

  /** Returns the time within which 99 % of the inspections end; NaN if it was not measured. */
  @JsonIgnore
  double p99() {
    return p99Millis == null ? Double.NaN : p99Millis;
  }

  /** Returns whether the median is so far beyond a takt that p99 need not be known. */
  boolean missesByFar(double taktMillis) {
    return p50Millis != null && p50Millis > FAR * taktMillis;
  }

  /** Returns whether it is known well enough to decide about a takt, whatever it was taken for. */
  boolean decides(double taktMillis) {
    return failure != null || p99Millis != null || missesByFar(taktMillis);
  }

  /** Returns whether 99 % of the inspections end within a takt. */
  boolean keeps(double taktMillis) {
    return p99() <= taktMillis;
  }
}
