package dev.flowline.tune;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.bench.BenchSetting;
import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The latency of a candidate with random weights, from the decoded image to the verdict.
 *
 * @param settings each way to inspect that was measured
 * @param fastest the way with the shortest time; null if nothing could be measured
 * @param p50Millis the median of the fastest way; null if nothing could be measured
 * @param p95Millis within which 95 % of its inspections end; null if it misses the takt by far
 * @param p99Millis within which 99 % of its inspections end, which is the longest of fewer than
 *     100; null if it misses the takt by far, or the budget has left too few inspections
 * @param inspections that these percentiles are of; 0 if there are none
 * @param busy whether the machine was too busy to measure
 * @param cutShort whether the budget ended the measurement
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
    boolean cutShort,
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
    return new CandidateLatency(List.of(), null, null, null, null, 0, false, false, reason);
  }

  /** Returns the latency of a candidate of which the budget let nothing be known. */
  static CandidateLatency cutShort(List<SettingTime> settings, boolean busy) {
    return new CandidateLatency(settings, null, null, null, null, 0, busy, true, null);
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
    return p99Millis != null || missesByFar(taktMillis);
  }

  /** Returns why the next run measures it again, in words; empty if it keeps it. */
  Optional<String> whyAgain() {
    if (failure != null) {
      return Optional.of("it failed: " + failure);
    }
    if (cutShort) {
      return Optional.of(
          "the budget ended it after " + Numbers.count((int) inspections, "inspection"));
    }
    return busy ? Optional.of("the machine was busy") : Optional.empty();
  }

  /** Returns what a reader of its figures must know, in a word or two; empty for nothing. */
  String mark() {
    List<String> marks = new ArrayList<>();
    if (busy) {
      marks.add("busy");
    }
    if (cutShort) {
      marks.add("of " + inspections);
    }
    return String.join(", ", marks);
  }

  /** Returns whether 99 % of the inspections end within a takt. */
  boolean keeps(double taktMillis) {
    return p99() <= taktMillis;
  }
}
