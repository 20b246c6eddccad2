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

  /** Returns whether 99 % of the inspections end within a takt. */
  boolean keeps(double taktMillis) {
    return p99() <= taktMillis;
  }

  /** Returns the most images per second of any way, batches among them; 0 without any. */
  @JsonIgnore
  SettingTime mostImages() {
    return settings.stream()
        .max(java.util.Comparator.comparingDouble(SettingTime::imagesPerSecond))
        .orElse(null);
  }
}
