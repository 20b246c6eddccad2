package dev.flowline.line;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A part that a line has accepted. Whoever claims it, a worker or its deadline, answers it; so the
 * answer is made before the part is claimed. Times are those of System.nanoTime, of which only
 * differences mean something.
 */
final class AcceptedPart {
  /** The order of parts by their deadlines, the earliest first. */
  static final Comparator<AcceptedPart> BY_DEADLINE =
      (one, other) -> {
        int earlier = Long.signum(one.due - other.due);
        return earlier != 0 ? earlier : Long.compare(one.number, other.number);
      };

  private final long number;
  private final Frame frame;
  private final long accepted;
  private final long sinceTrigger; // nanoseconds from the trigger to the acceptance, at least 0
  private final long due; // of a part with a deadline
  private final AtomicBoolean claimed = new AtomicBoolean();
  private volatile long waited = -1; // nanoseconds until a worker took the part; -1: none did

  AcceptedPart(long number, Frame frame) {
    this.number = number;
    this.frame = frame;
    accepted = System.nanoTime();
    Duration since = Duration.between(frame.triggeredAt(), Instant.now());
    sinceTrigger =
        since.isNegative()
            ? 0
            : since.compareTo(Duration.ofDays(36_500)) > 0
                ? Duration.ofDays(36_500).toNanos()
                : since.toNanos();
    due = frame.deadline() == null ? 0 : accepted + frame.deadline().toNanos() - sinceTrigger;
  }

  Frame frame() {
    return frame;
  }

  long number() {
    return number;
  }

  boolean hasDeadline() {
    return frame.deadline() != null;
  }

  /** Returns how many nanoseconds are left to the deadline of a part that has one. */
  long left() {
    return due - System.nanoTime();
  }

  boolean isOverdue() {
    return hasDeadline() && left() <= 0;
  }

  /**
   * Returns how many nanoseconds are left of the time for a batch to fill.
   *
   * @param longestWait nanoseconds from the acceptance on
   */
  long leftToWait(long longestWait) {
    long wait = hasDeadline() ? Math.min(longestWait, (due - accepted) / 2) : longestWait;
    return accepted + wait - System.nanoTime();
  }

  /** Notes that a worker has taken the part. */
  void take() {
    waited = System.nanoTime() - accepted;
  }

  /** Returns how long the part waited, or has waited until now, for a worker; in milliseconds. */
  double waitedMillis() {
    long nanos = waited;
    return (nanos < 0 ? System.nanoTime() - accepted : nanos) / 1e6;
  }

  /** Returns whether the caller is the first one to claim the part, and so has to answer it. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  boolean isClaimed() {
    return claimed.get();
  }

  /**
   * Returns what the line knows about the part, if it is answered now.
   *
   * @param together images that were inspected together
   */
  LineFacts facts(int together) {
    return new LineFacts(
        number,
        frame.triggeredAt(),
        hasDeadline() ? frame.deadline().toNanos() / 1e6 : null,
        waited < 0 ? null : waitedMillis(),
        (System.nanoTime() - accepted + sinceTrigger) / 1e6,
        together);
  }
}
