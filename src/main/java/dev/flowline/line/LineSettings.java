package dev.flowline.line;

import java.time.Duration;
import java.util.Objects;

/**
 * The settings of an {@link InspectionLine}.
 *
 * @param workers threads that inspect, from 1 to 1024
 * @param capacity the most parts that are accepted and whose answers are not yet handed over, at
 *     least 1
 * @param batch the most images that a worker inspects together, at least 1
 * @param longestWait how long a worker waits for a batch to fill, from its first part's acceptance
 *     on and at most for half of what is left to its deadline; 0 for not at all, at most an hour
 * @param stalledAfter how long a worker may be at one batch until it counts as stalled, above 0 and
 *     at most a day
 * @param unusualInput what becomes of an image unlike the calibration images
 */
public record LineSettings(
    int workers,
    int capacity,
    WhenFull whenFull,
    int batch,
    Duration longestWait,
    Duration stalledAfter,
    UnusualInput unusualInput) {
  private static final int MOST_WORKERS = 1024;

  /** Settings of one worker that inspects parts singly, 64 parts at most, and sources that wait. */
  public static final LineSettings DEFAULT =
      new LineSettings(
          1, 64, WhenFull.BLOCK, 1, Duration.ZERO, Duration.ofSeconds(10), UnusualInput.REPORT);

  public LineSettings {
    Objects.requireNonNull(whenFull, "whenFull");
    Objects.requireNonNull(unusualInput, "unusualInput");
    if (workers < 1 || workers > MOST_WORKERS) {
      throw new IllegalArgumentException(
          "workers must be 1 to %s, got %s".formatted(MOST_WORKERS, workers));
    }
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, got " + capacity);
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, got " + batch);
    }
    if (longestWait.isNegative() || longestWait.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "longestWait must be at least 0 and at most an hour, got " + longestWait);
    }
    if (stalledAfter.isNegative()
        || stalledAfter.isZero()
        || stalledAfter.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "stalledAfter must be above 0 and at most a day, got " + stalledAfter);
    }
  }

  /** Returns the same settings with a number of workers. */
  public LineSettings withWorkers(int number) {
    return new LineSettings(
        number, capacity, whenFull, batch, longestWait, stalledAfter, unusualInput);
  }

  /** Returns the same settings with a capacity and what happens beyond it. */
  public LineSettings withCapacity(int parts, WhenFull beyond) {
    return new LineSettings(workers, parts, beyond, batch, longestWait, stalledAfter, unusualInput);
  }

  /** Returns the same settings with batches of at most so many images. */
  public LineSettings withBatch(int images, Duration wait) {
    return new LineSettings(workers, capacity, whenFull, images, wait, stalledAfter, unusualInput);
  }

  /** Returns the same settings with another time until a worker counts as stalled. */
  public LineSettings withStalledAfter(Duration time) {
    return new LineSettings(workers, capacity, whenFull, batch, longestWait, time, unusualInput);
  }

  /** Returns the same settings with another rule for images unlike the calibration images. */
  public LineSettings withUnusualInput(UnusualInput rule) {
    return new LineSettings(workers, capacity, whenFull, batch, longestWait, stalledAfter, rule);
  }

  /** Returns the request of an inspection on the line. */
  InspectionRequest request(Frame frame) {
    return InspectionRequest.DEFAULT
        .withPartId(frame.partId())
        .withSimulated(frame.simulated())
        .withUnusualInput(unusualInput);
  }
}
