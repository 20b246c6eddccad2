package dev.flowline.bench;

/** A deadline by the steady clock, at which a measurement ends with what it has. */
public final class Deadline {
  /** The deadline that never comes. */
  public static final Deadline NEVER = new Deadline(Double.POSITIVE_INFINITY);

  private final long start = System.nanoTime();
  private final double nanos;

  private Deadline(double seconds) {
    nanos = 1e9 * seconds;
  }

  /** Returns the deadline in so many seconds from now; of none or fewer, it is over. */
  public static Deadline in(double seconds) {
    return new Deadline(seconds);
  }

  /** Returns whether it is over. */
  public boolean isOver() {
    return System.nanoTime() - start >= nanos;
  }
}
