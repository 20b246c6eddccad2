package dev.flowline.line;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A frame: the image of one part, as a source hands it to an {@link InspectionLine}.
 *
 * @param partId the line's name of the part; null if there is none
 * @param triggeredAt when the camera was triggered, UTC, by this machine's clock; a time to come
 *     counts as now
 * @param deadline how long after the trigger the answer is wanted, above 0 and at most a day; null
 *     for whenever it is ready
 * @param simulated whether the image comes from a simulation and not from a camera
 */
public record Frame(
    String partId, Instant triggeredAt, Duration deadline, boolean simulated, FrameImage image) {
  private static final Duration LONGEST_DEADLINE = Duration.ofDays(1);

  public Frame {
    Objects.requireNonNull(triggeredAt, "triggeredAt");
    Objects.requireNonNull(image, "image");
    if (deadline != null
        && (deadline.isNegative()
            || deadline.isZero()
            || deadline.compareTo(LONGEST_DEADLINE) > 0)) {
      throw new IllegalArgumentException(
          "deadline must be above 0 and at most a day, got " + deadline);
    }
  }

  /** Makes a frame of a camera, triggered now. */
  public static Frame now(String partId, Duration deadline, FrameImage image) {
    return new Frame(partId, Instant.now(), deadline, false, image);
  }
}
