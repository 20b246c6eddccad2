package dev.flowline.line;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/** A part that a line has accepted. Whoever claims it, a worker or its deadline, answers it. */
final class AcceptedPart {
  /** No deadline. */
  static final long NEVER = Long.MAX_VALUE;

  private final long number;
  private final Frame frame;
  private final long accepted; // System.nanoTime
  private final long sinceTrigger; // nanoseconds from the trigger to the acceptance
  private final long due; // System.nanoTime; NEVER without a deadline
  private final AtomicBoolean claimed = new AtomicBoolean();

  AcceptedPart(long number, Frame frame) {
    this.number = number;
    this.frame = frame;
    accepted = System.nanoTime();
    sinceTrigger = nanos(Duration.between(frame.triggeredAt(), Instant.now()));
    due = frame.deadline() == null ? NEVER : accepted + nanos(frame.deadline()) - sinceTrigger;
  }

  /** Durations of centuries are as good as those of a century. */
  private static long nanos(Duration duration) {
    long century = Duration.ofDays(36_500).toNanos();
    try {
      return Math.max(-century, Math.min(century, duration.toNanos()));
    } catch (ArithmeticException e) {
      return duration.isNegative() ? -century : century;
    }
  }

  Frame frame() {
    return frame;
  }

  long number() {
    return number;
  }

  /** Returns when the part is due, by System.nanoTime; NEVER without a deadline. */
  long due() {
    return due;
  }

  /** Returns when the part was accepted, by System.nanoTime. */
  long accepted() {
    return accepted;
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
   * @param taken when a worker took it, by System.nanoTime; null if none did
   * @param together images that were inspected together
   */
  LineFacts facts(Long taken, int together) {
    return new LineFacts(
        number,
        frame.triggeredAt(),
        frame.deadline() == null ? null : frame.deadline().toNanos() / 1e6,
        taken == null ? null : (taken - accepted) / 1e6,
        (System.nanoTime() - accepted + sinceTrigger) / 1e6,
        together);
  }
}
