package dev.flowline.line;

import java.time.Duration;
import java.util.Objects;

/**
 * The settings of an {@link InspectionLine}.
 *
 * @param workers threads that inspect, at least 1
 * @param capacity the most parts that are accepted and not yet answered, at least 1
 * @param batch the most images that a worker inspects together, at least 1
 * @param longestWait how long a worker waits for a batch to fill, from its first part's acceptance
 *     on; 0 for not at all
 * @param stalledAfter how long a worker may be at one batch until it counts as stalled, above 0
 */
public record LineSettings(
    int workers,
    int capacity,
    WhenFull whenFull,
    int batch,
    Duration longestWait,
    Duration stalledAfter) {
  /** Settings of one worker that inspects parts singly, 64 parts at most, and sources that wait. */
  public static final LineSettings DEFAULT =
      new LineSettings(1, 64, WhenFull.BLOCK, 1, Duration.ZERO, Duration.ofSeconds(10));

  public LineSettings {
    Objects.requireNonNull(whenFull, "whenFull");
    requireOne("workers", workers);
    requireOne("capacity", capacity);
    requireOne("batch", batch);
    if (longestWait.isNegative()) {
      throw new IllegalArgumentException("longestWait must be at least 0, got " + longestWait);
    }
    if (stalledAfter.isNegative() || stalledAfter.isZero()) {
      throw new IllegalArgumentException("stalledAfter must be above 0, got " + stalledAfter);
    }
  }

  private static void requireOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, got " + value);
    }
  }

  /** Returns the same settings with a number of workers. */
  public LineSettings withWorkers(int number) {
    return new LineSettings(number, capacity, whenFull, batch, longestWait, stalledAfter);
  }

  /** Returns the same settings with a capacity and what happens beyond it. */
  public LineSettings withCapacity(int parts, WhenFull beyond) {
    return new LineSettings(workers, parts, beyond, batch, longestWait, stalledAfter);
  }

  /** Returns the same settings with batches of at most so many images. */
  public LineSettings withBatch(int images, Duration wait) {
    return new LineSettings(workers, capacity, whenFull, images, wait, stalledAfter);
  }

  /** Returns the same settings with another time until a worker counts as stalled. */
  public LineSettings withStalledAfter(Duration time) {
    return new LineSettings(workers, capacity, whenFull, batch, longestWait, time);
  }
}
