package dev.flowline.bench;

import java.util.LinkedHashSet;
import java.util.List;

/**
 * The rows of a measurement, and how long each is visited.
 *
 * @param settings at least one, none of them twice
 * @param rounds how often each row is visited, at least 2
 * @param secondsPerRow the time that a row is measured over all rounds, without warm-up
 * @param leastImages the fewest images of a row over all rounds, however long they take; 0 for no
 *     bound
 */
public record BenchRows(
    List<BenchSetting> settings, int rounds, double secondsPerRow, int leastImages) {
  public BenchRows {
    settings = List.copyOf(new LinkedHashSet<>(settings));
    if (settings.isEmpty()) {
      throw new IllegalArgumentException("settings must be at least one, got none");
    }
    if (rounds < 2) {
      throw new IllegalArgumentException("rounds must be at least 2, got " + rounds);
    }
    if (!(secondsPerRow > 0 && secondsPerRow <= 86_400)) {
      throw new IllegalArgumentException(
          "seconds must be more than 0 and at most 86400, got " + secondsPerRow);
    }
    if (leastImages < 0) {
      throw new IllegalArgumentException("leastImages must be at least 0, got " + leastImages);
    }
  }

  /**
   * Returns how many images one visit of a row takes.
   *
   * @param rate images per second, as the warm-up has it
   * @param together how many images keep all of the row busy
   */
  int imagesPerVisit(double rate, int together) {
    long wanted = Math.round(rate * secondsPerRow / rounds / together);
    long least = (leastImages + (long) rounds * together - 1) / ((long) rounds * together);
    return Math.toIntExact(Math.min(Math.max(1, Math.max(wanted, least)) * together, 1 << 24));
  }
}
