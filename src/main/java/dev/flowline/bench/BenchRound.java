package dev.flowline.bench;

import java.util.Map;

/**
 * One visit of a row.
 *
 * @param images that were inspected, at least 1
 * @param seconds by the clock, more than 0
 * @param cpuSeconds of the whole process, which some systems count in ticks of 10 ms; null if the
 *     system does not say it
 * @param medianMillis of each stage; empty if an image has no time of its own
 */
public record BenchRound(
    int images, double seconds, Double cpuSeconds, Map<TimedStage, Double> medianMillis) {
  public BenchRound {
    if (images < 1 || !(seconds > 0) || Double.isInfinite(seconds)) {
      throw new IllegalArgumentException(
          "a round must have images and seconds, got %s and %s".formatted(images, seconds));
    }
    medianMillis = medianMillis == null ? Map.of() : Map.copyOf(medianMillis);
  }

  /** Returns the images per second. */
  double rate() {
    return images / seconds;
  }
}
