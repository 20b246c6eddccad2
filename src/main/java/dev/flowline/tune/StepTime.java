package dev.flowline.tune;

/**
 * The time that a step of a tuning has taken, by all its tries together: what was spent on a try
 * that was stopped or failed is spent.
 *
 * @param spentSeconds by all tries
 * @param tries how often it was begun
 * @param whole whether a try came to its end, so that the time is what the step takes
 */
record StepTime(double spentSeconds, int tries, boolean whole) {
  /** The time of a step that was never begun. */
  static final StepTime NONE = new StepTime(0, 0, false);

  StepTime begun() {
    return new StepTime(spentSeconds, tries + 1, whole);
  }

  StepTime plus(double seconds) {
    return new StepTime(spentSeconds + seconds, tries, whole);
  }

  StepTime ended() {
    return new StepTime(spentSeconds, tries, true);
  }
}
