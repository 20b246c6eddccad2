package dev.flowline.compare;

/**
 * The wish of a {@link ComparisonHost} that a run end without a result, because its time is over.
 * It is no failure of the run, which keeps no result.
 */
public final class WorkStopped extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Makes the wish. */
  public WorkStopped() {
    super("the time is over");
  }
}
