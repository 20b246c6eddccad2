package dev.flowline.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.HdrHistogram.Histogram;

/**
 * Percentiles of times in milliseconds: the smallest time that at least this share of the
 * inspections do not exceed, to 0.1 %. A percentile beyond which no inspection would lie on average
 * is left out.
 *
 * @param n the number of inspections
 * @param p50 the median
 * @param p95 null of fewer than 20 inspections
 * @param p99 null of fewer than 100 inspections
 * @param p999 99.9 %; null of fewer than 1,000 inspections
 * @param max the longest time
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Percentiles(long n, double p50, Double p95, Double p99, Double p999, double max) {
  private static final double NANOS_PER_MILLI = 1e6;

  public Percentiles {
    if (n < 1) {
      throw new IllegalArgumentException("n must be at least 1, got " + n);
    }
  }

  /**
   * Returns the percentiles of times.
   *
   * @param nanos at least one time, in nanoseconds
   */
  static Percentiles of(Histogram nanos) {
    return new Percentiles(
        nanos.getTotalCount(),
        nanos.getValueAtPercentile(50) / NANOS_PER_MILLI,
        known(nanos, 95, 20),
        known(nanos, 99, 100),
        known(nanos, 99.9, 1000),
        nanos.getMaxValue() / NANOS_PER_MILLI);
  }

  private static Double known(Histogram nanos, double percent, long needed) {
    return nanos.getTotalCount() < needed
        ? null
        : nanos.getValueAtPercentile(percent) / NANOS_PER_MILLI;
  }
}
